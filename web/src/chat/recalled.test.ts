import assert from 'node:assert/strict';
import { it } from 'node:test';
import { BLANK_TURN, EMPTY_CHAT, items, restored, type Item, type Turn } from './chat-state.ts';
import { keptTurnsOf, recalled } from './recalled.ts';

function turn(id: string, change: Partial<Turn> = {}): Turn {
  const phase = { name: 'done', cut: false } as const;
  const said = { text: id, answer: `to ${id}`, trace: `t-${id}`, phase };
  return { ...BLANK_TURN, id, requestId: id, sentAtMs: 0, ...said, ...change };
}

const kept = (...names: string[]) =>
  names.map((name) => ({ user: name, assistant: `to ${name}`, trace: `t-${name}` }));

const NOTICE: Item = { kind: 'notice', id: 'n', name: 'expired' };

/** What a reader sees, one word for each item. */
function look(all: readonly Item[], turns: ReturnType<typeof kept>, live?: Turn): string {
  const state = recalled(restored(all, live, { ...EMPTY_CHAT, dropped: 1 }), turns);
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

it('makes sound turns of whatever comes', () => {
  assert.deepEqual(keptTurnsOf(undefined), []);
  assert.deepEqual(keptTurnsOf([null, { user: 1 }]), [{ user: '', assistant: '', trace: '' }]);
});
