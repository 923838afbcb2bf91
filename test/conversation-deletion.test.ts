/** Deleting a long conversation: in pieces, across a crash, and beside others. */
import assert from 'node:assert/strict';
import { systemClock } from '../shared/clock.ts';
import { openRepositories, Talk, type TestRepositories } from './support/repositories.fixture.ts';
import { ConversationLists } from '../server/conversations/conversation-lists.ts';
import { bothDialects } from '../server/store/store.fixture.ts';
import { ConversationOpenings, withdrawLeft } from '../server/credits/conversation-openings.ts';
import { ConversationDeletion } from '../server/credits/conversation-deletion.ts';
import { ConversationRemoval, type Piece } from '../server/credits/conversation-removal.ts';
import type { ExchangeMark } from '../server/credits/exchange-texts.ts';

const TURNS = 350;
const onBoth = bothDialects();
const PATIENCE_MS = 20_000;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const startMs = performance.now(); !(await isSo());) {
    assert.ok(performance.now() - startMs < PATIENCE_MS, 'it does not come about');
    await new Promise<void>((resolve) => systemClock.after(10, resolve));
  }
}

/** Stops working after so many pieces, as a process that is killed. */
class DyingRemoval extends ConversationRemoval {
  pieces = 0;
  lastPiece = Infinity;

  override async remove(...given: Parameters<ConversationRemoval['remove']>): Promise<void> {
    this.pieces += 1;
    if (this.pieces > this.lastPiece) throw new Error('killed');
    await super.remove(...given);
  }
}

function open({ store, exchanges }: TestRepositories, entries: string[], lastPiece = Infinity) {
  const removal = new DyingRemoval(store);
  removal.lastPiece = lastPiece;
  const inUse = new Set<string>();
  const hidden: string[] = [];
  const unsettled = new Set<string>();
  const deletion = new ConversationDeletion({
    removal,
    texts: exchanges,
    ledger: {
      accounts: {
        erase: async ({ id }: { readonly id: string }) => {
          entries.push(id);
          return { index: entries.length, balance: 0 };
        },
      },
    } as unknown as ConstructorParameters<typeof ConversationDeletion>[0]['ledger'],
    receipts: {
      locateAll: async (marks: readonly Pick<ExchangeMark, 'id'>[]) =>
        new Map(
          marks.filter(({ id }) => !unsettled.has(id)).map(({ id }) => [id, Number(id.slice('x:'.length))]),
        ),
    },
    clock: systemClock,
    log: { error: () => {} },
    onHidden: (ids) => hidden.push(...ids),
    onErased: () => {},
    isInUse: (id) => inUse.has(id),
  });
  return { deletion, removal, inUse, hidden, unsettled };
}

async function long(repositories: TestRepositories, turns = TURNS): Promise<Talk> {
  const talk = new Talk(repositories);
  for (let turn = 0; turn < turns; turn += 1) await talk.say(`unmistakable ${turn}`);
  return talk;
}

async function left({ store }: TestRepositories): Promise<number[]> {
  const count = async (table: 'conversations' | 'erasures' | 'exchanges' | 'messages') => {
    const query = store.db.selectFrom(table).select((each) => each.fn.countAll<number>().as('count'));
    return (await query.executeTakeFirstOrThrow()).count;
  };
  return [
    await count('conversations'),
    await count('messages'),
    await count('exchanges'),
    await count('erasures'),
  ];
}

