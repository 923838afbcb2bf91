/**
 * Line plots as SVG, drawn here so that a report needs nothing from anywhere. Colours are the page's
 * variables.
 */
export interface Series {
  readonly name: string;
  /** A CSS class that gives the colour. */
  readonly className: string;
  /** A point without a value leaves a hole. */
  readonly points: readonly (readonly [x: number, y: number | undefined])[];
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Where the ticks of the x axis are and what they say; else round numbers. */
  readonly xTicks?: readonly (readonly [x: number, label: string])[];
}

const SIZE = { width: 720, height: 260, left: 64, right: 16, top: 34, bottom: 44 } as const;
const TICKS = 5;

export function plotSvg(plot: Plot): string {
  const xs = plot.series.flatMap((series) => series.points.map(([x]) => x));
  const ys = plot.series.flatMap((series) => series.points.flatMap(([, y]) => (y === undefined ? [] : [y])));
  if (!ys.some((y) => y !== 0)) return '';
  const xRange = { min: Math.min(...xs), max: Math.max(...xs, Math.min(...xs) + 1e-9) };
  const yTicks = roundTicks(Math.max(...ys, 1e-9));
  const yMax = yTicks.at(-1) ?? 1;
  const inner = { width: SIZE.width - SIZE.left - SIZE.right, height: SIZE.height - SIZE.top - SIZE.bottom };
  const place: Place = {
    x: (x) => SIZE.left + ((x - xRange.min) / (xRange.max - xRange.min)) * inner.width,
    y: (y) => SIZE.top + inner.height - (y / yMax) * inner.height,
  };
  const xTicks = plot.xTicks ?? roundTicks(xRange.max).map((x) => [x, shortNumber(x)] as const);
  const shown = xTicks.filter(([x]) => x >= xRange.min && x <= xRange.max);
  return [
    `<svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${escapeHtml(plot.title)}">`,
    `<text class="title" x="${SIZE.left}" y="18">${escapeHtml(plot.title)}</text>`,
    ...yTicks.map((y) => horizontal(place.y(y), shortNumber(y))),
    ...shown.map(([x, label]) => text(place.x(x), SIZE.height - SIZE.bottom + 16, 'middle', label)),
    text(SIZE.left + inner.width / 2, SIZE.height - 8, 'middle', plot.xLabel),
    text(SIZE.width - SIZE.right, 18, 'end', plot.yLabel),
    ...plot.series.map((series) => path(series, place)),
    '</svg>',
    legend(plot.series),
  ].join('\n');
}

export function escapeHtml(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

/** From 0, at steps of 1, 2 or 5 times a power of ten, up to the first at or above `max`. */
export function roundTicks(max: number): number[] {
  const rough = max / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

interface Place {
  x(value: number): number;
  y(value: number): number;
}

function path(series: Series, place: Place): string {
  let d = '';
  let pen = 'M';
  for (const [x, y] of series.points) {
    if (y === undefined) {
      pen = 'M';
      continue;
    }
    d += `${pen}${place.x(x).toFixed(1)} ${place.y(y).toFixed(1)}`;
    pen = 'L';
  }
  return `<path class="line ${series.className}" d="${d}"/>`;
}

function horizontal(y: number, label: string): string {
  const line = `<line class="grid" x1="${SIZE.left}" x2="${SIZE.width - SIZE.right}" y1="${y}" y2="${y}"/>`;
  return line + text(SIZE.left - 6, y + 4, 'end', label);
}

function text(x: number, y: number, anchor: string, value: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeHtml(value)}</text>`;
}

function legend(series: readonly Series[]): string {
  const items = series.map(({ name, className }) => `<li class="${className}">${escapeHtml(name)}</li>`);
  return `<ul class="legend">${items.join('')}</ul>`;
}

function shortNumber(value: number): string {
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toFixed(2))}M`;
  if (value >= 10_000) return `${Number((value / 1_000).toFixed(1))}k`;
  return String(Number(value.toPrecision(4)));
}
