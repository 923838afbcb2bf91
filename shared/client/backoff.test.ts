import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { BACKOFF, backoffMs, reconnectDelayMs } from './backoff.ts';

it('draws each delay between nothing and a doubling ceiling', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, drawn) => {
        const delay = backoffMs(attempt, () => drawn);
        assert.ok(delay >= 0 && delay <= Math.min(BACKOFF.maxMs, BACKOFF.firstMs * 2 ** attempt));
      },
    ),
  );
});

it('never comes before the moment that the server named', () => {
  assert.equal(
    reconnectDelayMs(0, 5_000, () => 0),
    5_000,
  );
  assert.equal(
    reconnectDelayMs(0, 5_000, () => 0.999),
    5_500,
  );
});
