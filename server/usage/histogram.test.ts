import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../ledger/simulated-disk.fixture.ts';
import {
  addDuration,
  addEncoded,
  encodeHistogram,
  mergeInto,
  percentile,
  type Histogram,
} from './histogram.ts';

const SHARES = [0.5, 0.9, 0.95, 0.99, 0.999];
const NEAR = 0.02;

function histogramOf(values: readonly number[]): Histogram {
  const histogram: Histogram = new Map();
  for (const value of values) addDuration(histogram, value);
  return histogram;
}

function exact(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? assert.fail();
}

test('percentiles of merged histograms are within 2 % of the exact ones', () => {
  const random = seededRandom(7);
  const shapes: readonly (() => number)[] = [
    () => 1 + random() * 1_000,
    () => Math.exp(random() * 14),
    () => (random() < 0.9 ? 40 + random() : 20_000 + random() * 40_000),
  ];
  for (const shape of shapes) {
    const parts = Array.from({ length: 30 }, () => Array.from({ length: 200 }, shape));
    const merged: Histogram = new Map();
    for (const part of parts) addEncoded(merged, encodeHistogram(histogramOf(part)));
    const all = parts.flat();
    for (const share of SHARES) {
      const expected = exact(all, share);
      const found = percentile(merged, share) ?? assert.fail();
      assert.ok(Math.abs(found - expected) <= expected * NEAR, `${share}: ${found}, exactly ${expected}`);
    }
    const other: Histogram = new Map();
    for (const part of parts) mergeInto(other, histogramOf(part));
    assert.deepEqual(other, merged);
  }
});

test('what was encoded is added as it was, and one duration takes three bytes', () => {
  const histogram = histogramOf([0, 0.001, 5, 5, 250_000, Number.MAX_VALUE]);
  const again: Histogram = new Map();
  addEncoded(again, encodeHistogram(histogram));
  assert.deepEqual(again, new Map([...histogram].sort(([one], [other]) => one - other)));
  assert.ok((encodeHistogram(histogramOf([800]))?.length ?? 0) <= 3);
  assert.equal(encodeHistogram(new Map()), null);
  assert.equal(percentile(new Map(), 0.5), undefined);
  assert.throws(() => addEncoded(new Map(), Uint8Array.of(0x80)), /middle of a number/);
});
