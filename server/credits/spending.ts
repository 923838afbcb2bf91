/**
 * What was charged to whom on which day: made from the entries of the ledger as they become durable. Rows
 * and the mark up to where they count are written in one unit, so that after a crash nothing is missing and
 * nothing is counted twice.
 */
import type { CommittedBlock } from '../ledger/block-writer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { StoreLog } from '../store/store-log.ts';
import { Turns } from '../store/turns.ts';
import { DayCounter } from '../support/periods.ts';

const PROGRESS = 'spending_to';
const ENTRIES_AT_ONCE = 10_000;
/** Members are sorted, so that the type comes almost last. */
const CHARGE = '"type":"charge"';
const NOTHING = '"amount":"0"';

export interface Spent {
  /** As in the entry: an account, or an API key (`key:ID`). */
  readonly actor: string;
  /** The account that paid. */
  readonly account: string;
  readonly day: number;
  readonly amount: number;
}

/** Which charges are meant; a member that is left out stands for all. */
export interface SpendingQuery {
  readonly actors?: readonly string[] | undefined;
  readonly account?: string | undefined;
  /** Days since 1970. */
  readonly fromDay: number;
}

export interface SpendingOptions {
  readonly store: Store;
  readonly ledger: Pick<Ledger, 'onCommit' | 'entryTexts'> & { readonly head: { readonly size: number } };
  /** Whose days are meant. */
  readonly zone: string;
  readonly log: Pick<StoreLog, 'error'>;
}

export class Spending {
  readonly #options: SpendingOptions;
  readonly #days: DayCounter;
  readonly #add: string;
  readonly #listeners = new Set<(spent: Spent) => void>();
  readonly #stopListening: () => void;
  /** A sum is read between two writes, so that rows and what waits never have the same entry. */
  readonly #turns = new Turns();
  /** Entries below are counted, in rows or among what waits; undefined until the store was asked. */
  #countedTo: number | undefined;
  /** Committed before it was known from where on they count. */
  #early: CommittedBlock[] = [];
  #waiting = new Map<string, Spent>();
  #isWriting = false;
  #isClosing = false;
  #hasFailed = false;

  constructor(options: SpendingOptions) {
    this.#options = options;
    this.#days = new DayCounter(options.zone);
    this.#add = options.store.db
      .insertInto('spending')
      .values({ actor: '', account: '', day: 0, amount: 0 })
      .onConflict((one) =>
        one
          .columns(['actor', 'account', 'day'])
          .doUpdateSet((each) => ({ amount: each('spending.amount', '+', each.ref('excluded.amount')) })),
      )
      .compile().sql;
    this.#stopListening = options.ledger.onCommit((block) => this.#committed(block));
  }

