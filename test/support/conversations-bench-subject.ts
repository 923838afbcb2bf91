/**
 * What the benchmark of conversations measures, as a process: many conversations of many owners in one
 * database; then how long an owner waits for a list, a conversation, a message and a search. The job is JSON
 * in the first argument; the times are sent to the parent.
 */
import { sql } from 'kysely';
import { systemClock } from '../../shared/clock.ts';
import { ConversationLists } from '../../server/conversations/conversation-lists.ts';
import { ConversationSearch } from '../../server/conversations/conversation-search.ts';
import { MessageTreeReader } from '../../server/conversations/message-tree.ts';
import { SearchIndex } from '../../server/conversations/search-index.ts';
import { parseQuery } from '../../server/conversations/search-query.ts';
import { startPostgres } from '../../server/store/postgres.fixture.ts';
import { silentLog } from '../../server/store/store.fixture.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { openRepositories, Talk, type TestRepositories } from './repositories.fixture.ts';

interface Job {
  readonly dialect: 'sqlite' | 'postgres';
  readonly folder: string;
  readonly owners: number;
  readonly conversations: number;
  readonly messages: number;
  /** How often each thing is done. */
  readonly times: number;
}

const ROWS_AT_ONCE = 2_000;
const WORDS = 20_000;
const WORDS_OF_MESSAGE = 14;
/** In every third message; one message in a thousand has the rare one. */
const COMMON = 'weather';
const RARE = 'heliotrope';
const PAGE = { messagesMax: 50, charactersMax: 128 * 1_024 } as const;

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const postgres = job.dialect === 'postgres' ? await startPostgres() : undefined;
try {
  const databaseUrl = await postgres?.createDatabase();
  const store = await openStore({ dataDir: job.folder, databaseUrl, clock: systemClock, log: silentLog });
  await fill(store);
  const repositories = await openRepositories(store);
  const index = new SearchIndex({ store, clock: systemClock, log: silentLog });
  const indexingMs = await indexAll(store, index);
  const times = await measureAll(repositories, index);
  process.send?.({ ...times, indexingUs: (indexingMs * 1_000) / job.messages });
  await index.close();
  await store.close();
} finally {
  await postgres?.stop();
}

/** The n-th of these words comes ever less often. */
function word(): string {
  return `w${Math.floor(Math.random() ** 3 * WORDS).toString(36)}ord`;
}

function text(): string {
  const words = Array.from({ length: WORDS_OF_MESSAGE }, word);
  if (Math.random() < 1 / 3) words.push(COMMON);
  if (Math.random() < 1 / 1_000) words.push(RARE);
  return words.join(' ');
}

function ownerOf(conversation: number): string {
  return `guest:${conversation % job.owners}`;
}

async function fill(store: Store): Promise<void> {
  const { db } = store;
  const perConversation = job.messages / job.conversations;
  const start = 1_700_000_000_000;
  await pieces(job.conversations, async (numbers) => {
    const rows = numbers.map((number) => {
      const at = start + number * 1_000;
      const title = `About ${word()} and ${word()}`;
      const row = { number, id: `c-${number}`, owner: ownerOf(number), title, status: 'open' } as const;
      return { ...row, created_at: at, updated_at: at };
    });
    await store.write([db.insertInto('conversations').values(rows).compile()]);
  });
  const one = { status: 'ok', exchange: 0, account: null, client_message_id: null } as const;
  await pieces(job.messages, async (numbers) => {
    const rows = numbers.map((number) => {
      // As it comes about: conversations grow side by side.
      const conversation = (number % job.conversations) + 1;
      const turn = Math.floor(number / job.conversations);
      const parent = turn === 0 || turn >= perConversation ? null : number - job.conversations;
      const role = turn % 2 === 0 ? ('user' as const) : ('assistant' as const);
      return { ...one, number, conversation, parent, role, text: text(), created_at: start + number };
    });
    await store.write([db.insertInto('messages').values(rows).compile()]);
  });
  const sequences = [
    { name: 'conversations', next: job.conversations + 1 },
    { name: 'messages', next: job.messages + 1 },
  ];
  await store.write([db.insertInto('sequences').values(sequences).compile()]);
  if (store.dialect === 'postgres') await sql`analyze`.execute(db);
}

async function pieces(count: number, write: (numbers: readonly number[]) => Promise<void>): Promise<void> {
  for (let from = 1; from <= count; from += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, count - from + 1);
    await write(Array.from({ length }, (_, offset) => from + offset));
  }
}

async function indexAll({ db, dialect }: Store, index: SearchIndex): Promise<number> {
  const startMs = performance.now();
  await index.start();
  const isLeft = () => db.selectFrom('search_queue').select('message').limit(1).executeTakeFirst();
  while (await isLeft()) await index.catchUp();
  const ms = performance.now() - startMs;
  if (dialect === 'postgres') await sql`vacuum analyze`.execute(db);
  return ms;
}

type Times = Record<'list' | 'open' | 'send' | 'common' | 'rare', number>;

async function measureAll(repositories: TestRepositories, index: SearchIndex): Promise<Times> {
  const { store, conversations } = repositories;
  const lists = new ConversationLists(store);
  const tree = new MessageTreeReader(store);
  const search = new ConversationSearch(store, index);
  const owner = () => ownerOf(Math.floor(Math.random() * job.owners));
  const find = async (query: string) => {
    const parsed = parseQuery(query);
    const request = parsed && { owner: owner(), query: parsed, before: undefined, limit: 20 };
    const { hits } = request ? await search.find(request) : { hits: [] };
    if (hits.length === 0) throw new Error(`Nothing was found for ${query}`);
  };
  return {
    list: await p99(async () => void (await lists.page(owner(), { limit: 30 }))),
    open: await p99(async () => {
      const number = 1 + Math.floor(Math.random() * job.conversations);
      const found = await conversations.byId(`c-${number}`, ownerOf(number));
      if (found?.newest) await tree.upwards(found.number, found.newest, PAGE);
    }),
    send: await sends(repositories),
    common: await p99(() => find(COMMON)),
    rare: await p99(() => find(RARE)),
  };
}

async function sends(repositories: TestRepositories): Promise<number> {
  const talks = Array.from({ length: 100 }, () => new Talk(repositories));
  let next = 0;
  return p99(async () => {
    next = (next + 1) % talks.length;
    await talks[next]?.say(text(), { at: Date.now() });
  });
}

/** Milliseconds that one in a hundred exceeds, one after the other. */
async function p99(run: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < job.times + 20; count += 1) {
    const startMs = performance.now();
    await run();
    if (count >= 20) times.push(performance.now() - startMs);
  }
  times.sort((one, other) => one - other);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
