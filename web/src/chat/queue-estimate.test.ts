import assert from 'node:assert/strict';
import { it } from 'node:test';
import { estimateSeconds, observePace } from './queue-estimate.ts';

it('guesses roughly at first and learns from the places that go by', () => {
  const unknown = { perPlaceMs: undefined };
  assert.equal(estimateSeconds(unknown, 3), 20);
  const seen = observePace(unknown, { position: 5, sinceMs: 0 }, 3, 30_000);
  assert.equal(seen.perPlaceMs, 15_000);
  assert.equal(estimateSeconds(seen, 3), 45);
  const faster = observePace(seen, { position: 3, sinceMs: 30_000 }, 2, 35_000);
  assert.equal(faster.perPlaceMs, 11_000);
  assert.equal(observePace(faster, { position: 2, sinceMs: 0 }, 2, 1), faster);
});

it('never promises nothing, and speaks of minutes when it is long', () => {
  assert.equal(estimateSeconds({ perPlaceMs: 10 }, 1), 5);
  assert.equal(estimateSeconds({ perPlaceMs: 30_000 }, 3), 120);
});
