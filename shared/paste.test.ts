import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Paste } from './paste.ts';

function pasted(paste: Paste, ...lines: string[]) {
  return lines.map((line) => paste.add(line)).at(-1);
}

test('lines become one text up to a single dot, and two dots stand for such a line', () => {
  assert.deepEqual(pasted(new Paste(100), 'one', '', '..', ' .', '.'), { text: 'one\n\n.\n .' });
  assert.deepEqual(pasted(new Paste(100), '.'), { text: '' });
});

test('a text is refused when it is longer than it may be, its line ends counted', () => {
  assert.deepEqual(pasted(new Paste(8), 'one', 'two', '.'), { text: 'one\ntwo' });
  assert.deepEqual(pasted(new Paste(7), 'one', 'two', '.'), { fault: 'line_too_long' });
});

test('a text of which a line was lost is refused, whatever follows', () => {
  const paste = new Paste(10);
  paste.add('one');
  paste.lose('invalid_utf8');
  assert.deepEqual(pasted(paste, 'two', 'three, and four', '.'), { fault: 'invalid_utf8' });
});
