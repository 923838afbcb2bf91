import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PricesSchema } from './prices.ts';

test('prices are whole numbers that are not negative', () => {
  const parses = (price: unknown) => PricesSchema.safeParse({ m: price }).success;
  assert.ok(parses({ input: 0, output: 1_000_000 }));
  const wrong = [
    { input: -1, output: 1 },
    { input: 0.5, output: 1 },
    { input: 1 },
    { input: 1, output: 1, x: 1 },
  ];
  for (const price of [...wrong, { input: 1, output: 1_000_001 }, 3]) assert.ok(!parses(price));
});
