/**
 * Writes texts into the search index, behind the messages: while one is written, only its number is queued.
 * The queue is in the store, so that a crash loses nothing. It is taken newest first, since people look for
 * what was said lately; when it is empty, texts follow from before there was an index. The index works in
 * small pieces and rests most of the time.
 */
import { sql } from 'kysely';
import type { Clock } from '../../shared/clock.ts';
import type { Step } from '../store/batch.ts';
import { indexStatements, type IndexStatements } from './index-statements.ts';
import type { Store } from '../store/store.ts';
import type { StoreLog } from '../store/store-log.ts';
import { searchTokens, WORD_FORM } from '../../shared/search-words.ts';

export const INDEX_LIMITS = {
  /** Messages that are indexed in one unit. What others write meanwhile waits for its end. */
  piece: { sqlite: 32, postgres: 64 },
  /** After something was said, so that several messages share a piece. */
  delayMs: 300,
  /** The index takes no more than this share of the time: for each part of work, so many of rest. */
  rest: 4,
  retryMs: 5_000,
  /** Pieces for which a search waits, so that it finds what was said a moment ago. */
  piecesBeforeSearch: 4,
  /** After this time a search begins no further piece; and it waits no longer for the one that has begun. */
  catchUpMs: 20,
  waitOfSearchMs: 500,
} as const;

const BEFORE = 'search_before';
const FORM = 'search_form';

export interface SearchIndexOptions {
  readonly store: Pick<Store, 'db' | 'dialect' | 'write'>;
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly log: Pick<StoreLog, 'error'>;
}

interface IndexedText {
  readonly number: number;
  readonly text: string;
  readonly key: number | null;
}

export class SearchIndex {
  readonly #options: SearchIndexOptions;
  readonly #statements: IndexStatements;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosing = false;
  #isWaiting = false;
  /** Texts from before the index are left. */
  #hasOld = true;
  #cancel = () => {};

  constructor(options: SearchIndexOptions) {
    this.#options = options;
    this.#statements = indexStatements(options.store.db, this.#piece);
  }

  /** Continues where the last run has stopped. */
  async start(): Promise<void> {
    await this.#requireForm();
    this.#hasOld = (await this.#oldTexts()).length > 0;
    this.wake();
  }

