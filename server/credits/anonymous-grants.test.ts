import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { addressKey } from '../../shared/ip-address.ts';
import { AnonymousGrants } from './anonymous-grants.ts';

const SEED = 20_261_123;
const WINDOW_MS = 1_000;

function grants(clock: ManualClock, credits: number, creditsPerAddress: number): AnonymousGrants {
  const isExempt = (address: string) => address === '127.0.0.1';
  const rest = { windowMs: WINDOW_MS, addressesMax: 100, keyOf: addressKey, isExempt };
  return new AnonymousGrants({ clock, credits, creditsPerAddress, ...rest });
}

test(`each address gets its share in any window, no more and no less (seed ${SEED})`, () => {
  const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1');
  const takes = fc.array(fc.record({ address, waitMs: fc.nat({ max: 700 }) }), { maxLength: 40 });
  const property = fc.property(takes, fc.nat({ max: 9 }), fc.nat({ max: 30 }), (all, credits, perAddress) => {
    const clock = new ManualClock(5);
    const given = grants(clock, credits, perAddress);
    const log: { address: string; atMs: number; amount: number }[] = [];
    for (const take of all) {
      clock.advance(take.waitMs);
      const atMs = clock.monotonic();
      const recent = log.filter((one) => one.address === take.address && atMs - one.atMs < WINDOW_MS);
      const left = perAddress - recent.reduce((sum, { amount }) => sum + amount, 0);
      const amount = given.take(take.address);
      assert.equal(amount, Math.min(credits, left));
      log.push({ address: take.address, atMs, amount });
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 300 });
});

test('a network of IPv6 is one address; those that are exempt always get all', () => {
  const given = grants(new ManualClock(), 10, 15);
  assert.deepEqual(
    [given.take('2001:db8::1'), given.take('2001:db8::2'), given.take('2001:db8::3')],
    [10, 5, 0],
  );
  assert.equal(given.take('2001:db8:0:1::1'), 10);
  for (let count = 0; count < 5; count += 1) assert.equal(given.take('127.0.0.1'), 10);
});

test('an address that has had its share is told when it gets more', () => {
  const clock = new ManualClock(5);
  const given = grants(clock, 10, 15);
  assert.equal(given.usedUpForMs('192.0.2.1', 0), undefined);
  assert.equal(given.take('192.0.2.1'), 10);
  clock.advance(300);
  assert.equal(given.take('192.0.2.1'), 5);
  assert.equal(given.usedUpForMs('192.0.2.1', 10), undefined, 'this account has got all that one gets');
  assert.equal(given.usedUpForMs('192.0.2.1', 5), WINDOW_MS - 300);
  assert.equal(given.usedUpForMs('192.0.2.2', 0), undefined);
  assert.equal(given.usedUpForMs('127.0.0.1', 0), undefined);
  clock.advance(WINDOW_MS - 300);
  assert.equal(given.usedUpForMs('192.0.2.1', 5), undefined);
});
