import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import type { Guest } from '../identity/principal.ts';
import {
  ConversationDirectory,
  type ConversationStore,
  type StoredConversation,
} from './conversation-directory.ts';
import type { Conversation, StoredTurn, TurnOptions } from './conversation.ts';
import type { PlacedTurn } from './turn-placement.ts';

/** Rows in memory; `reads` counts the windows that were read. */
class MemoryConversations implements ConversationStore {
  readonly rows: StoredConversation[] = [];
  readonly windows = new Map<number, StoredTurn[]>();
  readonly places = new Map<string, number>();
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

  async window(_: number, leaf: number): Promise<readonly StoredTurn[]> {
    this.reads += 1;
    return this.windows.get(leaf) ?? [];
  }

  async placeOf(_: number, device: string) {
    return this.places.get(device);
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

const LIMITS = { historyTurnsMax: 10, historyCharactersMax: 1_000, conversationsCharactersMax: 100_000 };
const TURN: StoredTurn = { user: 'u', assistant: 'a', exchange: 3, trace: 't' };

function open(changes: Partial<typeof LIMITS> = {}, idleMax = 100) {
  const store = new MemoryConversations();
  let numbers = 0;
  const next = () => ++numbers;
  const directory = new ConversationDirectory({
    store,
    clock: new ManualClock(1_000),
    limits: { ...LIMITS, ...changes },
    idleMax,
    newId: () => `c${numbers}`,
    nextConversation: next,
    nextMessage: next,
  });
  return { store, directory };
}

type More = Partial<TurnOptions> & { readonly device?: string };

/** A turn of a session, or of a device, that has its parent but no answer yet. */
async function begin(conversation: Conversation, { device, ...more }: More = {}) {
  const place = await conversation.place(device === undefined ? { session: 's' } : { device });
  return conversation.begin({ guest: GUEST, account: 'a', stop: () => {}, place, ...more });
}

/** Writes one turn, as the meter does; returns where it was placed. */
async function say(conversation: Conversation, exchange: number, more: More = {}): Promise<PlacedTurn> {
  const turn = await begin(conversation, more);
  const placed = await turn.place(saidIn(exchange), async (where) => where);
  turn.end();
  return placed;
}

function saidIn(exchange: number) {
  const trace = `t${exchange}`;
  return { exchange, trace, prompt: `p${exchange}`, answer: `a${exchange}`, status: 'ok' } as const;
}

async function promptsAt(conversation: Conversation, leaf: number | null): Promise<string[]> {
  return (await conversation.history(leaf)).newest(99).map(({ user }) => user);
}

test('each turn follows the one before, and the guest is written with the first', async () => {
  const { directory } = open();
  const guest = { ...GUEST };
  const conversation = directory.begin('guest:g');
  const first = await say(conversation, 1, { guest });
  const second = await say(conversation, 2, { guest });
  assert.equal(first.parent, null);
  assert.equal(second.parent, first.answerMessage);
  assert.equal(first.newGuest, guest);
  assert.equal(second.newGuest, undefined);
  assert.deepEqual((await conversation.history(second.answerMessage)).newest(9), [
    { user: 'p1', assistant: 'a1', trace: 't1' },
    { user: 'p2', assistant: 'a2', trace: 't2' },
  ]);
});

test('turns of one session that run at the same time follow each other as they end', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const [one, two] = [await begin(conversation), await begin(conversation)];
  const write = async (placed: PlacedTurn) => placed;
  const [second, first] = await Promise.all([two.place(saidIn(2), write), one.place(saidIn(1), write)]);
  assert.equal(second.parent, null);
  assert.equal(first.parent, second.answerMessage);
  assert.deepEqual(await promptsAt(conversation, first.answerMessage), ['p2', 'p1']);
});

test('two devices that send at once make two branches, and each stays on its own', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const start = await say(conversation, 1);
  const watching = await conversation.place({ device: 'watching' });
  const [one, two] = [
    await begin(conversation, { device: 'one' }),
    await begin(conversation, { device: 'two' }),
  ];
  const write = async (placed: PlacedTurn) => placed;
  const first = await one.place(saidIn(2), write);
  one.end();
  const second = await two.place(saidIn(3), write);
  two.end();
  assert.equal(first.parent, start.answerMessage);
  assert.equal(second.parent, start.answerMessage);
  const staying = second.staying?.devices ?? [];
  assert.deepEqual([...staying].sort(), ['one', 'watching']);
  assert.equal(watching.leaf(conversation.newest), first.answerMessage);
  assert.deepEqual(await promptsAt(conversation, second.answerMessage), ['p1', 'p3']);
  assert.equal((await say(conversation, 4, { device: 'one' })).parent, first.answerMessage);
  assert.equal((await say(conversation, 5, { device: 'two' })).parent, second.answerMessage);
  const { newest } = conversation;
  assert.equal((await say(conversation, 6, { device: 'new' })).parent, newest);
});