  /** Something was written. */
  wake(delayMs: number = INDEX_LIMITS.delayMs): void {
    if (this.#isWaiting || this.#isClosing) return;
    this.#isWaiting = true;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#isWaiting = false;
      void this.#work();
    });
  }

  /**
   * What was said a moment ago is in the index then, unless very much was: it resolves in time in any case.
   * False when texts are left, which follow later.
   */
  async catchUp(): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const cancel = this.#options.clock.after(INDEX_LIMITS.waitOfSearchMs, () => late.resolve(false));
    try {
      return await Promise.race([this.#catchUp(), late.promise]);
    } finally {
      cancel();
    }
  }

  /** Resolves when the piece that is being indexed is written. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancel();
    await this.#turn;
  }

  get #piece(): number {
    return INDEX_LIMITS.piece[this.#options.store.dialect];
  }

  async #catchUp(): Promise<boolean> {
    const { clock } = this.#options;
    const untilMs = clock.monotonic() + INDEX_LIMITS.catchUpMs;
    let pieces = 0;
    do {
      if ((await this.#inTurn(() => this.#queued())) < this.#piece) return !this.#hasOld;
      pieces += 1;
    } while (pieces < INDEX_LIMITS.piecesBeforeSearch && clock.monotonic() < untilMs);
    return false;
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#options;
    const startedMs = clock.monotonic();
    try {
      const indexed = await this.#inTurn(async () => (await this.#queued()) || (await this.#old()));
      if (indexed > 0) this.wake((clock.monotonic() - startedMs) * INDEX_LIMITS.rest);
    } catch (error) {
      log.error({ err: error }, 'Texts could not be indexed for the search yet');
      this.wake(INDEX_LIMITS.retryMs);
    }
  }

  #inTurn(run: () => Promise<number>): Promise<number> {
    const result = this.#turn.then(() => (this.#isClosing ? 0 : run()));
    this.#turn = result.catch(() => {}); // Whoever asked hears of it.
    return result;
  }

  async #queued(): Promise<number> {
    const { db } = this.#options.store;
    const rows = await db
      .selectFrom('search_queue')
      .select('message')
      .orderBy('message', 'desc')
      .limit(this.#piece)
      .execute();
    const messages = rows.map(({ message }) => message);
    if (messages.length === 0) return 0;
    await this.#index(messages, [this.#statements.unqueue(messages)]);
    return messages.length;
  }

  async #old(): Promise<number> {
    if (!this.#hasOld) return 0;
    const messages = await this.#oldTexts();
    this.#hasOld = messages.length > 0;
    if (messages.length > 0)
      await this.#index(messages, [this.#setProperty(BEFORE, String(messages.at(-1)))]);
    return messages.length;
  }

  async #oldTexts(): Promise<number[]> {
    const before = Number((await this.#property(BEFORE)) ?? 0);
    const rows = await this.#options.store.db
      .selectFrom('messages')
      .select('number')
      .where('number', '<', before)
      .where('text', '<>', '')
      .orderBy('number', 'desc')
      .limit(this.#piece)
      .execute();
    return rows.map(({ number }) => number);
  }

  /** What is in the index already stays as it is. */
  async #index(messages: readonly number[], done: readonly Step[]): Promise<void> {
    const { store } = this.#options;
    if (store.dialect === 'sqlite') {
      const { insert } = this.#statements;
      await store.write([...this.#giveKeys(messages), insert(messages), ...done]);
      return;
    }
    let texts = await this.#texts(messages);
    if (texts.some(({ key }) => key === null)) {
      await store.write(this.#giveKeys(messages));
      texts = await this.#texts(messages);
    }
    await store.write([this.#insertTexts(texts), ...done]);
  }

  #giveKeys(messages: readonly number[]): Step[] {
    const { addOwners, giveKeys } = this.#statements;
    return [addOwners(messages), giveKeys(messages)];
  }

  #texts(messages: readonly number[]): Promise<IndexedText[]> {
    return this.#options.store.db
      .selectFrom('messages')
      .innerJoin('conversations', 'conversations.number', 'messages.conversation')
      .select(['messages.number', 'messages.text', 'conversations.search_key as key'])
      .where('messages.number', 'in', messages)
      .where('messages.text', '<>', '')
      .where('conversations.deleted_at', 'is', null)
      .execute();
  }

  /**
   * The words are found here, since PostgreSQL does not know the function. One statement for all of them: a
   * statement for each took most of the time.
   */
  #insertTexts(texts: readonly IndexedText[]): Step {
    const known = texts.flatMap(({ number, key, text }) =>
      key === null ? [] : [{ number, key, tokens: searchTokens(key, text) }],
    );
    const numbers = arrayOf(known.map(({ number }) => number));
    const keys = arrayOf(known.map(({ key }) => key));
    const tokens = arrayOf(known.map(({ tokens: all }) => `"${all}"`));
    // Messages may have been erased in the meantime.
    return sql`insert into message_search (number, key, tokens)
      select number, new.key, array_to_tsvector(string_to_array(new.tokens, ' '))
      from unnest(${numbers}::bigint[], ${keys}::bigint[], ${tokens}::text[]) as new (number, key, tokens)
        join messages using (number)
      where messages.text <> '' order by number for share of messages
      on conflict do nothing`.compile(this.#options.store.db);
  }

  /** After a change of how words are found, everything is indexed anew. */
  async #requireForm(): Promise<void> {
    const { store } = this.#options;
    const known = await this.#property(FORM);
    if (known === WORD_FORM) return;
    const steps = [this.#setProperty(FORM, WORD_FORM)];
    if (known !== undefined) {
      const { db } = store;
      const newest = await db
        .selectFrom('messages')
        .select((each) => each.fn.max('number').as('number'))
        .executeTakeFirst();
      steps.push(
        store.dialect === 'sqlite'
          ? sql`insert into message_search (message_search) values ('delete-all')`.compile(db)
          : sql`delete from message_search`.compile(db),
        this.#setProperty(BEFORE, String((newest?.number ?? 0) + 1)),
      );
    }
    await store.write(steps);
  }

  async #property(name: string): Promise<string | undefined> {
    const { db } = this.#options.store;
    const row = await db.selectFrom('properties').select('value').where('name', '=', name).executeTakeFirst();
    return row?.value;
  }

  #setProperty(name: string, value: string): Step {
    const row = this.#options.store.db.insertInto('properties').values({ name, value });
    return row.onConflict((one) => one.column('name').doUpdateSet({ value })).compile();
  }
}

/** For PostgreSQL. Tokens have letters, digits, marks and spaces only, so nothing in them ends the quotes. */
function arrayOf(values: readonly (number | string)[]): string {
  return `{${values.join(',')}}`;
}
