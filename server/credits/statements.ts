/** Which entries of the ledger concern which account, newest first; updated while blocks are committed. */
import type { CommittedBlock } from '../ledger/block-writer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { StoreLog } from '../store/store-log.ts';
import type { AccountNumbers } from './account-numbers.ts';

/**
 * Entries read from the ledger at once, and the most that wait in memory; beyond that they are read again.
 */
const ENTRIES_AT_ONCE = 10_000;

/**
 * Holds and their releases move credits within an account: a statement shows only what came in and went out.
 */
const SHOWN = [
  ...['grant', 'import', 'settle', 'refund', 'erase'].map((type) => `"type":"${type}"}`),
  ...['estimated', 'reported'].map((usage) => `"type":"charge","usage":"${usage}"}`),
];
/** Its time follows its type. */
const ALLOWANCE = '"type":"allowance","until":"';
/** Members are sorted (RFC 8785), and no entry has one before its account. */
const START = '{"account":"';

const PROGRESS = 'statements_to';

/** What statements need of the ledger. */
export type StatementLedger = Pick<Ledger, 'onCommit' | 'entryTexts'> & {
  readonly head: { readonly size: number };
};

export interface StatementsOptions {
  readonly store: Store;
  readonly accounts: AccountNumbers;
  readonly ledger: StatementLedger;
  readonly log: Pick<StoreLog, 'error'>;
}

/** What has to be written for consecutive entries. */
interface Covered {
  readonly first: number;
  next: number;
  readonly accounts: string[];
  readonly entries: number[];
}

export class Statements {
  readonly #options: StatementsOptions;
  readonly #insert: string;
  readonly #setProgress: string;
  readonly #stopListening: () => void;
  #isClosing = false;
  #isKeepingUp = false;
  #failures = 0;
  #hasFailed = false;
  /** Entries below are written; undefined until the store was asked. */
  #writtenTo: number | undefined;
  /** Committed and not written yet. */
  #waiting: Covered | undefined;
  #writing: Promise<void> | undefined;
  /** A caller waits for a page: the next write is not delayed. */
  #isAwaited = false;

  constructor(options: StatementsOptions) {
    this.#options = options;
    const row = options.store.db.insertInto('statements').values({ account: 0, entry: 0 });
    this.#insert = row.onConflict((one) => one.columns(['account', 'entry']).doNothing()).compile().sql;
    this.#setProgress = options.store.db
      .insertInto('properties')
      .values({ name: PROGRESS, value: '' })
      .onConflict((one) => one.column('name').doUpdateSet((each) => ({ value: each.ref('excluded.value') })))
      .compile().sql;
    this.#stopListening = options.ledger.onCommit((block) => this.#committed(block));
  }

  /** How often updating them failed. */
  get failures(): number {
    return this.#failures;
  }

  /** Indexes of the account's entries below `before`, newest first; all that are durable now are covered. */
  async page(account: string, before: number, limit: number): Promise<number[]> {
    await this.#reach(this.#options.ledger.head.size);
    const numbered = await this.#options.accounts.find(account);
    if (!numbered) return [];
    const rows = await this.#options.store.db
      .selectFrom('statements')
      .select('entry')
      .where('account', '=', numbered.number)
      .where('entry', '<', before)
      .orderBy('entry', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ entry }) => entry);
  }

  /** What is not covered yet is read at the next start. */
  async close(): Promise<void> {
    this.#stopListening();
    this.#isClosing = true;
    this.#hurry();
    await this.#writing?.catch(() => {}); // Logged where it was met.
  }

  #committed({ first, texts }: CommittedBlock): void {
    this.#waiting ??= { first, next: first, accounts: [], entries: [] };
    const { next, entries } = this.#waiting;
    // Entries that do not fit are read from the ledger later.
    if (next === first && entries.length < ENTRIES_AT_ONCE) cover(this.#waiting, texts);
    if (!this.#isKeepingUp) void this.#keepUp();
  }

  /** Writes until nothing is left, or until it fails; the next block tries again. */
  async #keepUp(): Promise<void> {
    this.#isKeepingUp = true;
    try {
      while (!this.#isClosing && (this.#writtenTo ?? 0) < this.#options.ledger.head.size)
        await this.#advance();
      this.#hasFailed = false;
    } catch (error) {
      this.#failures += 1;
      if (!this.#hasFailed) {
        this.#options.log.error({ err: error }, 'Statements could not be kept up; they are tried again');
      }
      this.#hasFailed = true;
    }
    this.#isKeepingUp = false;
  }

  async #reach(size: number): Promise<void> {
    while (!this.#isClosing && (this.#writtenTo ?? -1) < size) {
      this.#isAwaited = true;
      const advancing = this.#advance();
      this.#hurry();
      await advancing;
    }
  }

  /** Starts a delayed write at once. */
  #hurry(): void {
    if (this.#writing) this.#options.store.write([]).catch(() => {}); // The write that it hurries reports.
  }

  /** One write at a time; callers that come in the meantime wait for the same one. */
  #advance(): Promise<void> {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #write(): Promise<void> {
    const writtenTo = (this.#writtenTo ??= await this.#begin());
    if (writtenTo >= this.#options.ledger.head.size) return;
    const covered = await this.#take(writtenTo);
    if (covered.next === writtenTo) throw new Error('The ledger gave no entry that it says it has');
    const { store, accounts } = this.#options;
    const numbered = await accounts.numbersOf(covered.accounts);
    const lazy = !this.#isAwaited;
    this.#isAwaited = false;
    await store.write([...this.#steps(covered, numbered), this.#progress(covered.next)], { lazy });
    for (const account of numbered) accounts.noteStored(account);
    this.#writtenTo = covered.next;
  }

  #steps(
    { entries }: Covered,
    numbered: readonly { readonly name: string; readonly number: number }[],
  ): Step[] {
    const steps: Step[] = [];
    const { accounts } = this.#options;
    const seen = new Set<string>();
    for (const [at, account] of numbered.entries()) {
      if (!seen.has(account.name)) steps.push(...accounts.stepsFor({ owner: null, ...account }));
      seen.add(account.name);
      steps.push({ sql: this.#insert, parameters: [account.number, entries[at] ?? 0] });
    }
    return steps;
  }

  #progress(next: number): Step {
    return { sql: this.#setProgress, parameters: [PROGRESS, String(next)] };
  }

  /**
   * Statements that are ahead of the ledger belong to another ledger, such as one before a backup was
   * restored.
   */
  async #begin(): Promise<number> {
    const { store, ledger } = this.#options;
    const row = await store.db
      .selectFrom('properties')
      .select('value')
      .where('name', '=', PROGRESS)
      .executeTakeFirst();
    const written = Number(row?.value ?? 0);
    if (written <= ledger.head.size) return written;
    await store.write([store.db.deleteFrom('statements').compile(), this.#progress(0)]);
    return 0;
  }

  async #take(first: number): Promise<Covered> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting && waiting.first <= first && waiting.next > first) return waiting;
    const covered: Covered = { first, next: first, accounts: [], entries: [] };
    cover(covered, await this.#options.ledger.entryTexts(first, first + ENTRIES_AT_ONCE));
    return covered;
  }
}

function cover(covered: Covered, texts: readonly string[]): void {
  for (const text of texts) {
    if (
      text.startsWith(START) &&
      (SHOWN.some((ending) => text.endsWith(ending)) || text.includes(ALLOWANCE))
    ) {
      covered.accounts.push(text.slice(START.length, text.indexOf('"', START.length)));
      covered.entries.push(covered.next);
    }
    covered.next += 1;
  }
}
