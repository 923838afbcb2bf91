import assert from 'node:assert/strict';
import { test } from 'node:test';
import { truncate, truncateList } from './truncate.ts';

test('what is short stays, what is long is cut without tearing a character', () => {
  assert.equal(truncate('x'.repeat(64)), 'x'.repeat(64));
  assert.equal(truncate('x'.repeat(65)), `${'x'.repeat(64)}…`);
  assert.equal(truncate('ab\u{1F600}', 3), 'ab…');
});

test('of many names the first few', () => {
  assert.deepEqual(truncateList(['a', 'b']), ['a', 'b']);
  const letters = Array.from('abcdefghi');
  assert.deepEqual(truncateList(letters), letters.toSpliced(8, 1, '…'));
});
