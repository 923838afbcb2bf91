/** What a benchmark gives: a figure beside the floor that was measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same of the barest program that could do it. */
  readonly floor: number | undefined;
  readonly floorName: string;
  /** What is compared with the target: the ratio to the floor, or the value itself. */
  readonly measure: 'ratio' | 'value';
  readonly target: { readonly atLeast?: number; readonly atMost?: number };
  /** What else was seen. */
  readonly notes: readonly string[];
}

export interface BenchContext {
  /** Shorter runs and fewer connections: for a first look, not for a judgement. */
  readonly quick: boolean;
  /** Also what takes many minutes: a ledger of ten million entries. */
  readonly long: boolean;
  /** Options of node for the subjects, such as those of its profiler. */
  readonly subjectOptions: readonly string[];
  say(line: string): void;
}

export type Benchmark = (context: BenchContext) => Promise<(Figure | Growth)[]>;

/** What something costs while that which it works on, or beside, grows. */
export interface Growth {
  readonly what: string;
  readonly unit: string;
  /** What grows. */
  readonly by: string;
  readonly values: readonly { readonly size: number; readonly value: number }[];
  /** How many times the value of the size `from`, by default the first one, the last may be. */
  readonly atMost?: number;
  readonly from?: number;
}

/** How many times its first value the last one is. */
export function growthOf({ values, from }: Growth): number {
  const first = from === undefined ? values[0] : values.find(({ size }) => size === from);
  return (values.at(-1)?.value ?? Number.NaN) / (first?.value ?? Number.NaN);
}

/** Undefined when it may grow. */
export function isBounded(growth: Growth): boolean | undefined {
  return growth.atMost === undefined ? undefined : growthOf(growth) <= growth.atMost;
}

/** The rows of one table for each thing that grows, below a row of its sizes. */
export function growthTables(growths: readonly Growth[]): { header: string[]; rows: string[][] }[] {
  return [...Map.groupBy(growths, ({ by }) => by)].map(([by, all]) => {
    const sizes = [...new Set(all.flatMap(({ values }) => values.map(({ size }) => size)))].sort(ascending);
    const header = [`Cost by ${by}`, ...sizes.map((size) => size.toLocaleString('en')), 'growth', 'most', ''];
    return { header, rows: all.map((growth) => growthRow(growth, sizes)) };
  });
}

function growthRow(growth: Growth, sizes: readonly number[]): string[] {
  const { what, unit, values, atMost } = growth;
  const cells = sizes.map((size) => {
    const found = values.find((each) => each.size === size);
    return found ? `${round(found.value)} ${unit}` : '';
  });
  const grown = `${growthOf(growth).toFixed(2)} ×`;
  if (atMost === undefined) return [what, ...cells, grown, '', ''];
  return [what, ...cells, grown, `≤ ${atMost} ×`, isBounded(growth) ? 'met' : 'MISSED'];
}

function ascending(one: number, other: number): number {
  return one - other;
}

export function compared({ measure, value, floor }: Figure): number {
  return measure === 'value' || floor === undefined ? value : value / floor;
}

/** Undefined when the figure has no target. */
export function isMet(figure: Figure): boolean | undefined {
  const { atLeast, atMost } = figure.target;
  if (atLeast === undefined && atMost === undefined) return undefined;
  const measured = compared(figure);
  return measured >= (atLeast ?? -Infinity) && measured <= (atMost ?? Infinity);
}

export function figureRow(figure: Figure): string[] {
  const { name, value, unit, floor, floorName, measure, target } = figure;
  const met = isMet(figure);
  const limit = target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
  return [
    name,
    `${round(value)} ${unit}`,
    floor === undefined ? '' : `${round(floor)} (${floorName})`,
    floor === undefined ? '' : `${(value / floor).toFixed(2)} ×`,
    met === undefined ? '' : `${limit}${measure === 'ratio' ? ' ×' : ` ${unit}`}`,
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ];
}

export const FIGURE_HEADER = ['Figure', 'measured', 'floor', 'ratio', 'target', ''] as const;

function round(value: number): string {
  if (Math.abs(value) >= 1_000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
