import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortened, shortenedList } from './shortened.ts';

test('what is short stays, what is long is cut without tearing a character', () => {
  assert.equal(shortened('x'.repeat(64)), 'x'.repeat(64));
  assert.equal(shortened('x'.repeat(65)), `${'x'.repeat(64)}…`);
  assert.equal(shortened('ab\u{1F600}', 3), 'ab…');
});

test('of many names the first few', () => {
  assert.deepEqual(shortenedList(['a', 'b']), ['a', 'b']);
  const letters = Array.from('abcdefghi');
  assert.deepEqual(shortenedList(letters), letters.toSpliced(8, 1, '…'));
});
