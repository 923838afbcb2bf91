import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { memoryValues, type KeyValues } from '../ui/browser-values.ts';
import { EMPTY_CHAT, items, restored, type ChatState } from './chat-state.ts';
import { appended, completed, dispatched, submitted } from './live-turn.ts';
import { SlotStorage, STORAGE_LIMITS } from './slot-storage.ts';
import { BLANK_TURN, type Notice, type Turn } from './turn.ts';

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
    const values = limitedValues({ characters: 20_000 });
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
    const storage = new SlotStorage(limitedValues({ characters: 1_500 }));
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

const big = (id: string, more: Partial<Turn>): Turn => ({
  ...BLANK_TURN,
  id,
  requestId: `r-${id}`,
  text: 'x',
  sentAtMs: 0,
  phase: { name: 'done', cut: false },
  ...more,
});
const namesAfter = (all: readonly (Turn | Notice)[]) => {
  const storage = new SlotStorage(memoryValues());
  storage.save('s', { chat: restored(all, undefined, {}), resumption: undefined }, 0);
  return items(storage.load('s').chat).map(({ id }) => id);
};

it('texts without room are the oldest of more than a million characters, whatever they are part of', () => {
  const most = 'y'.repeat(999_998);
  const receipt = { index: 1, promptSalt: '', answerSalt: '', linkedWith: 0 };
  for (const more of [
    { answer: most },
    { thinking: most },
    { text: `x${most}` },
    { receipt: { ...receipt, proof: most } },
  ]) {
    const [fits, tooMuch] = [big('new', {}), big('new', { text: 'xx' })];
    assert.deepEqual(namesAfter([big('old', more), fits]), ['old', 'new'], String(Object.keys(more)));
    assert.deepEqual(namesAfter([big('old', more), tooMuch]), ['new'], String(Object.keys(more)));
  }
});

it('texts without room are counted as turns, not as lines between them', () => {
  const lines = Array.from({ length: 30 }, (_, n): Notice => ({
    kind: 'notice',
    id: `n${n}`,
    name: 'gap',
  }));
  const turns = Array.from({ length: 1_000 }, (_, n) => big(`t${n}`, {}));
  const storage = new SlotStorage(memoryValues());
  const chat = restored([...turns.slice(0, 20), ...lines, ...turns.slice(20)], undefined, { dropped: 4 });
  storage.save('s', { chat, resumption: undefined }, 0);
  const kept = storage.load('s').chat;
  assert.equal(items(kept).length, 1_000);
  assert.equal(kept.dropped, 4 + 20);
  assert.equal(items(kept)[0]?.id, 'n10');
});

it('texts without room are halved until they fit, and come back with a turn when there is room again', () => {
  const limits = { characters: 20_000 };
  const storage = new SlotStorage(limitedValues(limits));
  const turns = Array.from({ length: 9 }, (_, n) => big(`t${n}`, { answer: 'y'.repeat(4_000) }));
  const chat = restored(turns, undefined, { revision: 1 });
  assert.equal(storage.save('s', { chat, resumption: SESSION }, 0), false);
  const ids = () => items(storage.load('s').chat).map(({ id }) => id);
  assert.deepEqual(ids(), ['t5', 't6', 't7', 't8']);
  // Nothing has ended since: what was given up is still missing.
  assert.equal(storage.save('s', { chat, resumption: SESSION }, 0), false);
  limits.characters = 100_000;
  assert.equal(storage.save('s', { chat: { ...chat, revision: 2 }, resumption: SESSION }, 0), true);
  assert.equal(ids().length, 9);
  assert.equal(storage.load('s').chat.dropped, 0);
});

it('texts without room are not written without end where the browser keeps nothing', () => {
  const nothing = { ...memoryValues(), setItem: () => assert.fail('QuotaExceededError') };
  const storage = new SlotStorage(nothing);
  const chat = restored([big('a', {}), big('b', {})], undefined, {});
  assert.equal(storage.save('s', { chat, resumption: SESSION }, 0), false);
  assert.equal(storage.saveDraft('s', 'words'), false);
  assert.throws(() => storage.keepFirst('hilo.guest', 'g'));
});

