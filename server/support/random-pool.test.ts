import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pooledRandomBytes } from './random-pool.ts';

test('each byte is given out once, in order, and in memory of its own', () => {
  let next = 0;
  let calls = 0;
  const random = pooledRandomBytes((size) => {
    calls += 1;
    return Buffer.from(Array.from({ length: size }, () => next++ % 251));
  });
  const first = random(64);
  const second = random(64);
  assert.deepEqual(
    [...first],
    Array.from({ length: 64 }, (_, index) => index % 251),
  );
  assert.equal(second[0], 64);
  assert.equal(calls, 1);
  assert.equal(first.buffer.byteLength, 64);
});

test('what does not fit into the rest of the pool begins a new one, and large pieces go past it', () => {
  let calls = 0;
  const random = pooledRandomBytes((size) => {
    calls += 1;
    return Buffer.alloc(size, calls);
  });
  random(8_000);
  assert.deepEqual([...new Set(random(300))], [2]);
  assert.equal(random(10_000).length, 10_000);
  assert.equal(calls, 3);
});
