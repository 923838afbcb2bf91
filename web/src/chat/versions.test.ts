import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EMPTY_CHAT, items, restored, type ChatState } from './chat-state.ts';
import { begunElsewhere, continuedElsewhere, endedElsewhere } from './elsewhere.ts';
import { appended, completed, dispatched, failed, retried, stopAsked } from './live-turn.ts';
import { edited, editingBegun, memoryBegins, newestEditable, regenerated } from './versions.ts';
import { BLANK_TURN, type Turn } from './turn.ts';

function turn(name: string, change: Partial<Turn> = {}): Turn {
  const said = { text: name, answer: `to ${name}`, trace: `t-${name}`, sentAtMs: 0 };
  const ids = { promptMessage: `${name}1`, answerMessage: `${name}2` };
  const phase = { name: 'done', cut: false } as const;
  return { ...BLANK_TURN, id: name, requestId: name, ...said, ...ids, phase, ...change };
}

const open = (...names: string[]): ChatState =>
  restored(
    names.map((name) => turn(name)),
    undefined,
    { ...EMPTY_CHAT, conversation: 'c' },
  );
const texts = (state: ChatState) =>
  items(state).map((item) => (item.kind === 'turn' ? item.text : item.name));
const NEW = { id: 'n', requestId: 'r', nowMs: 1 };
const editing = (state: ChatState, id: string) => edited(editingBegun(state, id), NEW, 'other words');
const refused = (reason: 'rate_limited' | 'upstream_failed' | 'cancelled') => ({
  reason,
  values: {},
  retryAfterMs: 0,
});

it('asks with other words from the message on, and shows both versions once it is answered', () => {
  const state = editing(open('a', 'b', 'c'), 'b');
  assert.deepEqual(texts(state), ['a', 'other words']);
  assert.deepEqual(state.live?.asked, { name: 'edit', message: 'b1' });
  const siblings = { ids: ['b1', '8'], index: 1 };
  const result = { answer: 'fine', model: 'm', trace: 't', offline: false, degraded: false, cut: false };
  const ids = { promptMessage: '8', answerMessage: '9', conversation: 'c', siblings, remembered: 2 };
  const done = completed(state, 'r', { ...result, ...ids, charged: 1, receipt: undefined });
  const last = items(done).at(-1);
  assert.ok(last?.kind === 'turn' && last.promptVersions?.index === 1);
  assert.equal(done.before, undefined);
});

it('brings back what was shown when nothing came of a version, with the words in their place', () => {
  for (const failure of [refused('rate_limited'), refused('upstream_failed')]) {
    const state = failed(dispatched(editing(open('a', 'b', 'c'), 'b'), true), 'r', failure, 0);
    assert.deepEqual(texts(state), ['a', 'b', 'c']);
    assert.deepEqual(state.editing, { turn: 'b', text: 'other words' });
    assert.equal(state.refusal?.reason, failure.reason);
  }
  const stopped = failed(
    stopAsked(dispatched(editing(open('a', 'b'), 'a'), true)),
    'r',
    refused('cancelled'),
    0,
  );
  assert.deepEqual([texts(stopped), stopped.refusal], [['a', 'b'], undefined]);
  const held = stopAsked(editing(open('a', 'b'), 'a'));
  assert.deepEqual([texts(held), held.editing?.text, held.draft], [['a', 'b'], 'other words', '']);
});

it('keeps what had come of a version that failed below the branch that stands, to be tried again', () => {
  const half = appended(dispatched(editing(open('a', 'b', 'c'), 'b'), true), 'r', 'half', 0);
  const state = failed(half, 'r', refused('upstream_failed'), 0);
  assert.deepEqual(texts(state), ['a', 'b', 'c', 'other words']);
  const again = retried(state, 'n', 'r2');
  assert.deepEqual(texts(again), ['a', 'other words']);
  assert.deepEqual(again.live?.asked, { name: 'edit', message: 'b1' });
});

it('asks for another answer in place of the one that is shown', () => {
  const state = regenerated(open('a', 'b', 'c'), 'b', NEW);
  assert.deepEqual(texts(state), ['a', 'b']);
  assert.deepEqual(
    [state.live?.asked, state.live?.promptMessage],
    [{ name: 'regenerate', message: 'b2' }, 'b1'],
  );
  const gone = failed(dispatched(state, true), 'r', refused('upstream_failed'), 0);
  assert.deepEqual([texts(gone), gone.editing], [['a', 'b', 'c'], undefined]);
});

