/**
 * Deletes texts for good, in pieces of bounded size, so that erasing a large account stops nobody else for
 * long. The bytes are gone after `Store.forgetBytes`.
 */
import type { ExpressionBuilder, SelectQueryBuilder } from 'kysely';
import type { Step } from './batch.ts';
import type { Database, Tables } from './schema.ts';
import type { Store } from './store.ts';

/** Tables whose rows hold what people said, or lead to it: `removeAll` deletes them. */
export const TABLES_WITH_TEXTS = [
  'artifact_requests',
  'attachments',
  'batches',
  'conversations',
  'exchanges',
  'folders',
  'jobs',
  'kept_files',
  'messages',
  'places',
  'shares',
  'summaries',
  'usage_events',
] as const;

/** Tables whose rows hold nothing that people said. A new table belongs in one of the two lists. */
export const TABLES_WITHOUT_TEXTS = [
  'accounts',
  'allowances',
  'api_keys',
  'audit',
  'erasures',
  'guests',
  'identities',
  'invitation_uses',
  'invitations',
  'logins',
  'period_allowances',
  'properties',
  'reset_links',
  'search_owners',
  'search_queue',
  'sequences',
  'spending',
  'statements',
  'team_members',
  'teams',
  'usage_kinds',
  'usage_rollups',
  'usage_unfolded',
  'users',
] as const;

/**
 * What requests have left in files is deleted after this, from wherever it is: the rows are kept until then.
 * Must be in the same unit as the deletion of the texts, so that no crash comes between the two.
 */
export function forgetRequests(db: Database, exchanges: readonly number[]): Step[] {
  if (exchanges.length === 0) return [];
  return [db.updateTable('artifact_requests').set(FORGOTTEN).where('exchange', 'in', exchanges).compile()];
}

/** What summaries and jobs, by their ids, have left in files. */
export function forgetRequestsOf(db: Database, ids: SelectQueryBuilder<Tables, never, { id: string }>): Step {
  return db.updateTable('artifact_requests').set(FORGOTTEN).where('session', 'in', ids).compile();
}

/** Also those that are still being worked on: what they leave is deleted when they end. */
function forgetAllRequests(db: Database, { account, owner, upTo }: RemovalScope): Step {
  return db
    .updateTable('artifact_requests')
    .set(FORGOTTEN)
    .where((each) =>
      each.or([
        each('owner', '=', owner ?? ''),
        each(
          'account',
          'in',
          db
            .selectFrom('accounts')
            .select('name')
            .where('number', '=', account ?? 0),
        ),
      ]),
    )
    .where((each) => each.or([each('exchange', 'is', null), each('exchange', '<=', upTo)]))
    .compile();
}

/** Events of other services: what they say beside the numbers. */
function forgetDocuments(db: Database, { account }: RemovalScope): Step[] {
  if (account === undefined) return [];
  const given = db.deleteFrom('usage_events').where('account', '=', account);
  return [given.where('document', 'is not', null).compile()];
}

/** Nothing that its owner wrote stays in the row; without its salt a hash of the prompt says nothing. */
export const FORGOTTEN = { stage: 'deleting', prompt: '', prompt_salt: null, meta: '{}' } as const;

/** Exchanges, or conversations, that are deleted in one unit. */
const PIECE_ROWS = 500;

export interface Removed {
  readonly exchanges: number;
  /** Ids of the conversations that held the texts: caches of them must be dropped. */
  readonly conversations: readonly string[];
}

export interface ExchangeNumbers {
  readonly number: number;
  readonly prompt: number;
  readonly answer: number;
}

export interface RemovalScope {
  /** The account that paid. */
  readonly account: number | undefined;
  /** Whose conversations go as well, whoever paid for what is in them. */
  readonly owner: string | null;
  /** Exchanges with greater numbers stay. */
  readonly upTo: number;
}

