import assert from 'node:assert/strict';
import { it } from 'node:test';
import { messageText } from './message-text.ts';

it('keeps the indentation of the first line and leaves out what surrounds the text', () => {
  assert.equal(messageText('  \n\t\r\n    indented\n  less\n \n'), '    indented\n  less');
  assert.equal(messageText('\thello  '), '\thello');
  assert.equal(messageText(' \n \t '), '');
});