test('who stands at the newest message follows what goes on from there, and new versions', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const first = await say(conversation, 1, { device: 'one' });
  const place = await conversation.place({ device: 'two' });
  const second = await say(conversation, 2, { device: 'one' });
  assert.equal(place.leaf(conversation.newest), second.answerMessage);
  const edited = await say(conversation, 3, { device: 'one', at: first.answerMessage });
  assert.equal(place.leaf(conversation.newest), edited.answerMessage);
  const left = await begin(conversation, { device: 'one', at: null });
  await say(conversation, 4, { device: 'one', at: first.answerMessage });
  const { newest } = conversation;
  const late = await left.place(saidIn(5), async (placed) => placed);
  left.end();
  assert.deepEqual([...(late.staying?.devices ?? [])].sort(), ['one', 'two']);
  assert.equal(place.leaf(conversation.newest), newest, 'its sender has gone on elsewhere');
});

test('a turn that failed, has no text, or was not written is followed by nothing', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const { answerMessage } = await say(conversation, 1);
  const turn = await begin(conversation);
  await turn.place({ ...saidIn(2), status: 'failed' }, async () => undefined);
  await turn.place({ ...saidIn(2), answer: '' }, async () => undefined);
  const broken = turn.place(saidIn(2), () => Promise.reject(new Error('disk')));
  await assert.rejects(broken, /disk/);
  turn.end();
  const next = await say(conversation, 3);
  assert.equal(next.parent, answerMessage);
  assert.deepEqual(await promptsAt(conversation, next.answerMessage), ['p1', 'p3']);
});

test('a turn at a named message makes a branch, and the device goes on there', async () => {
  const { directory, store } = open();
  const conversation = directory.begin('guest:g');
  const first = await say(conversation, 1);
  const second = await say(conversation, 2);
  store.windows.set(first.answerMessage, [{ user: 'p1', assistant: 'a1', exchange: 1, trace: 't1' }]);
  const edited = await say(conversation, 3, { at: first.answerMessage });
  assert.equal(edited.parent, first.answerMessage);
  const again = await say(conversation, 4, { at: first.answerMessage, promptMessage: second.promptMessage });
  assert.equal(again.promptMessage, second.promptMessage);
  assert.equal(again.isNewPrompt, false);
  const next = await say(conversation, 5);
  assert.equal(next.parent, again.answerMessage);
  assert.deepEqual(await promptsAt(conversation, next.answerMessage), ['p1', 'p4', 'p5']);
  assert.deepEqual(await promptsAt(conversation, edited.answerMessage), ['p1', 'p3']);
});

test('a device that went elsewhere while its turn ran stays there', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const first = await say(conversation, 1, { device: 'd' });
  const place = await conversation.place({ device: 'd' });
  const turn = await begin(conversation, { device: 'd' });
  place.moveTo(first.answerMessage);
  const { movedDevice } = await turn.place(saidIn(2), async (placed) => placed);
  turn.end();
  assert.equal(movedDevice, undefined);
  assert.equal(place.leaf(conversation.newest), first.answerMessage);
});

test('the place of a device comes from the store, and is given up with its next turn', async () => {
  const { directory, store } = open();
  store.rows.push({ number: 7, id: 'c', owner: 'guest:g', createdAt: 5, newest: 20 });
  store.windows.set(12, [TURN]);
  store.places.set('phone', 12);
  const conversation = await directory.acquire('c', 'guest:g');
  assert.ok(conversation);
  const laptop = await conversation.place({ device: 'laptop' });
  assert.equal(laptop.leaf(conversation.newest), 20);
  const placed = await say(conversation, 4, { device: 'phone' });
  assert.equal(placed.parent, 12);
  assert.equal(placed.movedDevice, 'phone');
  assert.equal(laptop.leaf(conversation.newest), 20, 'it stays, since the phone went on elsewhere');
  assert.equal((await say(conversation, 5, { device: 'phone' })).movedDevice, undefined);
});

