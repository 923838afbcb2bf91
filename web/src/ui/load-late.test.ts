import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadLate } from './load-late.ts';

it('tries again until the part comes', async () => {
  let attempts = 0;
  const delaysMs: number[] = [];
  const load = () => {
    attempts += 1;
    return attempts < 3 ? Promise.reject(new Error('offline')) : Promise.resolve('part');
  };
  const after = (delayMs: number, run: () => void) => {
    delaysMs.push(delayMs);
    run();
  };
  assert.equal(await loadLate(load, after), 'part');
  assert.deepEqual(delaysMs, [3_000, 3_000]);
});

it('gives up in the end', async () => {
  const after = (_delayMs: number, run: () => void) => run();
  assert.equal(await loadLate(() => Promise.reject(new Error('gone')), after), undefined);
});