onBoth(
  'a crash in the middle: it stays hidden, and the next start erases the rest',
  async ({ open: openStore }) => {
    const repositories = await openRepositories(await openStore());
    const { store, exchanges } = repositories;
    const talk = await long(repositories);
    const { id, owner } = talk.conversation;
    const entries: string[] = [];
    const first = open(repositories, entries, 2);
    const deleting = first.deletion.delete(id, owner);
    await deleting;
    await first.deletion.close();
    assert.deepEqual(first.hidden, [id]);
    assert.equal(await new ConversationLists(store).byId(id, owner), undefined);
    const [conversations, messages = 0, , noted = 0] = await left(repositories);
    assert.equal(conversations, 1);
    assert.ok(messages > 0 && messages < TURNS * 2, `${messages} are left`);
    assert.ok(noted > 0, 'what was erased is noted before its entry is in the ledger');
    for (const { id: entry } of await exchanges.pendingErasures()) {
      entries.push(entry);
      await exchanges.erased(entry);
    }
    const second = open(repositories, entries);
    second.deletion.start();
    await until(async () => (await left(repositories)).every((count) => count === 0));
    await second.deletion.close();
    assert.equal(new Set(entries).size, TURNS);
    assert.equal(entries.length, TURNS, 'one entry for each exchange');
  },
);

onBoth('what is still being said is erased when it is written, and the row stays so long', async (place) => {
  const repositories = await openRepositories(await place.open());
  const talk = await long(repositories, 3);
  const { id, owner } = talk.conversation;
  const entries: string[] = [];
  const { deletion, inUse, unsettled } = open(repositories, entries);
  inUse.add(id);
  unsettled.add('x:2');
  const deleting = deletion.delete(id, owner);
  await talk.say('said meanwhile');
  assert.equal((await deleting)?.isErased, false);
  assert.deepEqual((await left(repositories)).slice(0, 3), [1, 2, 1]);
  unsettled.clear();
  inUse.clear();
  deletion.start();
  await until(async () => (await left(repositories)).every((count) => count === 0));
  await deletion.close();
  assert.deepEqual(entries.toSorted(), ['erase:1:owner', 'erase:2:owner', 'erase:3:owner', 'erase:4:owner']);
});

onBoth('short ones do not wait for a long one', async ({ open: openStore }) => {
  const repositories = await openRepositories(await openStore());
  const talks = [await long(repositories, 1_100), await long(repositories, 1)];
  const order: number[] = [];
  const entries: string[] = [];
  const { deletion, removal } = open(repositories, entries);
  const pieces = removal.remove.bind(removal);
  removal.remove = (piece: Piece, erasures) => {
    order.push(piece.conversation);
    return pieces(piece, erasures);
  };
  const [long1, short] = talks;
  await Promise.all(talks.map(({ conversation }) => deletion.delete(conversation.id, conversation.owner)));
  await deletion.close();
  const last = order.lastIndexOf(long1?.conversation.number ?? 0);
  assert.ok(order.indexOf(short?.conversation.number ?? 0) < last);
});

onBoth('a start removes what a crash has left of first messages, and no more', async (place) => {
  const store = await place.open();
  const repositories = await openRepositories(store);
  const talk = await long(repositories, 1);
  const { accounts } = repositories;
  const openings = new ConversationOpenings({ store, accounts, clock: systemClock });
  const lists = new ConversationLists(store);
  const owner = 'user:u';
  const facts = { owner, createdAt: 1 };
  const given = { route: null, persona: null, instructions: '' };
  const told = { ...given, instructions: 'Be brief' };
  const open = (number: number, text: string) =>
    openings.open({
      conversation: { ...facts, number, id: `c${number}` },
      guest: undefined,
      text,
      given: number === 902 || number === 905 ? told : given,
    });
  for (const number of [900, 901, 902, 905]) await open(number, 'first words');
  await lists.update('c901', owner, { pinned: true });
  await lists.create({ number: 903, id: 'c903', owner, at: 1, title: 'Mine' });
  await lists.create({ number: 904, id: 'c904', owner, at: 1 });
  assert.equal(await openings.withdraw(902, told), true);
  assert.equal(await openings.withdraw(901, given), false);
  await withdrawLeft(store);
  const rows = await store.db.selectFrom('conversations').select('id').orderBy('number').execute();
  assert.deepEqual(
    rows.map(({ id }) => id),
    [talk.conversation.id, 'c901', 'c903', 'c904'],
  );
});
