/** What is erased is gone from every table and every file; what is not, stays. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Erasure } from '../server/credits/exchange-texts.ts';
import { bothDialects, newPlace } from '../server/store/store.fixture.ts';
import { TABLES_WITH_TEXTS, TABLES_WITHOUT_TEXTS } from '../server/store/text-removal.ts';
import { bytesIn } from './support/bytes-in.ts';
import { openRepositories, Talk, newestWindow } from './support/repositories.fixture.ts';

const LIMITS = { historyTurnsMax: 10, historyCharactersMax: 100_000 };
const onBoth = bothDialects();

function erasureOf({ guest }: Talk, exchange: number | null): Erasure {
  return { id: `erase:${guest.account}:${exchange}`, account: guest.account, exchange, by: 'owner' };
}

onBoth('one erased exchange leaves its place in the tree, and neither words nor salts', async (place) => {
  const repositories = await openRepositories(await place.open());
  const { exchanges, conversations, store } = repositories;
  const [talk, other] = [new Talk(repositories), new Talk(repositories)];
  const id = await talk.say('unmistakable words');
  await talk.say('these stay');
  const refused = await exchanges.erase([
    { ...erasureOf(other, 1), exchange: 1, id: 'not theirs', entry: id },
  ]);
  assert.equal(refused.exchanges, 0, 'only its owner erases it');
  const erased = await exchanges.erase([{ ...erasureOf(talk, 1), exchange: 1, entry: id }]);
  const numbers = [Number(id.slice('x:'.length))];
  assert.deepEqual(erased, { exchanges: 1, numbers, conversations: [talk.conversation.id] });
  assert.equal(await exchanges.read(id), undefined);
  const { turns, leaf } = await newestWindow(conversations, talk.conversation, LIMITS);
  assert.deepEqual(
    turns.map(({ user }) => user),
    ['these stay'],
  );
  assert.equal(leaf, talk.parent);
  const rows = await store.db.selectFrom('messages').select(['text', 'status', 'parent']).execute();
  assert.equal(rows.filter(({ text, status }) => text === '' && status === 'erased').length, 2);
  if (place.dialect !== 'sqlite') return;
  const bytes = await bytesIn(place.dataDir);
  for (const trace of ['unmistakable', `${'p'.repeat(24)}00000001`, `${'q'.repeat(24)}00000001`]) {
    assert.equal(bytes.includes(trace), false, `${trace} is still there`);
  }
  assert.ok(bytes.includes('these stay'));
});

onBoth('everything of an account goes, in pieces, and nothing of another', async (place) => {
  const repositories = await openRepositories(await place.open());
  const { exchanges, conversations, store } = repositories;
  const [talk, second, other] = [
    new Talk(repositories, 'g'),
    new Talk(repositories, 'g'),
    new Talk(repositories),
  ];
  const long = 'secret words '.repeat(500);
  await talk.say(long);
  const later = { guest: second.guest, parent: null };
  assert.equal(later.guest.account, talk.guest.account);
  await Promise.all(Array.from({ length: 1_100 }, (_, index) => second.say(`${index} ${long}`)));
  const stays = await other.say('these words stay');
  const erased = await exchanges.eraseAll(erasureOf(talk, null));
  assert.equal(erased.exchanges, 1_101);
  assert.deepEqual([...erased.conversations].sort(), [talk.conversation.id, second.conversation.id].sort());
  assert.ok(await exchanges.read(stays));
  assert.equal(await conversations.newestOf(talk.guest.owner), undefined);
  const left = await store.db.selectFrom('messages').select('text').execute();
  assert.equal(left.length, 2);
  // The same conversation goes on, as for somebody who was writing meanwhile.
  talk.parent = null;
  const next = await talk.say('afterwards');
  assert.ok(await exchanges.read(next));
  if (place.dialect !== 'sqlite') return;
  const bytes = await bytesIn(place.dataDir);
  assert.equal(bytes.includes('secret words'), false);
  assert.ok(bytes.includes('these words stay'));
});

onBoth('an erasure is pending until it is said to be done, also after a restart', async ({ open }) => {
  const store = await open();
  const before = await openRepositories(store);
  const talk = new Talk(before);
  const id = await talk.say('one');
  await before.exchanges.erase([{ ...erasureOf(talk, 1), exchange: 1, entry: id }]);
  await store.close();
  const { exchanges } = await openRepositories(await open());
  assert.deepEqual(await exchanges.pendingErasures(), [erasureOf(talk, 1)]);
  await exchanges.erased(erasureOf(talk, 1).id);
  assert.deepEqual(await exchanges.pendingErasures(), []);
});

onBoth('an erasing that a crash has cut is finished by the next start', async ({ open }) => {
  const { exchanges, store } = await openRepositories(await open()).then(async (repositories) => {
    const talk = new Talk(repositories, 'g');
    await talk.say('one');
    await talk.say('two');
    // The note is durable, and the crash came before anything was deleted.
    const number = Number.MAX_SAFE_INTEGER;
    const note = { id: 'e', account: talk.guest.account, exchange: null, by: 'owner', number };
    await repositories.store.write([repositories.store.db.insertInto('erasures').values(note).compile()]);
    return repositories;
  });
  assert.equal((await exchanges.pendingErasures()).length, 1);
  assert.deepEqual(await store.db.selectFrom('messages').selectAll().execute(), []);
  assert.deepEqual(await store.db.selectFrom('conversations').selectAll().execute(), []);
});

onBoth('exchanges are listed newest first, and discarded with their messages', async (place) => {
  const repositories = await openRepositories(await place.open());
  const { exchanges, store } = repositories;
  const talk = new Talk(repositories);
  const ids = [await talk.say('text one'), await talk.say('text two'), await talk.say('text three')];
  const newest = await exchanges.newestBelow(Number.MAX_SAFE_INTEGER, 2);
  assert.deepEqual(
    newest.map(({ id }) => id),
    [ids[2], ids[1]],
  );
  const older = await exchanges.newestBelow(newest.at(-1)?.number ?? 0, 2);
  assert.deepEqual(
    older.map(({ id }) => id),
    [ids[0]],
  );
  await exchanges.discard(ids.slice(1));
  assert.equal(await exchanges.read(ids[2] ?? ''), undefined);
  assert.equal((await store.db.selectFrom('messages').select('number').execute()).length, 2);
  await exchanges.discard(ids);
  assert.deepEqual(await store.db.selectFrom('conversations').selectAll().execute(), []);
  if (place.dialect === 'sqlite') assert.equal((await bytesIn(place.dataDir)).includes('text two'), false);
});

test('nothing counts as erased while a reader keeps it in the log; another try ends it', async (context) => {
  const { dataDir, open } = await newPlace(context, 'sqlite');
  const repositories = await openRepositories(await open());
  const talk = new Talk(repositories);
  await talk.say('quite unmistakable phrase');
  const reader = new DatabaseSync(join(dataDir, 'hilo.sqlite'), { readOnly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM messages').all();
  await assert.rejects(repositories.exchanges.eraseAll(erasureOf(talk, null)), /Another process reads/);
  assert.ok((await bytesIn(dataDir)).includes('unmistakable'));
  // As a crash at this moment would leave it.
  const wreck = await mkdtemp(join(tmpdir(), 'hilo-wreck-'));
  context.after(() => rm(wreck, { recursive: true }));
  await cp(dataDir, wreck, { recursive: true });
  reader.close();
  assert.equal((await repositories.exchanges.eraseAll(erasureOf(talk, null))).exchanges, 0);
  assert.equal((await bytesIn(dataDir)).includes('unmistakable'), false);
  const next = await openRepositories(await open({ dataDir: wreck }));
  assert.equal((await next.exchanges.pendingErasures()).length, 1);
  assert.equal((await bytesIn(wreck)).includes('unmistakable'), false);
});

onBoth('every table is known to have texts, which are erased, or to have none', async (place) => {
  const { store } = await openRepositories(await place.open());
  const all = (await store.db.introspection.getTables()).map(({ name }) => name).sort();
  // The index follows the messages by triggers.
  const tables = all.filter((name) => !name.startsWith('message_search'));
  assert.deepEqual(tables, [...TABLES_WITH_TEXTS, ...TABLES_WITHOUT_TEXTS].sort());
});
