/** The search in what people have said: on a running server, on both databases. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { bytesIn } from './support/bytes-in.ts';
import { openRepositories, Talk } from './support/repositories.fixture.ts';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { ConversationSearch } from '../server/conversations/conversation-search.ts';
import { INDEX_LIMITS, SearchIndex } from '../server/conversations/search-index.ts';
import { parseQuery } from '../server/conversations/search-query.ts';
import { bothDialects, silentLog } from '../server/store/store.fixture.ts';
import type { Store } from '../server/store/store.ts';
import { ManualClock } from '../shared/clock.ts';

const onBoth = bothServers();
const onBothStores = bothDialects();
const ECHO = { providers: providersOf(new EchoProvider()) };

interface Result {
  readonly title: string;
  readonly message?: string;
  readonly role?: string;
  readonly passage: readonly { readonly text: string; readonly hit?: true }[];
}

async function search(client: GuestClient, query: string, more: object = {}) {
  const page = await client.call('conversations.search', { query, ...more });
  return { results: page['results'] as Result[], cursor: page['nextCursor'] as string | undefined };
}

function texts(results: readonly Result[]): string[] {
  return results.map(({ passage }) => passage.map(({ text }) => text).join(''));
}

onBoth('newest first, in pages, accents and case aside, with the words marked', async ({ start }) => {
  using client = await guest(await start(ECHO));
  for (const text of ['El árbol uno', 'nada', 'ARBOL dos', 'un arbolito']) {
    await client.call('chat.send', { text });
  }
  const first = await search(client, 'árbol', { limit: 3 });
  assert.equal(first.results[0]?.message, undefined, 'the title');
  assert.deepEqual(texts(first.results.slice(1)), ['echo: un arbolito', 'un arbolito', 'echo: ARBOL dos']);
  assert.deepEqual(first.results[3]?.passage, [
    { text: 'echo: ' },
    { text: 'ARBOL', hit: true },
    { text: ' dos' },
  ]);
  const second = await search(client, 'árbol', { limit: 3, cursor: first.cursor });
  assert.deepEqual(texts(second.results), ['ARBOL dos', 'echo: El árbol uno', 'El árbol uno']);
  assert.equal(second.cursor, undefined);
  assert.deepEqual(texts((await search(client, '"arbol" dos')).results), ['echo: ARBOL dos', 'ARBOL dos']);
  assert.deepEqual(texts((await search(client, '"echo el"')).results), ['echo: El árbol uno']);
  assert.deepEqual((await search(client, '!!!')).results, []);
});

onBoth('only what is their own, and no query reaches more', async ({ start }) => {
  const server = await start(ECHO);
  using owner = await guest(server);
  using stranger = await guest(server);
  await owner.call('chat.send', { text: 'secret words' });
  await stranger.call('chat.send', { text: 'secret of mine' });
  assert.deepEqual(texts((await search(stranger, 'secret')).results.slice(1)), [
    'echo: secret of mine',
    'secret of mine',
  ]);
  for (const query of ['1xsecret', '"secret" OR 2x', "' | '", 'secret*)', 'tokens:secret', '\\', '%', '_']) {
    for (const text of texts((await search(stranger, query)).results))
      assert.ok(!text.includes('words'), query);
  }
});

onBoth('what is erased or deleted is found no more, and leaves no byte in the index', async (place) => {
  const server = await place.start(ECHO);
  using client = await guest(server);
  const markers = Array.from({ length: 3 }, () => `m${randomBytes(12).toString('hex')}`);
  const [erased = '', deleted = '', kept = ''] = markers;
  const { receipt } = await client.call('chat.send', { text: `one ${erased}` });
  await client.call('chat.new');
  const { conversation } = await client.call('chat.send', { text: `two ${deleted}` });
  await client.call('chat.new');
  await client.call('chat.send', { text: `three ${kept}` });
  for (const marker of markers) assert.equal((await search(client, marker)).results.length, 3);
  assert.ok(
    (await indexed(place)).some((bytes) => bytes.includes(erased.slice(-20))),
    'the index has it',
  );
  await client.call('ledger.erase', { exchange: (receipt as { index: number }).index });
  await client.call('conversations.delete', { conversation });
  assert.deepEqual((await search(client, erased)).results, []);
  assert.deepEqual((await search(client, deleted)).results, []);
  assert.equal((await search(client, kept)).results.length, 3);
  const left = await indexed(place);
  for (const gone of [erased, deleted]) {
    assert.equal(
      left.some((bytes) => bytes.includes(gone.slice(-20))),
      false,
    );
  }
  assert.ok(left.some((bytes) => bytes.includes(kept.slice(-20))));
});

/** What is on the disk of SQLite, or in the table of PostgreSQL; and the words that the index has. */
async function indexed({ dataDir, databaseUrl }: ServerPlace): Promise<string[]> {
  const parts = [(await bytesIn(dataDir)).toString('latin1')];
  if (databaseUrl !== undefined) return [...parts, ...(await indexOfPostgres(databaseUrl))];
  using database = new DatabaseSync(join(dataDir, 'hilo.sqlite'));
  database.exec("create virtual table temp.words using fts5vocab('main', 'message_search', 'row')");
  return [
    ...parts,
    ...database
      .prepare('select term from words')
      .all()
      .map(({ term }) => String(term)),
  ];
}

