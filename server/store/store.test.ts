import assert from 'node:assert/strict';
import { ManualClock } from '../../shared/clock.ts';
import { storeMigrations } from './migrate.ts';
import { openSequence, SEQUENCE_LIMITS } from './sequence.ts';
import { bothDialects } from './store.fixture.ts';
import type { StoreError } from './store-error.ts';
import type { Store } from './store.ts';

const property = ({ db }: Store, name: string, value = 'v') =>
  db.insertInto('properties').values({ name, value }).compile();

const account = ({ db }: Store, number: number, name: string) =>
  db.insertInto('accounts').values({ number, name, owner: null }).compile();

async function names({ db }: Store): Promise<string[]> {
  const rows = await db
    .selectFrom('properties')
    .select('name')
    .where('name', '!=', 'written_at')
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}

const onBoth = bothDialects();

onBoth('what was written is read back, also after a restart, with its types', async ({ open }) => {
  const store = await open();
  const salt = Uint8Array.of(0, 1, 255);
  const row = {
    number: 2 ** 52,
    entry_id: null,
    account: 1,
    at: 1_700_000_000_000,
    entries_before: 0,
    trace: 'día 🌱',
    prompt: 1,
    answer: 2,
    prompt_salt: salt,
    answer_salt: salt,
  };
  assert.deepEqual(await store.write([store.db.insertInto('exchanges').values(row).compile()]), [1]);
  await store.close();
  const again = await open();
  const read = await again.db.selectFrom('exchanges').selectAll().executeTakeFirstOrThrow();
  const [prompt_salt, answer_salt] = [Uint8Array.from(read.prompt_salt), Uint8Array.from(read.answer_salt)];
  assert.deepEqual({ ...read, prompt_salt, answer_salt }, row);
});

onBoth('a unit that fails leaves nothing, and the units beside it stay', async ({ open }) => {
  const store = await open();
  const units = [
    store.write([property(store, 'a'), account(store, 1, 'one')]),
    store.write([property(store, 'b'), account(store, 2, 'one')]),
    store.write([property(store, 'c'), property(store, 'c')]),
    store.write([property(store, 'd')]),
  ];
  const results = await Promise.allSettled(units);
  assert.deepEqual(
    results.map((result) => (result.status === 'rejected' ? (result.reason as StoreError).kind : 'written')),
    ['written', 'constraint', 'constraint', 'written'],
  );
  assert.deepEqual(await names(store), ['a', 'd']);
  assert.equal(store.failure, undefined);
  await store.write([property(store, 'e')]);
  assert.deepEqual(await names(store), ['a', 'd', 'e']);
});

onBoth('a text that no database takes fails its unit alone', async ({ open }) => {
  const store = await open();
  const good = store.write([property(store, 'good')]);
  for (const bad of ['a\0b', 'half \ud83c']) {
    await assert.rejects(store.write([property(store, 'bad', bad)]), { kind: 'bad_text' });
  }
  await good;
  assert.deepEqual(await names(store), ['good']);
});

onBoth('lazy units ride with the next transaction, or after a moment', async ({ open }) => {
  const clock = new ManualClock();
  const store = await open({ clock });
  const first = store.write([property(store, 'lazy')], { lazy: true });
  await store.write([property(store, 'soon')]);
  assert.deepEqual(await first, [1]);
  const alone = store.write([property(store, 'alone')], { lazy: true });
  assert.deepEqual(await names(store), ['lazy', 'soon']);
  clock.advance(50);
  assert.deepEqual(await alone, [1]);
  void store.write([property(store, 'last')], { lazy: true });
  await store.close();
});

onBoth('many writers at once are all acknowledged, and each of them is there', async ({ open }) => {
  const store = await open();
  await Promise.all(Array.from({ length: 1_500 }, (_, index) => store.write([property(store, `p${index}`)])));
  assert.equal((await names(store)).length, 1_500);
});

onBoth('a migration that fails leaves the tables as they were', async ({ dialect, open }) => {
  const before = await open();
  await before.write([property(before, 'kept')]);
  await before.close();
  const broken = {
    ...storeMigrations(dialect),
    '9998-good': {
      up: (db: Store['db']) => db.schema.createTable('half').addColumn('a', 'integer').execute(),
    },
    '9999-broken': { up: () => Promise.reject(new Error('no such luck')) },
  };
  const migrations = () => broken as ReturnType<typeof storeMigrations>;
  await assert.rejects(open({ migrations }), /9999-broken: no such luck; nothing was changed/);
  const after = await open();
  assert.deepEqual(await names(after), ['kept']);
  const tables = await after.db.introspection.getTables();
  assert.ok(tables.every(({ name }) => name !== 'half'));
});

onBoth('a database of a newer version is refused', async ({ dialect, open }) => {
  const newer = { ...storeMigrations(dialect), '9000-future': { up: () => Promise.resolve() } };
  await (await open({ migrations: () => newer })).close();
  await assert.rejects(open(), { kind: 'newer', message: /newer version of Hilo \(it has 9000-future\)/ });
});

onBoth('numbers never repeat: not after a crash, and none is lost in a clean restart', async ({ open }) => {
  const store = await open();
  const first = await openSequence(store, 'messages');
  assert.deepEqual([first.next(), first.next()], [1, 2]);
  // The crash: nothing is given back.
  const second = await openSequence(store, 'messages');
  assert.equal(second.next(), SEQUENCE_LIMITS.block + 1);
  await second.close();
  const third = await openSequence(store, 'messages');
  assert.equal(third.next(), SEQUENCE_LIMITS.block + 2);
  assert.equal((await openSequence(store, 'other')).next(), 1);
});

/** However slow the database is; the test's own limit ends the wait. */
async function reservedUpTo(store: Store, number: number): Promise<void> {
  for (;;) {
    const rows = await store.db.selectFrom('sequences').select('next').execute();
    if (rows.some(({ next }) => next > number)) break;
  }
  // Whoever reserved it hears of it no later than of this.
  await store.write([property(store, `p${number}`)]);
}

onBoth('the next block of numbers is reserved before the first is used up', async ({ open }) => {
  const store = await open();
  const sequence = await openSequence(store, 'messages');
  const seen = new Set<number>();
  const { block } = SEQUENCE_LIMITS;
  for (let count = 1; count <= block * 3; count += 1) {
    seen.add(sequence.next());
    // Past the half of a block the next one is reserved; what comes then must not wait for it.
    if (count % block === block / 2 + 1) await reservedUpTo(store, (Math.floor(count / block) + 2) * block);
  }
  assert.equal(seen.size, SEQUENCE_LIMITS.block * 3);
  await sequence.close();
  const next = (await openSequence(store, 'messages')).next();
  assert.equal(next, SEQUENCE_LIMITS.block * 3 + 1);
});
