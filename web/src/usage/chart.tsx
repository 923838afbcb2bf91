/** A picture of numbers over time, with the same numbers as a table behind it. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { fileName, saveFile } from '../ui/save-file.ts';
import { useShell } from '../ui/shell.ts';
import { COLOURS, coloursOf, plotOptions } from './plot-options.ts';
import { csvOf } from './question.ts';
import { DataTable } from './data-table.tsx';
import { useLanguage } from './usage-texts.ts';

export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  readonly title: string;
  /** ISO 8601. */
  readonly times: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly isStacked: boolean;
  /** The values are whole numbers. */
  readonly isWhole: boolean;
  readonly timeText: (at: string) => string;
  readonly valueText: (value: number | null) => string;
}

export function Chart(props: ChartProps) {
  const { title, times, series, timeText, valueText } = props;
  const { t } = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | undefined>(undefined);
  usePlot(box, props, setAt);
  const rows = times.map((time, index) => [
    timeText(time),
    ...series.map(({ values }) => valueText(values[index] ?? null)),
  ]);
  const name = fileName(title);
  return (
    <figure class="usage-figure">
      <figcaption>
        <h3>{title}</h3>
      </figcaption>
      <div ref={box} class="usage-plot" role="img" aria-label={title} />
      <ul class="usage-legend" aria-hidden="true">
        {series.map(({ key, label, values }, index) => (
          <li key={key}>
            <span class={`usage-colour usage-colour-${index % COLOURS.length}`} />
            <span class="usage-label">{label}</span>
            {at !== undefined && <strong>{valueText(values[at] ?? null)}</strong>}
          </li>
        ))}
        {at !== undefined && <li class="quiet">{timeText(times[at] ?? '')}</li>}
      </ul>
      <div class="usage-tools">
        <details>
          <summary>
            {t('usage.table')}
            <span class="visually-hidden">: {title}</span>
          </summary>
          <DataTable
            caption={title}
            head={[t('usage.when'), ...series.map(({ label }) => label)]}
            rows={rows}
          />
        </details>
        <button
          type="button"
          class="button"
          aria-label={`${t('usage.csv')}: ${title}`}
          onClick={() => saveFile(`${name}.csv`, 'text/csv', csvOf(csvRows(props, t('usage.when'))))}
        >
          {t('usage.csv')}
        </button>
        <button
          type="button"
          class="button"
          aria-label={`${t('usage.png')}: ${title}`}
          onClick={() => box.current && savePicture(box.current, name)}
        >
          {t('usage.png')}
        </button>
      </div>
    </figure>
  );
}

/** Drawn anew when the numbers, the width or the colours change. */
function usePlot(
  box: { readonly current: HTMLDivElement | null },
  { times, series, isStacked, isWhole, valueText }: ChartProps,
  point: (index: number | undefined) => void,
): void {
  const { preferences } = useShell();
  const theme = preferences.theme.value;
  const locale = preferences.locale.value;
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      const options = plotOptions({
        width: element.clientWidth,
        colours: coloursOf(element),
        labels: series.map(({ label }) => label),
        isStacked,
        isWhole,
        locale,
        valueText,
        point,
      });
      plot = new uPlot(options, dataOf(times, series, isStacked), element);
    };
    const observer = new ResizeObserver(() => {
      if (plot?.width !== element.clientWidth) draw();
    });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    draw();
    observer.observe(element);
    dark.addEventListener('change', draw);
    return () => {
      dark.removeEventListener('change', draw);
      observer.disconnect();
      plot?.destroy();
    };
  }, [times, series, isStacked, theme, locale]);
}

/** Of stacked ones the sums: the last is drawn first, and the others before it. */
function dataOf(
  times: readonly string[],
  series: readonly ChartSeries[],
  isStacked: boolean,
): uPlot.AlignedData {
  const seconds = times.map((time) => Date.parse(time) / 1_000);
  if (!isStacked) return [seconds, ...series.map(({ values }) => [...values])];
  const sums = times.map(() => 0);
  const stacked = series.map(({ values }) =>
    values.map((value, index) => (sums[index] = (sums[index] ?? 0) + (value ?? 0))),
  );
  return [seconds, ...stacked.toReversed()];
}

function csvRows({ times, series }: ChartProps, when: string) {
  return [
    [when, ...series.map(({ label }) => label)],
    ...times.map((time, index) => [time, ...series.map(({ values }) => values[index] ?? null)]),
  ];
}

/** On the paper of the page: a picture without a ground is black on black elsewhere. */
function savePicture(box: HTMLElement, name: string): void {
  const drawn = box.querySelector('canvas');
  if (!drawn) return;
  const sheet = document.createElement('canvas');
  sheet.width = drawn.width;
  sheet.height = drawn.height;
  const context = sheet.getContext('2d');
  if (!context) return;
  context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.drawImage(drawn, 0, 0);
  sheet.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
