import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import type { Guest } from '../identity/principal.ts';
import {
  ConversationDirectory,
  type ConversationStore,
  type ConversationWindow,
  type StoredConversation,
} from './conversation-directory.ts';
import type { Conversation } from './conversation.ts';
import type { PlacedTurn } from './turn-placement.ts';

/** Rows in memory; `reads` counts the windows that were read. */
class MemoryConversations implements ConversationStore {
  readonly rows: StoredConversation[] = [];
  readonly windows = new Map<number, ConversationWindow>();
  reads = 0;

  async byId(id: string, owner: string) {
    return this.rows.find((row) => row.id === id && row.owner === owner);
  }

  async newestOf(owner: string) {
    return this.rows.findLast((row) => row.owner === owner);
  }

  async exchangesOf() {
    return [];
  }

  async window(conversation: number) {
    this.reads += 1;
    return this.windows.get(conversation) ?? { turns: [], leaf: null };
  }
}

const GUEST: Guest = {
  id: 'g',
  owner: 'guest:g',
  account: 'guest:g',
  tokenHash: undefined,
  createdAt: 0,
  isStored: false,
  isReturning: false,
};

function open(conversationsCharactersMax = 10_000) {
  const store = new MemoryConversations();
  let numbers = 0;
  const next = () => ++numbers;
  const directory = new ConversationDirectory({
    store,
    clock: new ManualClock(1_000),
    limits: { historyTurnsMax: 10, historyCharactersMax: 1_000, conversationsCharactersMax },
    newId: () => `c${numbers}`,
    nextConversation: next,
    nextMessage: next,
  });
  return { store, directory };
}

/** Writes one turn, as the meter does; returns where it was placed. */
async function say(conversation: Conversation, exchange: number, guest = GUEST): Promise<PlacedTurn> {
  const placement = conversation.turn({ guest, clientMessageId: undefined });
  const trace = `t${exchange}`;
  const said = { exchange, trace, prompt: `p${exchange}`, answer: `a${exchange}`, status: 'ok' } as const;
  return placement.place(said, async (placed) => placed);
}

test('each turn follows the one before, and the guest is written with the first', async () => {
  const { directory } = open();
  const guest = { ...GUEST };
  const conversation = directory.begin('guest:g');
  const first = await say(conversation, 1, guest);
  const second = await say(conversation, 2, guest);
  assert.equal(first.parent, null);
  assert.equal(second.parent, first.answerMessage);
  assert.equal(first.newGuest, guest);
  assert.equal(second.newGuest, undefined);
  assert.deepEqual(conversation.history.newest(9), [
    { user: 'p1', assistant: 'a1', trace: 't1' },
    { user: 'p2', assistant: 'a2', trace: 't2' },
  ]);
});

test('turns that end at the same time are written one after the other', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const [first, second] = await Promise.all([say(conversation, 1), say(conversation, 2)]);
  assert.equal(second?.parent, first?.answerMessage);
});

test('a turn that failed, has no text, or was not written is followed by nothing', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const { answerMessage } = await say(conversation, 1);
  const placement = conversation.turn({ guest: GUEST, clientMessageId: undefined });
  const said = { exchange: 2, trace: 't', prompt: 'p', answer: 'part', status: 'failed' } as const;
  await placement.place(said, async () => undefined);
  await placement.place({ ...said, status: 'ok', answer: '' }, async () => undefined);
  const broken = placement.place({ ...said, status: 'ok' }, () => Promise.reject(new Error('disk')));
  await assert.rejects(broken, /disk/);
  assert.equal((await say(conversation, 3)).parent, answerMessage);
  assert.equal(conversation.history.turns, 2);
});

test('a conversation is read once, and only for its owner', async () => {
  const { directory, store } = open();
  store.rows.push({ number: 7, id: 'c', owner: 'guest:g', createdAt: 5 });
  store.windows.set(7, { turns: [{ user: 'u', assistant: 'a', exchange: 3, trace: 't' }], leaf: 12 });
  const [one, two] = await Promise.all([
    directory.acquire('c', 'guest:g'),
    directory.acquire('c', 'guest:g'),
  ]);
  assert.ok(one && one === two);
  assert.equal(store.reads, 1);
  assert.equal((await say(one, 4)).parent, 12);
  assert.equal(await directory.acquire('c', 'guest:other'), undefined);
  assert.equal(await directory.acquire('unknown', 'guest:g'), undefined);
  directory.release(one);
  directory.release(one);
  assert.equal(await directory.acquire('c', 'guest:g'), one);
  assert.equal(store.reads, 1);
});

test('what is not in use is kept up to a number of characters', async () => {
  const { directory, store } = open(600);
  for (const number of [1, 2]) {
    store.rows.push({ number, id: `c${number}`, owner: 'guest:g', createdAt: 0 });
    const conversation = await directory.acquire(`c${number}`, 'guest:g');
    assert.ok(conversation);
    directory.release(conversation);
  }
  await directory.acquire('c2', 'guest:g');
  assert.equal(store.reads, 2, 'the newer one is in memory');
  await directory.acquire('c1', 'guest:g');
  assert.equal(store.reads, 3, 'the older one is read again');
});

test('what was erased is forgotten in the conversations in use', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const { id } = conversation;
  await say(conversation, 1);
  const { answerMessage } = await say(conversation, 2);
  directory.forget([id, 'unknown'], 2);
  assert.deepEqual(conversation.history.newest(9), [{ user: 'p1', assistant: 'a1', trace: 't1' }]);
  assert.equal((await say(conversation, 3)).parent, answerMessage);
  directory.forget([id]);
  assert.equal(conversation.history.turns, 0);
  assert.equal((await say(conversation, 4)).parent, null);
});

test('a window that is read while its texts are erased is read again', async () => {
  const { directory, store } = open();
  store.rows.push({ number: 7, id: 'c', owner: 'guest:g', createdAt: 5 });
  store.windows.set(7, { turns: [{ user: 'u', assistant: 'a', exchange: 3, trace: 't' }], leaf: 12 });
  const read = store.window.bind(store);
  store.window = async (number) => {
    const window = await read(number);
    if (store.reads > 1) return window;
    store.windows.set(7, { turns: [], leaf: null });
    directory.forget(['c'], 3);
    return window;
  };
  const conversation = await directory.acquire('c', 'guest:g');
  assert.equal(conversation?.history.turns, 0);
  assert.equal(store.reads, 2);
});
