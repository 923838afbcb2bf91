/** Plain tables for a terminal. */
import type { LatencySummary } from './measure/latency.ts';
import type { Phase, Recording, TimePoint } from './measure/run-recorder.ts';
import type { Report } from './report-contents.ts';

/** Columns are as wide as their widest cell; all but the first are aligned right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, column === 0))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  connect: 'Connected',
  firstToken: 'First token',
  answer: 'Whole answer',
  resume: 'Resumed',
  probeAlone: 'First token, one client alone',
  probeLoaded: 'First token, one client under the load',
};

export function reportTable(report: Report): string {
  const { recording } = report;
  const parts = [latencyTable(recording), figureTable(recording)];
  const errors = Object.entries(recording.errors);
  if (errors.length > 0) parts.push(formatTable(['Errors', 'count'], errors.map(countRow)));
  if (recording.notes.length > 0) parts.push(recording.notes.join('\n'));
  parts.push(verdict(report));
  return parts.join('\n\n');
}

export function latencyRows(recording: Recording): string[][] {
  const phases = Object.entries(recording.latencies) as [Phase, LatencySummary][];
  return phases.map(([phase, summary]) => [
    PHASE_NAMES[phase],
    String(summary.count),
    milliseconds(summary.p50Ms),
    milliseconds(summary.p90Ms),
    milliseconds(summary.p99Ms),
    milliseconds(summary.p999Ms),
    milliseconds(summary.maxMs),
  ]);
}

export const LATENCY_HEADER = ['Latency (ms)', 'count', 'p50', 'p90', 'p99', 'p99.9', 'max'] as const;

/** Name and value of all that is not a latency. */
export function figureRows(recording: Recording): string[][] {
  const rows = [
    ['Seconds', recording.seconds.toFixed(1)],
    ['Answers', String(recording.answers)],
    ['Answers a second', (recording.answers / Math.max(recording.seconds, 0.001)).toFixed(1)],
    ...Object.entries(recording.counts).map(countRow),
  ];
  const { probeAlone, probeLoaded } = recording.latencies;
  if (probeAlone && probeLoaded && probeAlone.p50Ms > 0) {
    rows.push([
      'One client, loaded to alone (p50)',
      `${(probeLoaded.p50Ms / probeAlone.p50Ms).toFixed(2)} ×`,
    ]);
  }
  const server = peak(recording.points, 'serverBytes');
  const gateway = peak(recording.points, 'gatewayBytes');
  if (server !== undefined) rows.push(['Server memory, highest', megabytes(server)]);
  if (gateway !== undefined) rows.push(['Gateway memory, highest', megabytes(gateway)]);
  return rows;
}

export function milliseconds(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

function latencyTable(recording: Recording): string {
  return formatTable(LATENCY_HEADER, latencyRows(recording));
}

function figureTable(recording: Recording): string {
  return formatTable(['Figure', 'value'], figureRows(recording));
}

function verdict({ recording, passed, interrupted }: Report): string {
  const stopped = interrupted ? ' (stopped early)' : '';
  if (passed) return `PASSED${stopped}: every answer was its client's own, in order, once, and whole`;
  const examples = recording.violationExamples.map((example) => `  ${example}`).join('\n');
  const count = recording.violations;
  return `FAILED${stopped}: ${count} ${count === 1 ? 'promise' : 'promises'} broken; the first:\n${examples}`;
}

function countRow([name, count]: readonly [string, number]): string[] {
  return [name, String(count)];
}

function peak(points: readonly TimePoint[], name: 'serverBytes' | 'gatewayBytes'): number | undefined {
  const values = points.map((point) => point[name]).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
}

function pad(text: string, width: number, left: boolean): string {
  const space = ' '.repeat(Math.max(width - text.length, 0));
  return left ? text + space : space + text;
}
