import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { memoryValues, type KeyValues } from '../ui/browser-values.ts';
import { EMPTY_CHAT, items, type ChatState } from './chat-state.ts';
import { appended, completed, dispatched, submitted } from './live-turn.ts';
import { SlotStorage, STORAGE_LIMITS } from './slot-storage.ts';

const SESSION = { session: 'Usuario-1', token: 't', epoch: 'e', lastSeq: 7 };
const DONE = {
  answer: 'whole',
  model: 'm',
  trace: 't',
  offline: false,
  degraded: false,
  cut: false,
  conversation: '',
  promptMessage: '',
  answerMessage: '',
  siblings: undefined,
  remembered: undefined,
  charged: 3,
  receipt: { index: 7, proof: 'p', promptSalt: 'a', answerSalt: 'b', linkedWith: 0 },
};

const sent = (state: ChatState, id: string, text = 'hello') =>
  dispatched(submitted(state, { id, requestId: `r-${id}`, text, nowMs: 5 }), true);
const answered = (state: ChatState, id: string, answer = 'whole') =>
  completed(sent(state, id), `r-${id}`, { ...DONE, answer });

describe('SlotStorage', () => {
  it('gives back the conversation, the running turn, the draft and the session', () => {
    const storage = new SlotStorage(memoryValues());
    const running = appended(sent(answered(EMPTY_CHAT, 'a'), 'b'), 'r-b', 'ha', 0);
    const settings = { route: 'm', persona: '', instructions: 'Be brief' };
    const chat = { ...running, draft: 'next', settings };
    assert.ok(storage.save('s', { chat, resumption: SESSION }, 9));
    const kept = storage.load('s');
    assert.deepEqual(items(kept.chat), items(chat));
    assert.deepEqual(kept.chat.live, chat.live);
    assert.equal(kept.chat.draft, 'next');
    assert.deepEqual(kept.chat.settings, settings);
    assert.deepEqual(kept.resumption, SESSION);
    assert.deepEqual(storage.list(), [{ slot: 's', savedAtMs: 9 }]);
  });

  it('takes a turn that both records hold from the one that was written with the session', () => {
    const values = memoryValues();
    const running = appended(sent(answered(EMPTY_CHAT, 'a'), 'b'), 'r-b', 'ha', 0);
    new SlotStorage(values).save('s', { chat: running, resumption: SESSION }, 1);
    const live = values.getItem('hilo.slot.s.live') ?? '';
    new SlotStorage(values).save('s', { chat: completed(running, 'r-b', DONE), resumption: SESSION }, 2);
    // As if the page had ended between the two writes.
    values.setItem('hilo.slot.s.live', live);
    const kept = new SlotStorage(values).load('s');
    assert.deepEqual(
      items(kept.chat).map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(kept.chat.live?.answer, 'ha');
  });

  it('keeps the newest turns within both bounds', () => {
    const storage = new SlotStorage(memoryValues());
    let chat = EMPTY_CHAT;
    for (let turn = 0; turn < STORAGE_LIMITS.turnsKept + 20; turn += 1) chat = answered(chat, `t${turn}`);
    storage.save('s', { chat, resumption: undefined }, 0);
    assert.equal(items(storage.load('s').chat).length, STORAGE_LIMITS.turnsKept);
    chat = answered(answered(EMPTY_CHAT, 'old'), 'big', 'x'.repeat(STORAGE_LIMITS.charactersKept - 62));
    storage.save('s', { chat: answered(chat, 'new', 'y'.repeat(50)), resumption: undefined }, 0);
    assert.deepEqual(
      items(storage.load('s').chat).map(({ id }) => id),
      ['big', 'new'],
    );
  });

  it('says so when there is no room, and does not throw', () => {
    const values = memoryValues();
    const full = { ...values, length: 0, setItem: () => assert.fail('QuotaExceededError') };
    assert.equal(new SlotStorage(full).save('s', { chat: EMPTY_CHAT, resumption: SESSION }, 0), false);
  });

  it('makes something sound of whatever is found', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (past, live) => {
        const values = memoryValues();
        values.setItem('hilo.slot.s.past', fc.stringify(past).slice(1, -1));
        values.setItem('hilo.slot.s.live', live);
        values.setItem('hilo.slot.u.past', `{"items":[${past}]}`);
        values.setItem('hilo.slot.u.live', `{"turn":${live},"resumption":${past}}`);
        const storage = new SlotStorage(values);
        for (const slot of ['s', 'u']) assert.equal(storage.load(slot).resumption, undefined);
        storage.list();
      }),
    );
  });
});