export async function removeAll(store: Store, scope: RemovalScope): Promise<Removed> {
  const conversations = new Set<string>();
  let exchanges = 0;
  const count = (removed: Removed) => {
    exchanges += removed.exchanges;
    for (const id of removed.conversations) conversations.add(id);
  };
  for (;;) {
    const page = await exchangesOf(store.db, scope);
    if (page.length > 0) count(await removeExchanges(store, await withSharers(store.db, page)));
    if (page.length < PIECE_ROWS) break;
  }
  for (let after = 0, isMore = true; isMore && scope.owner !== null;) {
    const page = await conversationsOf(store.db, scope.owner, after);
    if (page.length > 0) count(await removeConversations(store, page, scope.upTo));
    after = page.at(-1)?.number ?? after;
    isMore = page.length === PIECE_ROWS;
  }
  await store.write([forgetAllRequests(store.db, scope), ...forgetDocuments(store.db, scope)]);
  exchanges += await removeJobs(store, scope);
  if (scope.owner !== null) {
    const { db } = store;
    const inUse = db.selectFrom('conversations').select('search_key').where('search_key', 'is not', null);
    await store.write([
      db.deleteFrom('folders').where('owner', '=', scope.owner).compile(),
      db.deleteFrom('summaries').where('owner', '=', scope.owner).compile(),
      ...removalOfBatches(db, scope.owner, scope.upTo),
      db
        .deleteFrom('search_owners')
        .where('owner', '=', scope.owner)
        .where('key', 'not in', inUse.where('owner', '=', scope.owner))
        .compile(),
    ]);
  }
  return { exchanges, conversations: [...conversations] };
}

/**
 * Deletes exchanges with the messages that they made, and conversations that have no message then. One unit.
 * The prompt of an exchange that answered one which was said before stays.
 */
export async function removeExchanges(store: Store, page: readonly ExchangeNumbers[]): Promise<Removed> {
  const { db } = store;
  const messages = page.flatMap(({ prompt, answer }) => [prompt, answer]);
  const touched = await db
    .selectFrom('conversations')
    .select(['number', 'id'])
    .where('number', 'in', db.selectFrom('messages').select('conversation').where('number', 'in', messages))
    .execute();
  const exchanges = page.map(({ number }) => number);
  const [removed = 0] = await store.write([
    db.deleteFrom('exchanges').where('number', 'in', exchanges).compile(),
    db.deleteFrom('messages').where('number', 'in', messages).where('exchange', 'in', exchanges).compile(),
    ...forgetRequests(db, exchanges),
    ...afterRemoval(db, touched),
  ]);
  return { exchanges: removed, conversations: touched.map(({ id }) => id) };
}

/** Jobs that are over, whose exchanges these are. */
export function removalOfJobs(db: Database, numbers: readonly number[], accounts: readonly string[]): Step {
  return db
    .deleteFrom('jobs')
    .where('number', 'in', numbers)
    .where('account', 'in', accounts)
    .where('ended_at', 'is not', null)
    .compile();
}

/** Those that run go too: what they have come to is not written any more. */
async function removeJobs(store: Store, { owner, upTo }: RemovalScope): Promise<number> {
  if (owner === null) return 0;
  const { db } = store;
  let count = 0;
  for (let removed = PIECE_ROWS; removed === PIECE_ROWS;) {
    const piece = db
      .selectFrom('jobs')
      .select('number')
      .where('owner', '=', owner)
      .where('number', '<=', upTo)
      .limit(PIECE_ROWS);
    const numbers = (await piece.execute()).map(({ number }) => number);
    removed = numbers.length;
    count += removed;
    if (removed > 0) await store.write([db.deleteFrom('jobs').where('number', 'in', numbers).compile()]);
  }
  return count;
}

/** The bytes of the files are deleted after this, since no row names them any more. */
function removalOfBatches(db: Database, owner: string, upTo: number): Step[] {
  return (['batches', 'kept_files'] as const).map((table) =>
    db.deleteFrom(table).where('owner', '=', owner).where('number', '<=', upTo).compile(),
  );
}

