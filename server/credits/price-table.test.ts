import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cost, PriceTable } from './price-table.ts';

test('a model has its own price, else that of "*", else one credit a token', () => {
  const named = { large: { input: 2, output: 6 } };
  assert.deepEqual(new PriceTable(named).of('large'), { input: 2, output: 6 });
  assert.deepEqual(new PriceTable(named).of('small'), { input: 1, output: 1 });
  const others = new PriceTable({ ...named, '*': { input: 0, output: 3 } });
  assert.deepEqual(others.of('small'), { input: 0, output: 3 });
  assert.deepEqual(others.of('large'), { input: 2, output: 6 });
});

test('the names that Ollama takes for one model have one price', () => {
  const table = new PriceTable({ 'Large:latest': { input: 2, output: 6 } });
  for (const name of ['large', 'LARGE', 'large:latest', 'library/large', 'library/Large:latest']) {
    assert.deepEqual(table.of(name), { input: 2, output: 6 });
  }
  assert.deepEqual(table.of('large:7b'), { input: 1, output: 1 });
});

test('a name from the outside finds nothing but prices', () => {
  for (const model of ['__proto__', 'constructor', 'toString', '']) {
    assert.deepEqual(new PriceTable({}).of(model), { input: 1, output: 1 });
  }
});

test('the cost counts both directions', () => {
  assert.equal(cost({ input: 2, output: 6 }, 100, 10), 260);
  assert.equal(cost({ input: 0, output: 0 }, 100, 10), 0);
});
