/** Fills a database with many conversations of many owners, for the benchmark. */
import { sql } from 'kysely';
import type { Database } from '../../server/store/schema.ts';
import type { Store } from '../../server/store/store.ts';
import { searchTokens } from '../../shared/search-words.ts';

export interface Sizes {
  readonly owners: number;
  readonly conversations: number;
  readonly messages: number;
}

/** In every third message; one message in a thousand has the rare one. */
export const COMMON = 'weather';
export const RARE = 'heliotrope';

const ROWS_AT_ONCE = 2_000;
const WORDS = 20_000;
const WORDS_OF_MESSAGE = 14;
const START_MS = 1_700_000_000_000;
/** In PostgreSQL: the newest messages, which the server itself indexes. */
const LEFT_TO_INDEX = 20_000;

export async function fillConversations(store: Store, sizes: Sizes): Promise<void> {
  const { db } = store;
  await pieces(sizes.conversations, async (numbers) => {
    const rows = numbers.map((number) => {
      const at = START_MS + number * 1_000;
      const title = `About ${word()} and ${word()}`;
      const row = {
        number,
        id: `c-${number}`,
        owner: ownerOf(number, sizes),
        title,
        status: 'open',
      } as const;
      return { ...row, created_at: at, updated_at: at };
    });
    await store.write([db.insertInto('conversations').values(rows).compile()]);
  });
  if (store.dialect === 'sqlite') await fillSqlite(store, sizes);
  else await fillPostgres(store, sizes);
  const sequences = [
    { name: 'conversations', next: sizes.conversations + 1 },
    { name: 'messages', next: sizes.messages + 1 },
  ];
  await store.write([db.insertInto('sequences').values(sequences).compile()]);
}

export function ownerOf(conversation: number, { owners }: Pick<Sizes, 'owners'>): string {
  return `guest:${conversation % owners}`;
}

export function text(): string {
  const words = Array.from({ length: WORDS_OF_MESSAGE }, word);
  if (Math.random() < 1 / 3) words.push(COMMON);
  if (Math.random() < 1 / 1_000) words.push(RARE);
  return words.join(' ');
}

/** What takes longer than the server lets a statement take. */
export async function withoutTimeout<T>(db: Database, run: (patient: Database) => Promise<T>): Promise<T> {
  return db.connection().execute(async (patient) => {
    await sql`set statement_timeout = 0`.execute(patient);
    await sql`set maintenance_work_mem = '1GB'`.execute(patient);
    const result = await run(patient);
    await sql`reset statement_timeout`.execute(patient);
    return result;
  });
}

/** The n-th of these words comes ever less often. */
function word(): string {
  return `w${Math.floor(Math.random() ** 3 * WORDS).toString(36)}ord`;
}

/** As it comes about: conversations grow side by side. */
function messageOf(number: number, { conversations, messages }: Sizes) {
  const conversation = (number % conversations) + 1;
  const turn = Math.floor(number / conversations);
  const parent = turn === 0 || turn >= messages / conversations ? null : number - conversations;
  const role = turn % 2 === 0 ? ('user' as const) : ('assistant' as const);
  return { number, conversation, parent, role, text: text(), created_at: START_MS + number };
}

async function fillSqlite(store: Store, sizes: Sizes): Promise<void> {
  const one = { status: 'ok', exchange: 0, account: null, client_message_id: null } as const;
  await pieces(sizes.messages, async (numbers) => {
    const rows = numbers.map((number) => ({ ...one, ...messageOf(number, sizes) }));
    await store.write([store.db.insertInto('messages').values(rows).compile()]);
  });
}

/** The index of the words is made afterwards, in one go, which takes far less time. */
async function fillPostgres(store: Store, sizes: Sizes): Promise<void> {
  const { db } = store;
  const { rows } = await sql<{ definition: string }>`select indexdef as definition from pg_indexes
    where indexname = 'message_search_tokens'`.execute(db);
  const definition = rows[0]?.definition;
  if (definition === undefined) throw new Error('There is no index of the words');
  await sql`drop index message_search_tokens`.execute(db);
  await sql`alter table messages disable trigger messages_to_index`.execute(db);
  await sql`insert into search_owners (owner) select distinct owner from conversations`.execute(db);
  await sql`update conversations set search_key = search_owners.key
    from search_owners where search_owners.owner = conversations.owner`.execute(db);
  const owners = await db.selectFrom('search_owners').select(['key', 'owner']).execute();
  const keys = new Map(owners.map(({ key, owner }) => [owner, key]));
  await pieces(sizes.messages, (numbers) => fillPiece(store, sizes, keys, numbers));
  await sql`alter table messages enable trigger messages_to_index`.execute(db);
  await withoutTimeout(db, async (patient) => {
    await sql.raw(definition).execute(patient);
    await sql`vacuum analyze`.execute(patient);
  });
}

async function fillPiece(
  store: Store,
  sizes: Sizes,
  keys: ReadonlyMap<string, number>,
  numbers: readonly number[],
): Promise<void> {
  const rows = numbers.map((number) => messageOf(number, sizes));
  const indexed = rows
    .filter(({ number }) => number <= sizes.messages - LEFT_TO_INDEX)
    .map(({ number, conversation, text: said }) => {
      const key = keys.get(ownerOf(conversation, sizes)) ?? 0;
      return { number, key, tokens: searchTokens(key, said) };
    });
  const left = rows.slice(indexed.length).map(({ number }) => number);
  const { db } = store;
  await store.write([
    sql`insert into messages (number, conversation, parent, role, text, created_at, status, exchange)
      select *, 'ok', 0 from json_to_recordset(${JSON.stringify(rows)}) as new (number bigint,
        conversation bigint, parent bigint, role text, text text, created_at bigint)`.compile(db),
    sql`insert into message_search (number, key, tokens)
      select number, key, array_to_tsvector(string_to_array(tokens, ' '))
      from json_to_recordset(${JSON.stringify(indexed)})
        as new (number bigint, key bigint, tokens text)`.compile(db),
    sql`insert into search_queue (message)
      select cast(value as bigint) from json_array_elements_text(${JSON.stringify(left)})`.compile(db),
  ]);
}

async function pieces(count: number, write: (numbers: readonly number[]) => Promise<void>): Promise<void> {
  for (let from = 1; from <= count; from += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, count - from + 1);
    await write(Array.from({ length }, (_, offset) => from + offset));
  }
}
