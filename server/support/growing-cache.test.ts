import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growingCache } from './growing-cache.ts';

test('what was used least recently is forgotten beyond the limit, and nothing else', () => {
  const cache = growingCache<string, number>(3);
  for (const [value, key] of ['a', 'b', 'c'].entries()) cache.set(key, value);
  cache.get('a');
  cache.set('d', 3);
  assert.deepEqual([...cache.keys()].sort(), ['a', 'c', 'd']);
  cache.delete('a');
  cache.set('e', 4);
  assert.deepEqual([...cache.keys()].sort(), ['c', 'd', 'e']);
});
