/** The report as one page that loads nothing: style and plots are inside. */
import type { Phase, TimePoint } from './measure/run-recorder.ts';
import { escapeHtml, plotSvg, type Plot, type Series } from './report-plot.ts';
import { figureRows, LATENCY_HEADER, latencyRows, PHASE_NAMES } from './report-table.ts';
import type { Report } from './report-contents.ts';

export function reportHtml(report: Report): string {
  const { recording, options } = report;
  const title = escapeHtml(`Load test: ${options.scenario}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
<main>
<h1>${title}</h1>
<p>${escapeHtml(place(report))}</p>
${verdict(report)}
<h2>Latency</h2>
${table(LATENCY_HEADER, latencyRows(recording))}
${plotSvg(percentilePlot(report))}
<h2>Over time</h2>
${timePlots(recording.points).map(plotSvg).join('\n')}
<h2>Figures</h2>
${table(['Figure', 'value'], figureRows(recording))}
<h2>Errors</h2>
${errors(report)}
${notes(report)}
<h2>Options</h2>
${table(['Option', 'value'], Object.entries(options).map(optionRow))}
</main>
</html>
`;
}

/** When and on what it ran. */
function place({ startedAt, machine }: Report): string {
  return [startedAt, `${machine.cpu}, ${machine.cores} cores`, machine.system, `Node ${machine.node}`].join(
    ' · ',
  );
}

function optionRow([name, value]: readonly [string, unknown]): string[] {
  if (typeof value === 'object' && value !== null) return [name, Object.values(value).join(':')];
  return [name, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')];
}

function verdict({ passed, interrupted, recording }: Report): string {
  const stopped = interrupted ? ' The run was stopped early.' : '';
  if (passed) {
    const good = "Every answer was its client's own, in order, once, and whole.";
    return `<p class="verdict good"><b>Passed.</b> ${good}${stopped}</p>`;
  }
  const examples = recording.violationExamples.map((example) => `<li>${escapeHtml(example)}</li>`).join('');
  const count = recording.violations;
  const bad = `${count === 1 ? '1 promise was' : `${count} promises were`} broken.${stopped} The first:`;
  return `<div class="verdict bad"><p><b>Failed.</b> ${bad}</p><ul>${examples}</ul></div>`;
}

function errors({ recording }: Report): string {
  const rows = Object.entries(recording.errors).map(([key, count]) => [key, String(count)]);
  return rows.length === 0 ? '<p>None.</p>' : table(['Key', 'count'], rows);
}

function notes({ recording }: Report): string {
  if (recording.notes.length === 0) return '';
  const items = recording.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('');
  return `<h2>Notes</h2>\n<ul>${items}</ul>`;
}

/** The x axis halves what is left at each step: the tail gets as much room as the middle. */
function percentilePlot({ recording }: Report): Plot {
  const curves = Object.entries(recording.curves) as [Phase, readonly { percentile: number; ms: number }[]][];
  return {
    title: 'Latency by percentile',
    xLabel: 'percentile',
    yLabel: 'ms',
    xTicks: [0, 50, 90, 99, 99.9, 100].map((percentile) => [tailPlace(percentile), String(percentile)]),
    series: curves.map(([phase, points], index) => ({
      name: PHASE_NAMES[phase],
      className: `c${index}`,
      points: points.map(({ percentile, ms }) => [tailPlace(percentile), ms]),
    })),
  };
}

function tailPlace(percentile: number): number {
  return Math.log2(100 / Math.max(100 - percentile, 0.005));
}

function timePlots(points: readonly TimePoint[]): Plot[] {
  const series = (
    name: string,
    className: string,
    value: (point: TimePoint) => number | undefined,
  ): Series => ({
    name,
    className,
    points: points.map((point) => [point.atSeconds, value(point)]),
  });
  return [
    {
      title: 'Answers and errors',
      xLabel: 'seconds',
      yLabel: 'a second',
      series: [
        series('Answers', 'c0', (point) => perSecond(point.answers, point)),
        series('Errors', 'c1', (point) => perSecond(point.errors, point)),
      ],
    },
    {
      title: 'Latency',
      xLabel: 'seconds',
      yLabel: 'ms',
      series: [
        series('First token p50', 'c0', (point) => point.firstTokenP50Ms),
        series('First token p99', 'c1', (point) => point.firstTokenP99Ms),
        series('Whole answer p99', 'c2', (point) => point.answerP99Ms),
      ],
    },
    {
      title: 'Memory',
      xLabel: 'seconds',
      yLabel: 'MiB',
      series: [
        series('Server', 'c0', (point) => mebibytes(point.serverBytes)),
        series('Gateway', 'c1', (point) => mebibytes(point.gatewayBytes)),
      ],
    },
  ];
}

function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1_048_576;
}

function perSecond(count: number, point: TimePoint): number {
  return count / Math.max(point.seconds, 0.001);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = `<thead>${tableRow(header, 'th')}</thead>`;
  const body = `<tbody>${rows.map((row) => tableRow(row, 'td')).join('\n')}</tbody>`;
  return `<div class="scroll"><table>${head}\n${body}</table></div>`;
}

function tableRow(row: readonly string[], tag: 'td' | 'th'): string {
  return `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2530; --soft: #5b6673; --paper: #fbfaf8; --rule: #dcdfe3;
  --c0: #0b6bcb; --c1: #c2410c; --c2: #15803d; --c3: #7c3aed; --good: #15803d; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --soft: #9aa5b1; --paper: #14181d; --rule: #2c333b;
    --c0: #6cb2ff; --c1: #fb923c; --c2: #4ade80; --c3: #c4b5fd; --good: #4ade80; --bad: #f87171; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { margin: 0; } h2 { margin-top: 40px; }
p { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
td:last-child { overflow-wrap: anywhere; }
@media (max-width: 500px) { table { font-size: 14px; } th, td { padding: 4px; white-space: normal; } }
.verdict { border-left: 4px solid; padding: 4px 16px; color: var(--ink); overflow-wrap: anywhere; }
.good { border-color: var(--good); } .bad { border-color: var(--bad); } .verdict p { color: inherit; }
svg { width: 100%; height: auto; margin-top: 16px; }
svg text { fill: var(--soft); font: 12px system-ui, sans-serif; }
svg text.title { fill: var(--ink); font-weight: 600; font-size: 14px; }
.grid { stroke: var(--rule); } .line { fill: none; stroke-width: 2; }
.line.c0 { stroke: var(--c0); } .line.c1 { stroke: var(--c1); }
.line.c2 { stroke: var(--c2); } .line.c3 { stroke: var(--c3); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 0; padding: 0 0 0 64px; }
.legend li { font-size: 14px; }
.legend li::before { content: ''; display: inline-block; width: 12px; height: 3px; }
.legend li::before { margin-right: 6px; vertical-align: 4px; }
.legend .c0::before { background: var(--c0); } .legend .c1::before { background: var(--c1); }
.legend .c2::before { background: var(--c2); } .legend .c3::before { background: var(--c3); }
`;
