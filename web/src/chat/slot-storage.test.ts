import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { memoryValues } from '../ui/browser-values.ts';
import {
  appended,
  completed,
  dispatched,
  EMPTY_CHAT,
  items,
  submitted,
  type ChatState,
} from './chat-state.ts';
import { SlotStorage, STORAGE_LIMITS } from './slot-storage.ts';

const SESSION = { session: 'Usuario-1', token: 't', epoch: 'e', lastSeq: 7 };
const DONE = {
  answer: 'whole',
  model: 'm',
  trace: 't',
  offline: false,
  degraded: false,
  cut: false,
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
    const chat = { ...appended(sent(answered(EMPTY_CHAT, 'a'), 'b'), 'r-b', 'ha'), draft: 'next' };
    assert.ok(storage.save('s', { chat, resumption: SESSION }, 9, false));
    const kept = storage.load('s');
    assert.deepEqual(items(kept.chat), items(chat));
    assert.deepEqual(kept.chat.live, chat.live);
    assert.equal(kept.chat.draft, 'next');
    assert.deepEqual(kept.resumption, SESSION);
    assert.deepEqual(storage.list(), [{ slot: 's', savedAtMs: 9, closed: false }]);
  });

  it('takes a turn that both records hold from the one that was written with the session', () => {
    const values = memoryValues();
    const running = appended(sent(answered(EMPTY_CHAT, 'a'), 'b'), 'r-b', 'ha');
    new SlotStorage(values).save('s', { chat: running, resumption: SESSION }, 1, false);
    const live = values.getItem('hilo.slot.s.live') ?? '';
    new SlotStorage(values).save(
      's',
      { chat: completed(running, 'r-b', DONE), resumption: SESSION },
      2,
      false,
    );
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
    storage.save('s', { chat, resumption: undefined }, 0, false);
    assert.equal(items(storage.load('s').chat).length, STORAGE_LIMITS.turnsKept);
    chat = answered(answered(EMPTY_CHAT, 'old'), 'big', 'x'.repeat(STORAGE_LIMITS.charactersKept - 62));
    storage.save('s', { chat: answered(chat, 'new', 'y'.repeat(50)), resumption: undefined }, 0, false);
    assert.deepEqual(
      items(storage.load('s').chat).map(({ id }) => id),
      ['big', 'new'],
    );
  });

  it('says so when there is no room, and does not throw', () => {
    const values = memoryValues();
    const full = { ...values, length: 0, setItem: () => assert.fail('QuotaExceededError') };
    assert.equal(new SlotStorage(full).save('s', { chat: EMPTY_CHAT, resumption: SESSION }, 0, false), false);
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
