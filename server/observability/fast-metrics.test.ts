import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Histogram, Registry } from 'prom-client';
import { FastCounter, FastHistogram } from './fast-metrics.ts';

const BOUNDS = [0.1, 1, 5];

async function linesOf(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).trim().split('\n');
}

test('a histogram reads as that of prom-client does', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const fast = new FastHistogram(ours, 'wait_seconds', 'Waits', 'provider', BOUNDS);
  const slow = new Histogram({
    name: 'wait_seconds',
    help: 'Waits',
    labelNames: ['provider'],
    buckets: BOUNDS,
    registers: [theirs],
  });
  for (const value of [0, 0.1, 0.5, 1, 4, 50]) {
    fast.observe('a', value);
    slow.observe({ provider: 'a' }, value);
  }
  fast.observe('b', 2);
  slow.observe({ provider: 'b' }, 2);
  assert.deepEqual(await linesOf(ours), await linesOf(theirs));
  assert.deepEqual(await linesOf(ours), await linesOf(theirs), 'reading changes nothing');
});

test('a counter reads as that of prom-client does', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const fast = new FastCounter(ours, 'calls_total', 'Calls', ['provider', 'outcome']);
  const labelNames = ['provider', 'outcome'] as const;
  const slow = new Counter({ name: 'calls_total', help: 'Calls', labelNames, registers: [theirs] });
  for (let round = 0; round < 2; round += 1) {
    fast.add('a', 'ok');
    fast.add('a', 'ok', 4);
    fast.add('b', 'failed');
    slow.inc({ provider: 'a', outcome: 'ok' }, 5);
    slow.inc({ provider: 'b', outcome: 'failed' });
    assert.deepEqual(await linesOf(ours), await linesOf(theirs));
  }
});
