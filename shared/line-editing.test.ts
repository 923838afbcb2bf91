import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editedLine } from './line-editing.ts';

const SEED = 20_261_131;

test('[P-6] Backspace, DEL and Ctrl-U erase what was written', () => {
  for (const [typed, meant] of [
    ['/whoamo\bi', '/whoami'],
    ['helo\u007Flo', 'hello'],
    ['\b\b\bhi\b\b\b', ''],
    ['si\u0301\bo', 'so'],
    ['👩‍👧\bx', 'x'],
    ['wrong\u0015right', 'right'],
    ['plain\ttext', 'plain\ttext'],
  ] as const) {
    assert.equal(editedLine(typed), meant);
  }
});

test('[P-6] arrows and other keys write nothing', () => {
  const keys = ['[A', '[D', 'OC', '[3~', '[1;5D', '[200~', '[201~', ''];
  for (const key of keys) assert.equal(editedLine(`he\u001B${key}llo`), 'hello');
  assert.equal(editedLine('\u001B[A\u001B[A'), '');
});

test(`[P-6] no line keeps a key for editing, and erasing is never slow (seed ${SEED})`, () => {
  const unit = fc.constantFrom('a', 'é', '\b', '\u007F', '\u0015', '\u001B', '[', 'A', '1', '👧', '\u200D');
  const property = fc.property(fc.string({ unit, maxLength: 80 }), (line) => {
    const edited = editedLine(line);
    assert.doesNotMatch(edited, /[\b\u0015\u001B\u007F]/);
    assert.ok(edited.length <= line.length);
  });
  fc.assert(property, { seed: SEED });
  assert.equal(editedLine('é\b'.repeat(100_000)), '');
});
