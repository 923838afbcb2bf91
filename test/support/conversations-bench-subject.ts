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
import {
  COMMON,
  fillConversations,
  ownerOf,
  RARE,
  text,
  withoutTimeout,
  type Sizes,
} from './conversations-bench-filling.ts';
import { openRepositories, Talk, type TestRepositories } from './repositories.fixture.ts';

interface Job extends Sizes {
  readonly dialect: 'sqlite' | 'postgres';
  readonly folder: string;
  /** How often each thing is done. */
  readonly times: number;
}

const PAGE = { messagesMax: 50, charactersMax: 128 * 1_024 } as const;

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const postgres = job.dialect === 'postgres' ? await startPostgres() : undefined;
try {
  const databaseUrl = await postgres?.createDatabase();
  const store = await openStore({ dataDir: job.folder, databaseUrl, clock: systemClock, log: silentLog });
  await fillConversations(store, job);
  const repositories = await openRepositories(store);
  const index = new SearchIndex({ store, clock: systemClock, log: silentLog });
  const indexingUs = await indexRest(store, index);
  const times = await measureAll(repositories, index);
  process.send?.({ ...times, indexingUs });
  await index.close();
  await store.close();
} finally {
  await postgres?.stop();
}

/**
 * What is still to be indexed, as the server does it. In PostgreSQL these are the newest messages alone.
 */
async function indexRest({ db, dialect }: Store, index: SearchIndex): Promise<number> {
  const { count } = await db
    .selectFrom('search_queue')
    .select((each) => each.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const startMs = performance.now();
  await index.start();
  const isLeft = () => db.selectFrom('search_queue').select('message').limit(1).executeTakeFirst();
  while (await isLeft()) await index.catchUp();
  const ms = performance.now() - startMs;
  if (dialect === 'postgres') await withoutTimeout(db, (patient) => sql`vacuum analyze`.execute(patient));
  return (ms * 1_000) / count;
}

type Times = Record<'list' | 'open' | 'send' | 'common' | 'rare' | 'bareRead' | 'bareWrite', number>;

async function measureAll(repositories: TestRepositories, index: SearchIndex): Promise<Times> {
  const { store, conversations } = repositories;
  const lists = new ConversationLists(store);
  const tree = new MessageTreeReader(store);
  const search = new ConversationSearch(store, index);
  const owner = () => ownerOf(Math.floor(Math.random() * job.owners), job);
  const find = async (query: string) => {
    const parsed = parseQuery(query);
    const request = parsed && { owner: owner(), query: parsed, before: undefined, limit: 20 };
    const { hits } = request ? await search.find(request) : { hits: [] };
    if (hits.length === 0) throw new Error(`Nothing was found for ${query}`);
  };
  const { db } = store;
  let bare = 0;
  return {
    bareRead: await p99(async () => {
      const number = 1 + Math.floor(Math.random() * job.messages);
      await db.selectFrom('messages').select('text').where('number', '=', number).executeTakeFirst();
    }),
    bareWrite: await p99(async () => {
      bare += 1;
      await store.write([
        db
          .insertInto('sequences')
          .values({ name: `bare-${bare}`, next: bare })
          .compile(),
      ]);
    }),
    list: await p99(async () => void (await lists.page(owner(), { limit: 30 }))),
    open: await p99(async () => {
      const number = 1 + Math.floor(Math.random() * job.conversations);
      const found = await conversations.byId(`c-${number}`, ownerOf(number, job));
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
