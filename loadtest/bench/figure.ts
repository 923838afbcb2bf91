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

export type Benchmark = (context: BenchContext) => Promise<Figure[]>;

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
