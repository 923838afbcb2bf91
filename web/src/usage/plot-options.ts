/** How pictures are drawn: in the colours of the page, which may be light or dark. */
import uPlot from 'uplot';

/** One for each line of a picture; more lines than colours begin anew, with dashes. */
export const COLOURS = ['accent', 'code-name', 'good', 'code-number', 'warn', 'quiet'] as const;

const HEIGHT = 240;
const BAR_SHARE = 0.7;
const BAR_WIDTH_MAX = 48;
const DASH = [6, 4];
/** Between two lines of the grid: nothing here is counted in halves, but dollars. */
const STEPS = Array.from({ length: 19 }, (_, power) =>
  [1, 2, 5].map((one) => one * 10 ** (power - 4)),
).flat();
const WHOLE_STEPS = STEPS.filter((step) => step >= 1);
const FONT = '12px system-ui, sans-serif';

export interface Colours {
  readonly lines: readonly string[];
  readonly ink: string;
  readonly grid: string;
}

/** As they are now: what a variable is, depends on the theme. */
export function coloursOf(element: HTMLElement): Colours {
  const probe = document.createElement('span');
  element.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = { lines: COLOURS.map(colour), ink: colour('quiet'), grid: colour('line') };
  probe.remove();
  return colours;
}

export interface PlotWish {
  readonly width: number;
  readonly colours: Colours;
  readonly labels: readonly string[];
  readonly isStacked: boolean;
  readonly locale: string;
  /** The values are whole numbers. */
  readonly isWhole: boolean;
  readonly valueText: (value: number | null) => string;
  /** Which of the times the pointer is at. */
  readonly point: (index: number | undefined) => void;
}

export function plotOptions(wish: PlotWish): uPlot.Options {
  const { width, colours, labels, isStacked, isWhole, locale, valueText, point } = wish;
  const axis = { stroke: colours.ink, font: FONT, grid: { stroke: colours.grid, width: 1 } };
  const series = labels.map((label, index) => seriesOf(label, index, wish));
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: !isStacked } },
    scales: { x: { time: true, range: xRange }, y: { range: yRange } },
    axes: [
      { ...axis, grid: { show: false }, values: (_, splits) => splits.map(dayText(locale)), space: 72 },
      {
        ...axis,
        values: (_, splits) => splits.map((value) => valueText(value)),
        size: 72,
        incrs: isWhole ? WHOLE_STEPS : STEPS,
      },
    ],
    series: [{}, ...(isStacked ? series.toReversed() : series)],
    hooks: { setCursor: [(plot) => point(plot.cursor.idx ?? undefined)] },
  };
}

function seriesOf(label: string, index: number, { colours, isStacked }: PlotWish): uPlot.Series {
  const stroke = colours.lines[index % COLOURS.length] ?? colours.ink;
  if (!isStacked) {
    const dash = index >= COLOURS.length ? { dash: DASH } : {};
    return { label, stroke, width: 2, points: { show: true, size: 5, fill: stroke }, ...dash };
  }
  const bars = uPlot.paths.bars?.({ size: [BAR_SHARE, BAR_WIDTH_MAX] });
  return { label, stroke, fill: stroke, width: 0, points: { show: false }, ...(bars && { paths: bars }) };
}

/** Half a step at both ends, for bars; a day around a single point. */
function xRange(plot: uPlot, least: number | null, greatest: number | null): [number, number] {
  const { 0: times } = plot.data;
  const step = times.length > 1 ? ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1) : 86_400;
  return [(least ?? 0) - step / 2, (greatest ?? 1) + step / 2];
}

/** From zero, with a little room above; a picture without numbers has an axis, too. */
function yRange(_: uPlot, __: number | null, greatest: number | null): [number, number] {
  const top = greatest ?? 0;
  return [0, top <= 0 ? 1 : top * 1.08];
}

const DAY_SECONDS = 86_400;

function dayText(locale: string) {
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const hour = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  return (seconds: number, _: number, splits: readonly number[]) => {
    const isHourly = (splits[1] ?? 0) - (splits[0] ?? 0) < DAY_SECONDS;
    return (isHourly ? hour : day).format(seconds * 1_000);
  };
}
