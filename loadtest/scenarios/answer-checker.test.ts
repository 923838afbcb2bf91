import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AnswerChecker } from './answer-checker.ts';
import type { Expectation } from './options.ts';

const TIMES = { firstTokenMs: 1, answerMs: 2 };

test('Right echoes in order are no violation', () => {
  const { checker, violations } = create('echo');
  for (let message = 1; message <= 5; message += 1) {
    const asked = checker.ask(3, message, 80);
    const answer = { text: `echo: ${asked.text}`, trace: `Usuario-9:m${message}`, ...TIMES };
    checker.check(asked, 'Usuario-9', answer);
  }
  assert.deepEqual(violations, []);
});

const CASES: readonly (readonly [string, (own: string) => { text: string; trace: string }, RegExp])[] = [
  ['an empty answer', () => ({ text: '', trace: 'Usuario-9:m1' }), /empty/],
  [
    'a truncate echo',
    (own) => ({ text: `echo: ${own.slice(0, -1)}`, trace: 'Usuario-9:m1' }),
    /not the echo/,
  ],
  [
    'an echo of another',
    () => ({ text: 'echo: lttest-c4-m1 end', trace: 'Usuario-9:m1' }),
    /belongs to lttest-c4-m1/,
  ],
  ['a trace of another', (own) => ({ text: `echo: ${own}`, trace: 'Usuario-8:m1' }), /another's/],
  ['no trace', (own) => ({ text: `echo: ${own}`, trace: 'undefined' }), /another's/],
];
for (const [name, answerOf, message] of CASES) {
  test(`Notices ${name}`, () => {
    const { checker, violations } = create('echo');
    const asked = checker.ask(3, 1, 80);
    checker.check(asked, 'Usuario-9', { ...answerOf(asked.text), ...TIMES });
    assert.match(violations.join('\n'), message);
  });
}

test('Notices an answer that comes a second time', () => {
  const { checker, violations } = create('any');
  const asked = checker.ask(3, 1, 80);
  const answer = { text: 'whatever', trace: 'Usuario-9:m1', ...TIMES };
  checker.check(asked, 'Usuario-9', answer);
  checker.check(checker.ask(3, 2, 80), 'Usuario-9', answer);
  assert.match(violations.join('\n'), /not newer/);
});

test('A model may say anything, and may remember what the same client said before', () => {
  const { checker, violations } = create('any');
  const first = checker.ask(3, 1, 80);
  const asked = checker.ask(3, 2, 80);
  checker.check(asked, 'Usuario-9', { text: `You said ${first.text}`, trace: 'Usuario-9:m2', ...TIMES });
  assert.deepEqual(violations, []);
});

test('A message has nearly the wanted size, and never more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 10_000 }), (bytes) => {
      const size = Buffer.byteLength(create('any').checker.ask(12, 345, bytes).text);
      assert.ok(size <= bytes && size > bytes - 12, `${size} of ${bytes}`);
    }),
    { seed: 20_260_105 },
  );
});

function create(expect: Expectation) {
  const violations: string[] = [];
  return { violations, checker: new AnswerChecker('test', expect, (text) => violations.push(text)) };
}
