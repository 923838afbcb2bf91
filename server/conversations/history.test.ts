import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { History, weightOf } from './history.ts';

const SEED = 20_261_120;
const LIMITS = { historyTurnsMax: 5, historyCharactersMax: 200 };
const nameOf = (exchange: number) => ({ exchange, trace: `t${exchange}` });

test('what is removed is forgotten, and the rest keeps its order and weight', () => {
  const history = new History(LIMITS);
  history.add('a', 'A', nameOf(1));
  history.add('b', 'B', nameOf(2));
  history.add('c', 'C', nameOf(3));
  history.remove(2);
  history.remove(9);
  assert.deepEqual(history.newest(5), [
    { user: 'a', assistant: 'A', trace: 't1' },
    { user: 'c', assistant: 'C', trace: 't3' },
  ]);
  const { messages, rawTokens } = history.fitting(1_000);
  assert.deepEqual(
    messages.map(({ content }) => content),
    ['a', 'A', 'c', 'C'],
  );
  assert.equal(
    rawTokens,
    messages.reduce((sum, message) => sum + weightOf(message), 0),
  );
});

test(`adding, forgetting and removing in any order agree with a plain list (seed ${SEED})`, () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), words: fc.string({ maxLength: 40 }) }),
    fc.record({ kind: fc.constant('remove' as const), id: fc.nat(30) }),
  );
  const property = fc.property(fc.array(step, { maxLength: 40 }), fc.nat(80), (steps, room) => {
    const history = new History(LIMITS);
    let plain: { id: number; user: string; assistant: string }[] = [];
    for (const [id, one] of steps.entries()) {
      if (one.kind === 'remove') {
        history.remove(one.id);
        plain = plain.filter((turn) => turn.id !== one.id);
        continue;
      }
      history.add(one.words, 'ok', nameOf(id));
      plain.push({ id, user: one.words, assistant: 'ok' });
      const length = () => plain.reduce((sum, turn) => sum + turn.user.length + turn.assistant.length, 0);
      while (plain.length > LIMITS.historyTurnsMax || length() > LIMITS.historyCharactersMax) plain.shift();
    }
    assert.deepEqual(
      history.newest(99),
      plain.map(({ id, user, assistant }) => ({ user, assistant, trace: `t${id}` })),
    );
    const { messages, rawTokens } = history.fitting(room);
    const weight = messages.reduce((sum, message) => sum + weightOf(message), 0);
    assert.ok(Math.abs(rawTokens - weight) < 1e-6 && weight <= room + 1e-6);
    const next = plain.at(-messages.length / 2 - 1);
    if (next) {
      const more = weightOf({ role: 'user', content: next.user }) + weightOf({ role: 'user', content: 'ok' });
      assert.ok(weight + more > room - 1e-6);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});
