import assert from 'node:assert/strict';
import { it } from 'node:test';
import { messageText } from './message-text.ts';

it('keeps the indentation of the first line and leaves out what surrounds the text', () => {
  assert.equal(messageText('  \n\t\r\n    indented\n  less\n \n'), '    indented\n  less');
  assert.equal(messageText('\thello  '), '\thello');
  assert.equal(messageText(' \n \t '), '');
});

it('is empty when nobody can see it', () => {
  for (const nothing of [
    '',
    '\u200B',
    '\uFEFF',
    '\u2060 \u00AD',
    '\u3164',
    '\u2800',
    '\u0000\u0007',
    '\u202E\u200F',
  ]) {
    assert.equal(messageText(nothing), '');
  }
  for (const text of ['.', '👩‍👧', '\u200Bx', 'ñ']) assert.equal(messageText(text), text);
});