it('offers no version of what the server does not have, or was erased', () => {
  const all = [turn('a'), turn('b', { erased: true }), turn('c', { promptMessage: '', answerMessage: '' })];
  const state = restored(all, undefined, EMPTY_CHAT);
  assert.equal(newestEditable(state)?.id, 'a');
  for (const id of ['b', 'c']) {
    assert.equal(editingBegun(state, id), state);
    assert.equal(regenerated(state, id, NEW).live, undefined);
  }
});

const begun = { trace: 'Usuario-9:m1', prompt: 'hello', parent: 'b2' };

it('names the files of a turn of another session at once, and shows what was sent of them at its end', () => {
  const state = begunElsewhere(open('a', 'b'), { ...begun, files: ['sea.png'] }, 0);
  assert.deepEqual(state.live?.attachments, [{ name: 'sea.png' }]);
  const attachments = [{ name: 'sea.png', type: 'image', bytes: 40 }];
  const ended = { ...begun, phase: 'ended', promptMessage: '8', answerMessage: '9' };
  const last = (given: typeof state) => given.pages.flat().at(-1);
  assert.deepEqual(last(endedElsewhere(state, { ...ended, attachments }))?.kind, 'turn');
  const shown = last(endedElsewhere(state, { ...ended, attachments }));
  assert.deepEqual(shown?.kind === 'turn' && shown.attachments, attachments);
});

it('shows a turn of another session where it belongs, and takes every part of it once', () => {
  let state = begunElsewhere(open('a', 'b'), { ...begun, text: 'He' }, 0);
  assert.deepEqual([texts(state), state.live?.answer], [['a', 'b', 'hello'], 'He']);
  assert.equal(begunElsewhere(state, begun, 0), state);
  state = continuedElsewhere(state, { ...begun, from: 2, text: 'llo' }, 0);
  state = continuedElsewhere(state, { ...begun, from: 2, text: 'llo' }, 0);
  assert.equal(state.live?.answer, 'Hello');
  const done = endedElsewhere(state, { ...begun, phase: 'ended', promptMessage: '8', answerMessage: '9' });
  assert.equal(done.live, undefined);
  assert.equal(begunElsewhere(done, begun, 0), done);
});

it('shows a version from elsewhere in place of what it replaces, and puts it back when it fails', () => {
  const state = begunElsewhere(open('a', 'b', 'c'), { trace: 't9', promptMessage: 'a1' }, 0);
  assert.deepEqual([texts(state), state.live?.elsewhere], [['a'], true]);
  assert.deepEqual(texts(endedElsewhere(state, { trace: 't9', phase: 'failed' })), ['a', 'b', 'c']);
});

it('leaves alone what belongs elsewhere: an older branch, a message out of sight, a turn of its own', () => {
  const stands = { ...open('a', 'b'), follows: false };
  assert.equal(begunElsewhere(stands, begun, 0), stands);
  const other = open('a', 'b');
  assert.equal(begunElsewhere(other, { ...begun, parent: 'z2' }, 0), other);
  const own = regenerated(open('a', 'b'), 'b', NEW);
  assert.equal(begunElsewhere(own, begun, 0), own);
});

it('keeps words that were being written for a message which is replaced from elsewhere', () => {
  const state = { ...editingBegun(open('a', 'b'), 'b'), draft: 'mine' };
  const gone = begunElsewhere(state, { ...begun, parent: 'a2' }, 0);
  assert.deepEqual([gone.editing, gone.draft], [undefined, 'b\n\nmine']);
});

it('knows where the memory of the model begins', () => {
  const all = ['a', 'b', 'c', 'd'].map((name) => turn(name));
  const remembering = (remembered: number | undefined) =>
    memoryBegins([...all.slice(0, 3), turn('d', { remembered })]);
  assert.equal(remembering(undefined), undefined);
  assert.equal(remembering(6), undefined);
  assert.equal(remembering(4), 'b');
  assert.equal(remembering(0), 'd');
});
