/**
 * Searches what an owner has said and was answered, newest first. The words in the index stand behind a key
 * of the owner, so that a search reads nothing of others, however much they have.
 */
import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import type { SearchIndex } from './search-index.ts';
import {
  fits,
  matchOfPostgres,
  matchOfSqlite,
  passageOf,
  type PassagePart,
  type SearchQuery,
} from './search-query.ts';

export const SEARCH_LIMITS = {
  /** Messages that are looked at together, and in one search at most: a phrase may be in few of them. */
  batch: 50,
  batchesMax: 8,
  /** Titles that are looked at: those of the newest conversations. */
  titles: 1_000,
  titleHits: 10,
  /** Owners who have taken over more guests than this find the newest texts only. */
  keysMax: 16,
  /** PostgreSQL reads all messages with rare words, so many at most, to put them in order. */
  rare: 100,
  /** And it first looks for common words among so many of the newest messages. */
  newest: 1_000,
} as const;

export interface SearchHit {
  readonly conversation: string;
  readonly title: string;
  /** Absent when the title fits. */
  readonly message?: { readonly number: number; readonly role: 'user' | 'assistant' };
  readonly at: number;
  readonly passage: readonly PassagePart[];
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** Messages before this number are still to be looked at. */
  readonly next: number | undefined;
  /** Texts are still to be indexed, and were not looked at. Known of the first page only. */
  readonly isBehind: boolean;
}

export interface SearchRequest {
  readonly owner: string;
  readonly query: SearchQuery;
  /** Of the page before; the first page when undefined. */
  readonly before: number | undefined;
  readonly limit: number;
}

export class ConversationSearch {
  readonly #store: Store;
  readonly #index: Pick<SearchIndex, 'catchUp'>;

  constructor(store: Store, index: Pick<SearchIndex, 'catchUp'>) {
    this.#store = store;
    this.#index = index;
  }

  async find(request: SearchRequest): Promise<SearchPage> {
    const { owner, query, before } = request;
    if (before !== undefined) return { ...(await this.#texts(request)), isBehind: false };
    const isBehind = !(await this.#index.catchUp());
    const titles = await this.#titles(owner, query);
    const { hits, next } = await this.#texts(request);
    return { hits: [...titles, ...hits], next, isBehind };
  }

  async #texts({ owner, query, before, limit }: SearchRequest): Promise<Omit<SearchPage, 'isBehind'>> {
    const keys = await this.#keysOf(owner);
    let next = before ?? Number.MAX_SAFE_INTEGER;
    const found: SearchHit[] = [];
    for (let batch = 0; batch < SEARCH_LIMITS.batchesMax && keys.length > 0; batch += 1) {
      const numbers = await this.#candidates(query, keys, next);
      for (const hit of await this.#read(numbers, owner, query)) {
        if (found.length === limit) return { hits: found, next };
        found.push(hit);
        next = hit.message?.number ?? next;
      }
      if (numbers.length < SEARCH_LIMITS.batch) return { hits: found, next: undefined };
      next = numbers.at(-1) ?? next;
    }
    return { hits: found, next: keys.length > 0 ? next : undefined };
  }

  async #keysOf(owner: string): Promise<number[]> {
    const rows = await this.#store.db
      .selectFrom('search_owners')
      .select('key')
      .where('owner', '=', owner)
      .orderBy('key', 'desc')
      .limit(SEARCH_LIMITS.keysMax)
      .execute();
    return rows.map(({ key }) => key);
  }

  /** Numbers of messages with these words, newest first. */
  async #candidates(query: SearchQuery, keys: readonly number[], before: number): Promise<number[]> {
    const { db, dialect } = this.#store;
    if (dialect === 'sqlite') {
      const match = matchOfSqlite(query, keys);
      const { rows } = await sql<{ number: number }>`select rowid as number from message_search
        where message_search match ${match} and rowid < ${before}
        order by rowid desc limit ${SEARCH_LIMITS.batch}`.execute(db);
      return rows.map(({ number }) => number);
    }
    const match = matchOfPostgres(query, keys);
    const rare = await this.#rare(match);
    if (rare) return rare.filter((number) => number < before).slice(0, SEARCH_LIMITS.batch);
    const recent = await this.#recent(match, keys, before);
    return recent ?? this.#indexed(match, before);
  }

  /** All of them when they are few, newest first: each costs a row from anywhere in the table. */
  async #rare(match: string): Promise<number[] | undefined> {
    // Materialized, so that the planner uses the index: with a limit it would rather read the table.
    const { rows } = await sql<{ number: number }>`with found as materialized (
        select number from message_search where tokens @@ ${match}::tsquery)
      select number from found limit ${SEARCH_LIMITS.rare + 1}`.execute(this.#store.db);
    if (rows.length > SEARCH_LIMITS.rare) return undefined;
    return rows.map(({ number }) => number).sort((one, other) => other - one);
  }

  /** Common words are among the newest messages. Undefined when these are not enough to know. */
  async #recent(match: string, keys: readonly number[], before: number): Promise<number[] | undefined> {
    if (keys.length !== 1) return undefined;
    const { rows } = await sql<{ number: number }>`select number from (
        select number, tokens from message_search where key = ${keys[0]} and number < ${before}
        order by number desc limit ${SEARCH_LIMITS.newest}) as newest
      where tokens @@ ${match}::tsquery
      order by number desc limit ${SEARCH_LIMITS.batch}`.execute(this.#store.db);
    return rows.length === SEARCH_LIMITS.batch ? rows.map(({ number }) => number) : undefined;
  }

  async #indexed(match: string, before: number): Promise<number[]> {
    // Materialized, since the newest of many rows must not be looked for row by row.
    const { rows } = await sql<{ number: number }>`with found as materialized (
        select number from message_search where tokens @@ ${match}::tsquery)
      select number from found where number < ${before}
      order by number desc limit ${SEARCH_LIMITS.batch}`.execute(this.#store.db);
    return rows.map(({ number }) => number);
  }

  /** Those that fit, in the order of the numbers. Whose they are is looked at again here. */
  async #read(numbers: readonly number[], owner: string, query: SearchQuery): Promise<SearchHit[]> {
    if (numbers.length === 0) return [];
    const rows = await this.#store.db
      .selectFrom('messages')
      .innerJoin('conversations', 'conversations.number', 'messages.conversation')
      .select(['messages.number', 'messages.role', 'messages.text', 'messages.created_at as at'])
      .select(['conversations.id as conversation', 'conversations.title'])
      .where('messages.number', 'in', numbers)
      .where('conversations.owner', '=', owner)
      .where('conversations.deleted_at', 'is', null)
      .orderBy('messages.number', 'desc')
      .execute();
    return rows
      .filter(({ text }) => fits(query, text))
      .map(({ number, role, text, at, conversation, title }) => {
        return { conversation, title, message: { number, role }, at, passage: passageOf(query, text) };
      });
  }

  async #titles(owner: string, query: SearchQuery): Promise<SearchHit[]> {
    const rows = await this.#store.db
      .selectFrom('conversations')
      .select(['id as conversation', 'title', 'updated_at as at'])
      .where('owner', '=', owner)
      .where('deleted_at', 'is', null)
      .where('title', '<>', '')
      .orderBy('updated_at', 'desc')
      .limit(SEARCH_LIMITS.titles)
      .execute();
    const hits = rows.filter(({ title }) => fits(query, title)).slice(0, SEARCH_LIMITS.titleHits);
    return hits.map((row) => ({ ...row, passage: passageOf(query, row.title) }));
  }
}
