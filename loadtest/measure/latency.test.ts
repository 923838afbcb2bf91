import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LatencyRecorder, median, percentileOf } from './latency.ts';

test('Percentiles are within a thousandth of the exact ones', () => {
  const samples = fc.array(fc.double({ min: 0.01, max: 600_000, noNaN: true }), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(samples, (values) => {
      const recorder = new LatencyRecorder();
      for (const value of values) recorder.record(value);
      for (const percentile of [50, 90, 99, 100]) {
        const exact = percentileOf(values, percentile);
        assert.ok(Math.abs(recorder.percentile(percentile) - exact) <= exact * 0.001 + 0.001);
      }
    }),
    { seed: 20_260_104 },
  );
});

test('Nothing recorded gives zeros and no curve', () => {
  const recorder = new LatencyRecorder();
  assert.deepEqual(recorder.summary(), {
    count: 0,
    meanMs: 0,
    p50Ms: 0,
    p90Ms: 0,
    p99Ms: 0,
    p999Ms: 0,
    maxMs: 0,
  });
  assert.deepEqual(recorder.curve(), []);
});

test('The curve never falls', () => {
  const recorder = new LatencyRecorder();
  for (let ms = 1; ms <= 1_000; ms += 1) recorder.record(ms);
  const curve = recorder.curve();
  for (const [index, point] of curve.slice(1).entries()) assert.ok(point.ms >= (curve[index]?.ms ?? 0));
  assert.ok(Math.abs((curve.at(-1)?.ms ?? 0) - 1_000) <= 1);
});

test('A sample beyond an hour or below zero is kept at the border', () => {
  const recorder = new LatencyRecorder();
  recorder.record(1e12);
  recorder.record(-5);
  assert.equal(recorder.count, 2);
});

test('The median of an even number lies between the two in the middle', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([3, 1, 2]), 2);
  assert.ok(Number.isNaN(median([])));
});
