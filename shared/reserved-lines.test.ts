import assert from 'node:assert/strict';
import { test } from 'node:test';
import { undecidedEnd, withoutReservedLines } from './reserved-lines.ts';

test('[T-3] only the beginnings of lines that are the server’s get a space', () => {
  assert.equal(withoutReservedLines('FAIL send x\n-- Usuario-1:m1\n'), ' FAIL send x\n -- Usuario-1:m1\n');
  const free = '- one\n--two\n---\nFAILURE\n FAIL x\nit is FAIL x -- y\n|-- z';
  assert.equal(withoutReservedLines(free), free);
  assert.equal(withoutReservedLines('FAIL \nFAIL ', false), 'FAIL \n FAIL ');
});

test('what could still become such a beginning', () => {
  for (const end of ['F', 'FA', 'FAI', 'FAIL', '-', '--']) {
    assert.equal(undecidedEnd(end, true), end);
    assert.equal(undecidedEnd(`so\n${end}`, false), end);
    assert.equal(undecidedEnd(end, false), '');
  }
  for (const text of ['', 'FAILS', '---', 'a-', 'F\n', ' F']) assert.equal(undecidedEnd(text, true), '');
});