  /** Counts what an earlier run has left. Rejects when store or ledger cannot be read. */
  async start(): Promise<void> {
    const { ledger } = this.#options;
    const first = await this.#begin();
    let next = first;
    for (;;) {
      const texts = await ledger.entryTexts(next, Math.min(ledger.head.size, next + ENTRIES_AT_ONCE));
      for (const text of texts) this.#count(text);
      next += texts.length;
      if (texts.length === 0 || next >= ledger.head.size) break;
      await this.#write(next);
    }
    this.#countedTo = next;
    for (const block of this.#early.splice(0)) this.#committed(block);
    if (this.#countedTo > first) await this.#write(this.#countedTo);
  }

  /**
   * All that is durable in the ledger counts. `take` gets the sum in the turn in which it is right: what is
   * charged later comes to the listeners.
   */
  async sum(query: SpendingQuery, take: (sum: number) => void): Promise<void> {
    this.#hurry();
    const end = await this.#turns.take();
    try {
      const stored = await this.#stored(query);
      take(stored + this.#unwritten(query));
    } finally {
      end();
    }
  }

  /** For each charge, when it is durable and before whoever asked learns of it. */
  onSpent(listener: (spent: Spent) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#isClosing = true;
    // What is not written is counted again at the next start.
    this.#hurry();
    (await this.#turns.take())();
  }

  /** Somebody waits for a write that would have been delayed; it reports its own failure. */
  #hurry(): void {
    if (this.#isWriting) this.#options.store.write([]).catch(() => {});
  }

  #committed(block: CommittedBlock): void {
    if (this.#countedTo === undefined) return void this.#early.push(block);
    const { first, texts } = block;
    if (first + texts.length <= this.#countedTo) return;
    for (const text of texts.slice(Math.max(0, this.#countedTo - first))) {
      const spent = this.#count(text);
      if (spent) for (const listener of this.#listeners) listener(spent);
    }
    this.#countedTo = first + texts.length;
    if (this.#waiting.size > 0) void this.#keepUp();
  }

  #count(text: string): Spent | undefined {
    if (!text.includes(CHARGE) || text.includes(NOTHING)) return undefined;
    const { account, actor, amount, at } = JSON.parse(text) as Record<string, string>;
    const day = this.#days.dayOf(Date.parse(at ?? ''));
    const spent: Spent = { account: account ?? '', actor: actor ?? '', amount: Number(amount), day };
    const key = `${spent.actor} ${spent.account} ${day}`;
    const sum = (this.#waiting.get(key)?.amount ?? 0) + spent.amount;
    this.#waiting.set(key, { ...spent, amount: sum });
    return spent;
  }

  async #keepUp(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      while (this.#waiting.size > 0 && !this.#isClosing) await this.#write(this.#countedTo ?? 0, true);
      this.#hasFailed = false;
    } catch (err) {
      if (!this.#hasFailed)
        this.#options.log.error({ err }, 'Spending could not be written; it is tried again');
      this.#hasFailed = true;
    }
    this.#isWriting = false;
  }

  /** What is counted up to `next`; on a failure it goes on waiting. */
  async #write(next: number, lazy = false): Promise<void> {
    const end = await this.#turns.take();
    const written = this.#waiting;
    const to = Math.max(next, this.#countedTo ?? 0);
    this.#waiting = new Map();
    try {
      await this.#options.store.write([...this.#rows(written), this.#progress(to)], { lazy });
    } catch (error) {
      for (const [key, spent] of written) {
        const amount = spent.amount + (this.#waiting.get(key)?.amount ?? 0);
        this.#waiting.set(key, { ...spent, amount });
      }
      throw error;
    } finally {
      end();
    }
  }

  #rows(spent: ReadonlyMap<string, Spent>): Step[] {
    return [...spent.values()].map(({ actor, account, day, amount }) => {
      return { sql: this.#add, parameters: [actor, account, day, amount] };
    });
  }

  #progress(next: number): Step {
    return this.#options.store.db
      .insertInto('properties')
      .values({ name: PROGRESS, value: String(next) })
      .onConflict((one) => one.column('name').doUpdateSet({ value: String(next) }))
      .compile();
  }

  /** Rows that are ahead of the ledger belong to another one, such as one before a backup was restored. */
  async #begin(): Promise<number> {
    const { store, ledger } = this.#options;
    const mark = store.db.selectFrom('properties').select('value').where('name', '=', PROGRESS);
    const written = Number((await mark.executeTakeFirst())?.value ?? 0);
    if (written <= ledger.head.size) return written;
    await store.write([store.db.deleteFrom('spending').compile(), this.#progress(0)]);
    return 0;
  }

  async #stored({ actors, account, fromDay }: SpendingQuery): Promise<number> {
    let rows = this.#options.store.db
      .selectFrom('spending')
      .select((each) => each.fn.sum<string | number | null>('amount').as('amount'))
      .where('day', '>=', fromDay);
    if (actors) rows = rows.where('actor', 'in', actors);
    if (account !== undefined) rows = rows.where('account', '=', account);
    return Number((await rows.executeTakeFirst())?.amount ?? 0);
  }

  #unwritten({ actors, account, fromDay }: SpendingQuery): number {
    let sum = 0;
    for (const spent of this.#waiting.values()) {
      const isMeant = spent.day >= fromDay && (account === undefined || spent.account === account);
      if (isMeant && (!actors || actors.includes(spent.actor))) sum += spent.amount;
    }
    return sum;
  }
}
