import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommand, type OperationCommand } from '../../shared/text-command.ts';
import { SecretQuestion } from './secret-question.ts';

/** `hasNegotiated`: whether the client speaks telnet. */
function ask(line: string, hasNegotiated: boolean) {
  const log: string[] = [];
  const command = parseCommand(line, 'en');
  assert.ok(command.type === 'operation');
  const terminal = {
    hasNegotiated,
    hideInput: () => void log.push('hide'),
    showInput: () => void log.push('show'),
  };
  const writer = {
    lines: (text: string) => void log.push(text),
    blankLine: () => void log.push('line end'),
  };
  return { question: new SecretQuestion(command, terminal, writer, 'en'), log };
}

const CANCEL_HINT = '(an empty line cancels):';

test('[T-8] over telnet nobody sees what is typed, and each line ends on the screen', () => {
  const { question, log } = ask('/password', true);
  assert.equal(question.answer('the old one'), 'more');
  const { name, input, secrets } = question.answer(' the new one ') as OperationCommand;
  assert.deepEqual([name, secrets], ['auth.password', undefined]);
  assert.deepEqual(input, { current: 'the old one', password: ' the new one ' });
  assert.deepEqual(log, [
    'hide',
    `-- Current password ${CANCEL_HINT}`,
    'line end',
    `-- New password, 10 characters or more ${CANCEL_HINT}`,
    'line end',
    'show',
  ]);
});

test('[T-8] without telnet the person is warned, and no line is ended', () => {
  const { question, log } = ask('/login ana@example.org', false);
  const answered = question.answer('a long sentence') as OperationCommand;
  assert.deepEqual(answered.input, { email: 'ana@example.org', password: 'a long sentence' });
  assert.deepEqual(log, [
    'hide',
    '-- What you type will be seen on your screen',
    `-- Password ${CANCEL_HINT}`,
    'show',
  ]);
});

for (const line of ['', '/cancel', ' /cancel ']) {
  test(`[T-8] ${JSON.stringify(line)} cancels, at the second question too`, () => {
    const { question, log } = ask('/password', true);
    question.answer('the old one');
    assert.equal(question.answer(line), undefined);
    assert.deepEqual(log.slice(-2), ['show', '-- Cancelled']);
  });
}