describe('the bounds of SlotStorage', () => {
  it('counts the turns that it does not keep, once and again', () => {
    const storage = new SlotStorage(memoryValues());
    let chat = EMPTY_CHAT;
    for (let turn = 0; turn < STORAGE_LIMITS.turnsKept + 20; turn += 1) chat = answered(chat, `t${turn}`);
    storage.save('s', { chat, resumption: undefined }, 0);
    const once = storage.load('s').chat;
    assert.equal(once.dropped, 20);
    storage.save('s', { chat: answered({ ...once, revision: 9_999 }, 'new'), resumption: undefined }, 1);
    assert.equal(storage.load('s').chat.dropped, 21);
  });

  it('keeps session and newest texts of the window in use when the browser is full', () => {
    const values = limitedValues(20_000);
    const storage = new SlotStorage(values);
    for (const slot of ['a', 'b', 'c']) {
      const chat = answered(EMPTY_CHAT, slot, 'x'.repeat(7_000));
      assert.ok(storage.save(slot, { chat, resumption: SESSION }, slot.charCodeAt(0)), slot);
    }
    assert.equal(items(storage.load('c').chat).length, 1);
    // The oldest gave way, and says how much.
    assert.equal(storage.load('a').chat.dropped, 1);
    assert.deepEqual(storage.load('a').resumption, SESSION);
    let chat = EMPTY_CHAT;
    for (let turn = 0; turn < 8; turn += 1) chat = answered(chat, `t${turn}`, 'y'.repeat(4_000));
    assert.equal(storage.save('c', { chat, resumption: SESSION }, 200), false);
    const kept = storage.load('c');
    assert.equal(items(kept.chat).at(-1)?.id, 't7');
    assert.equal(items(kept.chat).length + kept.chat.dropped, 8);
    assert.deepEqual(kept.resumption, SESSION);
    storage.keepFirst('hilo.guest', 'g'.repeat(5_000));
    assert.equal(values.getItem('hilo.guest')?.length, 5_000);
  });

  it('keeps the session even when there is no room for the running answer’s past', () => {
    const storage = new SlotStorage(limitedValues(1_500));
    const chat = sent(answered(EMPTY_CHAT, 'a', 'x'.repeat(700)), 'b', 'y'.repeat(300));
    storage.save('s', { chat, resumption: SESSION }, 0);
    assert.deepEqual(storage.load('s').resumption, SESSION);
    assert.equal(storage.load('s').chat.live?.id, 'b');
  });

  it('stays within one budget for all conversations', () => {
    const values = memoryValues();
    const storage = new SlotStorage(values);
    const text = 'x'.repeat(900_000);
    for (let slot = 0; slot < 7; slot += 1) {
      storage.save(`s${slot}`, { chat: answered(EMPTY_CHAT, 'a', text), resumption: SESSION }, slot);
    }
    const kept = Array.from({ length: 7 }, (_, slot) => items(storage.load(`s${slot}`).chat).length);
    assert.deepEqual(kept, [0, 0, 0, 1, 1, 1, 1]);
  });
});

/** A browser that has room for so many characters. */
function limitedValues(characters: number): KeyValues {
  const values = memoryValues();
  const used = () => {
    let total = 0;
    for (let index = 0; index < values.length; index += 1) {
      const name = values.key(index) ?? '';
      total += name.length + (values.getItem(name)?.length ?? 0);
    }
    return total;
  };
  return {
    get length() {
      return values.length;
    },
    key: (index) => values.key(index),
    getItem: (name) => values.getItem(name),
    removeItem: (name) => values.removeItem(name),
    setItem: (name, value) => {
      const before = values.getItem(name);
      values.setItem(name, value);
      if (used() <= characters) return;
      if (before === null) values.removeItem(name);
      else values.setItem(name, before);
      throw new DOMException('The quota has been exceeded', 'QuotaExceededError');
    },
  };
}
