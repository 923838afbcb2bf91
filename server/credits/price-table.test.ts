import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cost, PricesSchema, PriceTable } from './price-table.ts';

test('a model has its own price, else that of "*", else one credit a token', () => {
  const named = { large: { input: 2, output: 6 } };
  assert.deepEqual(new PriceTable(named).of('ollama', 'large'), { input: 2, output: 6 });
  assert.deepEqual(new PriceTable(named).of('ollama', 'small'), { input: 1, output: 1 });
  const others = new PriceTable({ ...named, '*': { input: 0, output: 3 } });
  assert.deepEqual(others.of('openai', 'small'), { input: 0, output: 3 });
  assert.deepEqual(others.of('openai', 'large'), { input: 2, output: 6 });
});

test('the names that Ollama takes for one model have one price', () => {
  const table = new PriceTable({ 'Large:latest': { input: 2, output: 6 } });
  for (const name of ['large', 'LARGE', 'large:latest', 'library/large', 'library/Large:latest']) {
    assert.deepEqual(table.of('ollama', name), { input: 2, output: 6 });
  }
  assert.deepEqual(table.of('ollama', 'large:7b'), { input: 1, output: 1 });
});

test('the companion is free under any name, and a name from the outside finds nothing but prices', () => {
  const table = new PriceTable({ companion: { input: 9, output: 9 } });
  assert.deepEqual(table.of('offline', 'companion'), { input: 0, output: 0 });
  for (const model of ['__proto__', 'constructor', 'toString', '']) {
    assert.deepEqual(table.of('openai', model), { input: 1, output: 1 });
  }
});

test('the cost counts both directions', () => {
  assert.equal(cost({ input: 2, output: 6 }, 100, 10), 260);
  assert.equal(cost({ input: 0, output: 0 }, 100, 10), 0);
});

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
