import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EMPTY_CHAT, items, restored } from './chat-state.ts';
import { BLANK_TURN, type Item, type Turn } from './turn.ts';
import { keptPageOf, opened, precededBy, recalled, type KeptPage } from './recalled.ts';

function turn(id: string, change: Partial<Turn> = {}): Turn {
  const phase = { name: 'done', cut: false } as const;
  const said = { text: id, answer: `to ${id}`, trace: `t-${id}`, phase };
  return { ...BLANK_TURN, id, requestId: id, sentAtMs: 0, ...said, ...change };
}

const kept = (...names: string[]): KeptPage => ({
  turns: names.map((name) => ({
    user: name,
    assistant: `to ${name}`,
    trace: `t-${name}`,
    promptMessage: `${name}1`,
    answerMessage: `${name}2`,
    end: 'done',
    sentAtMs: 0,
    parent: '',
    promptVersions: undefined,
    answerVersions: undefined,
  })),
  earlier: undefined,
  follows: true,
  remembered: undefined,
});

const NOTICE: Item = { kind: 'notice', id: 'n', name: 'expired' };

/** What a reader sees, one word for each item. */
function look(all: readonly Item[], page: KeptPage, live?: Turn): string {
  const state = recalled(restored(all, live, { ...EMPTY_CHAT, dropped: 1 }), page);
  return items(state)
    .map((item) =>
      item.kind === 'notice' ? item.name : `${item.text}${item.phase.name === 'done' ? '' : '?'}`,
    )
    .join(' ');
}

it('adds what this browser does not have, where it was said, and nothing twice', () => {
  assert.equal(look([], kept('a', 'b')), 'a b');
  assert.equal(look([turn('a'), turn('c')], kept('a', 'b', 'c', 'd')), 'a b c d');
  assert.equal(look([turn('b')], kept('a', 'b')), 'a b');
  assert.equal(look([turn('old'), NOTICE, turn('b')], kept('a', 'b')), 'old expired a b');
  assert.equal(look([turn('a')], kept('a', 'b'), turn('c', { phase: { name: 'held' } })), 'a b c?');
});

it('keeps what the server does not have', () => {
  const failed = turn('b', {
    phase: { name: 'failed', reason: 'upstream_failed', values: {}, retryAtMs: 0 },
  });
  assert.equal(look([turn('a'), failed, turn('c')], kept('a', 'c')), 'a b? c');
  assert.equal(look([turn('a'), turn('b')], kept('b')), 'a b');
});

it('takes the answer that did not arrive', () => {
  const lost = { phase: { name: 'lost' }, answer: 'to' } as const;
  assert.equal(look([turn('a', lost)], kept('a')), 'a');
  assert.equal(look([turn('a', { ...lost, trace: '', answer: '' })], kept('a')), 'a');
  assert.equal(look([turn('a', lost)], kept('b')), 'b a?');
});

const message = (id: string, role: string, text: string, status = 'ok') => ({
  id,
  role,
  text,
  status,
  trace: `t-${text}`,
  createdAt: '2026-11-30T09:00:12.000Z',
});

it('makes sound turns of whatever comes', () => {
  assert.deepEqual(keptPageOf({}), {
    turns: [],
    earlier: undefined,
    follows: true,
    remembered: undefined,
  });
  assert.deepEqual(keptPageOf({ messages: [null, { role: 'user' }] }).turns, []);
});

it('takes whole turns only, and asks again for one that a page has cut', () => {
  const messages = [
    message('2', 'assistant', 'b'),
    message('3', 'user', 'c'),
    message('4', 'assistant', 'd'),
  ];
  const page = keptPageOf({ messages, before: '2' });
  assert.deepEqual(
    page.turns.map(({ user, assistant }) => [user, assistant]),
    [['c', 'd']],
  );
  assert.equal(page.earlier, '3');
});

it('shows what was stopped and what was erased as such', () => {
  const messages = [
    message('1', 'user', 'a'),
    message('2', 'assistant', 'b', 'cancelled'),
    message('3', 'user', '', 'erased'),
    message('4', 'assistant', '', 'erased'),
  ];
  const [stopped, erased] = items(opened(EMPTY_CHAT, keptPageOf({ messages })));
  assert.ok(stopped?.kind === 'turn' && stopped.phase.name === 'stopped' && !stopped.erased);
  assert.ok(erased?.kind === 'turn' && erased.erased);
});

it('puts what came before above, and knows whether there is more', () => {
  const state = opened({ ...EMPTY_CHAT, dropped: 3 }, { ...kept('c'), earlier: 'c1' });
  assert.deepEqual([state.earlier, state.dropped], ['c1', 0]);
  const whole = precededBy(state, kept('a', 'b'));
  assert.deepEqual(
    items(whole).map((item) => item.kind === 'turn' && item.text),
    ['a', 'b', 'c'],
  );
  assert.equal(whole.earlier, undefined);
  assert.equal(whole.pages.at(-1), state.pages.at(-1), 'what is shown is not drawn again');
});
