import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { RunRecorder } from './measure/run-recorder.ts';
import { reportHtml } from './report-html.ts';
import { escapeHtml, plotSvg, roundTicks } from './report-plot.ts';
import { progressLine } from './report-progress.ts';
import { formatTable, reportTable } from './report-table.ts';
import type { Report } from './report-contents.ts';
import { parseOptions } from './scenarios/options.ts';

test('A table has aligned columns, the first to the left', () => {
  const table = formatTable(
    ['Name', 'value'],
    [
      ['a', '1'],
      ['longer', '1000000'],
    ],
  );
  assert.equal(
    table,
    ['Name      value', '──────  ───────', 'a             1', 'longer  1000000'].join('\n'),
  );
});

test('The table of a run shows latencies, throughput, errors by key, memory and the verdict', () => {
  const text = reportTable(report([]));
  assert.match(text, /First token +2 +15\.0 +25\.\d +25\.\d/);
  assert.match(text, /Answers a second +1\.0/);
  assert.match(text, /rate_limited +1/);
  assert.match(text, /Server memory, highest +64\.0 MiB/);
  assert.match(text, /PASSED/);
});

test('A failed run says what was broken first', () => {
  const text = reportTable(report(['client 3: gap in seq']));
  assert.match(text, /FAILED: 1 promise broken; the first:\n {2}client 3: gap in seq/);
});

test('The page asks nobody for anything, and shows what a server said as text', () => {
  const html = reportHtml(report(['<script>alert(1)</script>']));
  assert.doesNotMatch(html, /<script|https?:\/\/|url\(|@import|<link|<img/);
  assert.match(html, /&#60;script&#62;alert/);
  assert.match(html, /prefers-color-scheme: dark/);
  assert.match(html, /<td>server<.td><td>127\.0\.0\.1:5001<.td>/);
  assert.equal([...html.matchAll(/<svg /g)].length, 4);
});

test('A plot leaves a hole where there is no value, and is absent without any', () => {
  const series = { name: 's', className: 'c0' };
  const plot = { title: 't', xLabel: 'x', yLabel: 'y' };
  const points = [[0, 1] as const, [1, undefined] as const, [2, 3] as const];
  assert.equal([...plotSvg({ ...plot, series: [{ ...series, points }] }).matchAll(/M\d/g)].length, 2);
  assert.equal(plotSvg({ ...plot, series: [{ ...series, points: [[0, undefined]] }] }), '');
  assert.equal(plotSvg({ ...plot, series: [{ ...series, points: [[0, 0]] }] }), '');
});

test('Ticks are round numbers and cover the range', () => {
  assert.deepEqual(roundTicks(9), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(roundTicks(100), [0, 20, 40, 60, 80, 100]);
  assert.ok((roundTicks(0.037).at(-1) ?? 0) >= 0.037);
});

test('The progress line fits the terminal', () => {
  const state = { label: 'chatting', done: 50, total: 100, answers: 50, errors: 1, violations: 2 };
  assert.match(progressLine(state, 120), /^chatting █{14}░{14} 50\/100 · 50 answers · 1 errors · 2 WRONG$/);
  assert.equal(progressLine(state, 30).length, 29);
});

test('HTML escapes cover quotes', () => {
  assert.equal(escapeHtml(`<a b="c">'&`), '&#60;a b=&#34;c&#34;&#62;&#39;&#38;');
});

function report(violations: readonly string[]): Report {
  const options = parseOptions(['chat']);
  assert.ok(options);
  const clock = new ManualClock();
  const recorder = new RunRecorder(clock);
  recorder.answer(15, 20);
  recorder.answer(25, 30);
  recorder.error('rate_limited');
  for (const violation of violations) recorder.violation(violation);
  clock.advance(2_000);
  recorder.closeInterval({ serverBytes: 64 * 1_048_576, gatewayBytes: 32 * 1_048_576 });
  return {
    startedAt: '2026-01-01T00:00:00.000Z',
    machine: { cpu: 'test', cores: 2, memoryBytes: 1, node: '26', system: 'test' },
    options,
    recording: recorder.finish(),
    passed: violations.length === 0,
    interrupted: false,
  };
}
