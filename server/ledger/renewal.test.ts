import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renewalShares } from './renewal.ts';

test('what is left lapses, is carried over, or is carried up to a limit', () => {
  const left = { left: 300, available: 300 };
  const of = (carriedMax: number, periods = 1) => renewalShares({ amount: 1_000, periods, carriedMax }, left);
  assert.deepEqual(of(0), { carried: 0, lapsed: 300, amount: 1_000 });
  assert.deepEqual(of(5_000), { carried: 300, lapsed: 0, amount: 1_000 });
  assert.deepEqual(of(100), { carried: 100, lapsed: 200, amount: 1_000 });
});

test('after three periods at once the account has what three renewals would have given', () => {
  const terms = { amount: 1_000, periods: 3 };
  const left = { left: 300, available: 300 };
  assert.deepEqual(renewalShares({ ...terms, carriedMax: 0 }, left), {
    carried: 0,
    lapsed: 300,
    amount: 1_000,
  });
  // 300 + 1000; of these 1300 + 1000; of these 1500 + 1000.
  assert.deepEqual(renewalShares({ ...terms, carriedMax: 1_500 }, left), {
    carried: 300,
    lapsed: 0,
    amount: 2_200,
  });
});

test('what calls have set aside does not lapse', () => {
  const terms = { amount: 0, periods: 1, carriedMax: 0 };
  assert.deepEqual(renewalShares(terms, { left: 300, available: 100 }), {
    carried: 200,
    lapsed: 100,
    amount: 0,
  });
});

test('periods at once are as many renewals one after the other, and nothing goes below zero', () => {
  const amounts = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(
      fc.record({ left: amounts, other: amounts, amount: amounts, carriedMax: amounts }),
      fc.integer({ min: 1, max: 40 }),
      ({ left, other, amount, carriedMax }, periods) => {
        const shares = renewalShares({ amount, periods, carriedMax }, { left, available: left + other });
        assert.equal(shares.carried + shares.lapsed, left);
        let allowance = left;
        for (let period = 0; period < periods; period += 1) {
          const one = renewalShares(
            { amount, periods: 1, carriedMax },
            { left: allowance, available: allowance + other },
          );
          allowance = one.carried + one.amount;
        }
        assert.equal(shares.carried + shares.amount, allowance);
        assert.ok(shares.amount >= 0 && shares.carried >= 0 && shares.lapsed >= 0);
      },
    ),
  );
});