async function indexOfPostgres(connectionString: string): Promise<string[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ tokens: string }>('select tokens::text from message_search');
    return rows.map(({ tokens }) => tokens);
  } finally {
    await client.end();
  }
}

/** The messages that are found, without titles. */
async function pageOf(store: Store, index: SearchIndex, owner: string, text: string) {
  const query = parseQuery(text) ?? assert.fail();
  const search = new ConversationSearch(store, index);
  const { hits, isBehind } = await search.find({ owner, query, before: undefined, limit: 50 });
  return { messages: hits.filter(({ message }) => message !== undefined), isBehind };
}

const SAID = 300;

onBothStores('texts from before the index are indexed in pieces, also across a crash', async ({ open }) => {
  const store = await open();
  const repositories = await openRepositories(store);
  const talk = new Talk(repositories);
  for (let turn = 0; turn < SAID; turn += 1) await talk.say(`common ${turn} word${turn}`);
  // As a migration leaves a database that has messages.
  await store.write([
    store.db.deleteFrom('search_queue').compile(),
    store.db.insertInto('properties').values({ name: 'search_before', value: '10000' }).compile(),
  ]);
  const clock = new ManualClock();
  const found = async (index: SearchIndex, text: string) =>
    (await pageOf(store, index, talk.guest.owner, text)).messages;
  const first = new SearchIndex({ store, clock, log: silentLog });
  await first.start();
  clock.advance(1_000);
  await first.settled();
  await first.close();
  assert.ok((await found(first, `word${SAID - 1}`)).length > 0, 'the newest came first');
  assert.equal((await found(first, '"word0"')).length, 0);
  const second = new SearchIndex({ store, clock, log: silentLog });
  await second.start();
  for (let patience = 0; (await found(second, '"word0"')).length === 0; patience += 1) {
    assert.ok(patience < 1_000, 'the oldest is never indexed');
    clock.advance(60_000);
    await second.settled();
  }
  assert.equal((await found(second, `"common ${SAID - 1}"`)).length, 2);
  await second.close();
});

onBothStores(
  'a search finds the newest texts of a long queue, says that it is long, and never waits long',
  async ({ open }) => {
    const store = await open();
    const talk = new Talk(await openRepositories(store));
    for (let turn = 0; turn < SAID; turn += 1) await talk.say(`common ${turn} word${turn}`);
    const clock = new ManualClock();
    const found = (index: SearchIndex, text: string) => pageOf(store, index, talk.guest.owner, text);
    const stuck = { db: store.db, dialect: store.dialect, write: () => new Promise<never>(() => {}) };
    const waiting = found(new SearchIndex({ store: stuck, clock, log: silentLog }), `word${SAID - 1}`);
    clock.advance(INDEX_LIMITS.waitOfSearchMs);
    assert.deepEqual((await waiting).messages, [], 'a write that hangs does not hold up a search');
    assert.equal((await waiting).isBehind, true);
    const index = new SearchIndex({ store, clock, log: silentLog });
    await index.start();
    const first = await found(index, `word${SAID - 1}`);
    assert.equal(first.messages.length, 2);
    assert.equal(first.isBehind, true);
    assert.equal((await found(index, '"word0"')).messages.length, 0);
    for (let patience = 0; (await found(index, '"word0"')).isBehind; patience += 1)
      assert.ok(patience < 100, 'the queue never ends');
    assert.equal((await found(index, '"word0"')).messages.length, 2);
    await index.close();
  },
);