test('a conversation is read once, and only for its owner', async () => {
  const { directory, store } = open();
  store.rows.push({ number: 7, id: 'c', owner: 'guest:g', createdAt: 5, newest: 12 });
  store.windows.set(12, [TURN]);
  const [one, two] = await Promise.all([
    directory.acquire('c', 'guest:g'),
    directory.acquire('c', 'guest:g'),
  ]);
  assert.ok(one && one === two);
  await Promise.all([one.history(12), one.history(12)]);
  const { reads } = store;
  assert.equal((await say(one, 4)).parent, 12);
  assert.equal(await directory.acquire('c', 'guest:other'), undefined);
  assert.equal(await directory.acquire('unknown', 'guest:g'), undefined);
  directory.release(one);
  directory.release(one);
  assert.equal(await directory.acquire('c', 'guest:g'), one);
  await say(one, 5);
  assert.equal(store.reads, reads);
});

test('conversations that nobody uses are kept up to a number, with their windows', async () => {
  const { directory, store } = open({}, 1);
  const use = async (id: string) => {
    const conversation = await directory.acquire(id, 'guest:g');
    assert.ok(conversation);
    await conversation.history(12);
    directory.release(conversation);
  };
  for (const number of [1, 2]) {
    store.rows.push({ number, id: `c${number}`, owner: 'guest:g', createdAt: 0, newest: 12 });
    await use(`c${number}`);
  }
  await use('c2');
  assert.equal(store.reads, 2, 'the newer one is in memory');
  await use('c1');
  assert.equal(store.reads, 3, 'the older one is read again');
});

test('the windows of all branches together are bounded in characters', async () => {
  const { directory, store } = open({ conversationsCharactersMax: 1_100 });
  store.rows.push({ number: 7, id: 'c', owner: 'guest:g', createdAt: 0, newest: 12 });
  const conversation = await directory.acquire('c', 'guest:g');
  for (const leaf of [1, 2, 2, 3, 3, 2]) await conversation?.history(leaf);
  assert.equal(store.reads, 3);
  await conversation?.history(1);
  assert.equal(store.reads, 4, 'the one that was not used for longest');
});

test('what was erased is forgotten in the conversations in use, also by a turn under way', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const { id } = conversation;
  await say(conversation, 1);
  const { answerMessage } = await say(conversation, 2);
  const turn = await begin(conversation);
  directory.forget([id, 'unknown'], [2]);
  assert.deepEqual(
    turn.history.newest(9).map(({ user }) => user),
    ['p1'],
  );
  assert.deepEqual(await promptsAt(conversation, answerMessage), ['p1']);
  const placed = await turn.place(saidIn(3), async (where) => where);
  turn.end();
  assert.equal(placed.parent, answerMessage);
  assert.deepEqual(await promptsAt(conversation, placed.answerMessage), ['p1', 'p3']);
  directory.forget([id]);
  const next = await say(conversation, 4);
  assert.equal(next.parent, null);
  assert.deepEqual(await promptsAt(conversation, next.answerMessage), ['p4']);
});

test('a window that is read while its texts are erased is read again', async () => {
  const { directory, store } = open();
  store.rows.push({ number: 7, id: 'c', owner: 'guest:g', createdAt: 5, newest: 12 });
  store.windows.set(12, [TURN]);
  const read = store.window.bind(store);
  store.window = async (number, leaf) => {
    const window = await read(number, leaf);
    if (store.reads > 1) return window;
    store.windows.set(12, []);
    directory.forget(['c'], [3]);
    return window;
  };
  const conversation = await directory.acquire('c', 'guest:g');
  assert.ok(conversation);
  assert.equal((await conversation.history(12)).turns, 0);
  assert.equal(store.reads, 2);
});

test('a turn that is erased while it runs is cancelled, and changes nothing when it is written', async () => {
  const { directory } = open();
  const conversation = directory.begin('guest:g');
  const first = await say(conversation, 1);
  let stops = 0;
  const account = 'other';
  const turn = await begin(conversation, { account, stop: () => (stops += 1) });
  assert.equal(turn.keepsNothing, false);
  directory.eraseTurns({ account: 'a' });
  assert.deepEqual([stops, turn.isErased], [0, false], 'another account pays');
  directory.eraseTurns({ account });
  let isOver = false;
  const over = directory.eraseTurnsIn(conversation.id, 'guest:g').then(() => (isOver = true));
  await directory.eraseTurnsIn(conversation.id, 'guest:somebody');
  assert.deepEqual([turn.isErased, turn.keepsNothing, isOver], [true, true, false]);
  await turn.place(saidIn(2), async () => {});
  assert.deepEqual([turn.placed, conversation.newest], [undefined, first.answerMessage]);
  turn.end();
  await over;
  const later = await begin(conversation, { account: 'another' });
  directory.eraseTurns({ account: 'nobody', owner: 'guest:g' });
  assert.ok(later.isErased, 'whoever pays in a conversation of its owner');
  later.end();
});