it('texts without room are missed when nothing but the session can be written', () => {
  const values = memoryValues();
  const setItem = (name: string, value: string) => {
    if (name.endsWith('.past')) assert.fail('QuotaExceededError');
    values.setItem(name, value);
  };
  const storage = new SlotStorage({ ...values, setItem });
  const chat = restored([big('a', {})], undefined, {});
  assert.equal(storage.save('s', { chat, resumption: SESSION }, 0), false);
  assert.deepEqual(storage.load('s').resumption, SESSION);
});

it('texts without room are kept beside drafts that alone are more than there is room for', () => {
  const storage = new SlotStorage(memoryValues());
  assert.ok(storage.saveDraft('u', 'z'.repeat(4_100_000)));
  const chat = restored([big('a', {})], undefined, {});
  assert.equal(storage.save('s', { chat, resumption: SESSION }, 0), true);
  assert.equal(items(storage.load('s').chat).length, 1);
  assert.equal(storage.load('u').chat.draft.length, 4_100_000);
});

it('texts without room are tried again after they had to make room for the session', () => {
  const limits = { characters: 5_000 };
  const storage = new SlotStorage(limitedValues(limits));
  const running = (answer: string) =>
    restored([big('a', { answer: 'x'.repeat(3_000) })], big('b', { answer }), { revision: 1 });
  assert.equal(storage.save('s', { chat: running(''), resumption: SESSION }, 0), true);
  assert.equal(storage.save('s', { chat: running('y'.repeat(2_500)), resumption: SESSION }, 0), false);
  assert.equal(storage.load('s').chat.live?.answer.length, 2_500);
  assert.deepEqual(storage.load('s').resumption, SESSION);
  assert.equal(storage.load('s').chat.dropped, 1);
  limits.characters = 10_000;
  assert.equal(storage.save('s', { chat: running('y'.repeat(2_501)), resumption: SESSION }, 0), true);
  assert.equal(items(storage.load('s').chat).length, 2);
});

it('texts without room are those of the oldest slots, one after the other, and are counted', () => {
  const storage = new SlotStorage(limitedValues({ characters: 36_000 }));
  const chat = restored([big('a', { answer: 'x'.repeat(8_000) }), big('b', {})], undefined, { dropped: 5 });
  const savedAtMs = { middle: 2, oldest: 1, newest: 3 };
  for (const [slot, ms] of Object.entries(savedAtMs)) storage.save(slot, { chat, resumption: SESSION }, ms);
  storage.keepFirst('hilo.large', 'z'.repeat(10_000));
  const counts = () => ['oldest', 'middle', 'newest'].map((slot) => items(storage.load(slot).chat).length);
  assert.deepEqual(counts(), [0, 2, 2]);
  assert.equal(storage.load('oldest').chat.dropped, 7);
  storage.keepFirst('hilo.larger', 'z'.repeat(8_000));
  assert.deepEqual(counts(), [0, 0, 2]);
});

it('texts without room make room for this conversation only as far as it needs it', () => {
  const values = memoryValues();
  const storage = new SlotStorage(values);
  const save = (slot: string, characters: number, ms: number, revision: number) => {
    const turns = [big('a', { answer: 'x'.repeat(characters - 10) }), big('b', {})];
    const chat = restored(turns, undefined, { revision });
    assert.ok(storage.save(slot, { chat, resumption: SESSION }, ms));
  };
  const counts = () => ['a', 'b', 'c', 'd', 'e'].map((slot) => items(storage.load(slot).chat).length);
  for (const [index, slot] of ['a', 'b', 'c', 'd'].entries()) save(slot, 990_000, index, 1);
  // The budget is that of the conversations.
  values.setItem('hilo.other', 'z'.repeat(3_900_000));
  // What this slot had before makes room for what it has now.
  save('d', 990_000, 9, 2);
  assert.deepEqual(counts(), [2, 2, 2, 2, 0]);
  save('e', 100_000, 10, 1);
  assert.deepEqual(counts(), [0, 2, 2, 2, 2]);
});

/** A browser that has room for so many characters. */
function limitedValues(limits: { readonly characters: number }): KeyValues {
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
      if (used() <= limits.characters) return;
      if (before === null) values.removeItem(name);
      else values.setItem(name, before);
      throw new DOMException('The quota has been exceeded', 'QuotaExceededError');
    },
  };
}