async function removeConversations(
  store: Store,
  page: readonly { readonly number: number; readonly id: string }[],
  upTo: number,
): Promise<Removed> {
  const { db } = store;
  const numbers = page.map(({ number }) => number);
  const exchanges = db
    .selectFrom('messages')
    .select('exchange')
    .where('conversation', 'in', numbers)
    .where('exchange', '<=', upTo);
  const messages = db
    .deleteFrom('messages')
    .where('conversation', 'in', numbers)
    .where('exchange', '<=', upTo);
  const requests = db.updateTable('artifact_requests').set(FORGOTTEN).where('exchange', 'in', exchanges);
  const [, removed = 0] = await store.write([
    // Before the messages go that name the exchanges.
    requests.compile(),
    db.deleteFrom('exchanges').where('number', 'in', exchanges).compile(),
    messages.compile(),
    ...afterRemoval(db, page),
  ]);
  return { exchanges: removed, conversations: page.map(({ id }) => id) };
}

/**
 * A conversation without a message goes. The title of one that stays may have words of what is gone, unless
 * its owner gave it.
 */
function afterRemoval(db: Database, touched: readonly { readonly number: number }[]): Step[] {
  if (touched.length === 0) return [];
  const numbers = touched.map(({ number }) => number);
  const empty = db.selectFrom('conversations').select('number').where('number', 'in', numbers).where(isEmpty);
  return [
    db.deleteFrom('places').where('conversation', 'in', empty).compile(),
    db.deleteFrom('shares').where('conversation', 'in', empty).compile(),
    db.deleteFrom('conversations').where('number', 'in', numbers).where(isEmpty).compile(),
    db
      .updateTable('conversations')
      .set({ title: '' })
      .where('number', 'in', numbers)
      .where('title_source', '<>', 'owner')
      .compile(),
    forgetSharedTitles(db, numbers),
  ];
}

/** After the titles of conversations: links to them keep only a title that is still there. */
export function forgetSharedTitles(db: Database, conversations: SomeConversations): Step {
  return db
    .updateTable('shares')
    .set({ title: '' })
    .where('conversation', 'in', conversations)
    .where('title', '<>', (each) =>
      each
        .selectFrom('conversations')
        .select('conversations.title')
        .whereRef('conversations.number', '=', 'shares.conversation'),
    )
    .compile();
}

type SomeConversations = readonly number[] | SelectQueryBuilder<Tables, 'messages', { conversation: number }>;

function isEmpty(each: ExpressionBuilder<Tables, 'conversations'>) {
  const messages = each.selectFrom('messages').select('messages.number');
  return each.not(each.exists(messages.whereRef('messages.conversation', '=', 'conversations.number')));
}

async function exchangesOf(db: Database, { account, upTo }: RemovalScope): Promise<ExchangeNumbers[]> {
  if (account === undefined) return [];
  return db
    .selectFrom('exchanges')
    .select(['number', 'prompt', 'answer'])
    .where('account', '=', account)
    .where('number', '<=', upTo)
    .limit(PIECE_ROWS)
    .execute();
}

/** With the exchanges that answered the same prompts: a prompt goes for all of them. */
async function withSharers(db: Database, page: readonly ExchangeNumbers[]): Promise<ExchangeNumbers[]> {
  const prompts = page.map(({ prompt }) => prompt);
  const sharers = db
    .selectFrom('messages')
    .select('exchange')
    .where('parent', 'in', prompts)
    .where('role', '=', 'assistant');
  const others = await db
    .selectFrom('exchanges')
    .select(['number', 'prompt', 'answer'])
    .where('number', 'in', sharers)
    .execute();
  return [...new Map([...page, ...others].map((one) => [one.number, one])).values()];
}

function conversationsOf(db: Database, owner: string, after: number) {
  return (
    db
      .selectFrom('conversations')
      .select(['number', 'id'])
      .where('owner', '=', owner)
      // Those that are deleted already are erased one by one, with an entry for each exchange.
      .where('deleted_at', 'is', null)
      .where('number', '>', after)
      .orderBy('number')
      .limit(PIECE_ROWS)
      .execute()
  );
}
