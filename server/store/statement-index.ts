/** Which entries of the ledger concern which account, newest first; kept up while blocks are committed. */
import type { CommittedBlock } from '../ledger/block-writer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StatementWork } from './statement-jobs.ts';
import { Thread } from './thread.ts';

/**
 * Entries read from the ledger at once, and the most that wait in memory before some are read again instead.
 */
const ENTRIES_AT_ONCE = 10_000;

/** Holds and releases move credits within an account: what a statement shows is what came and went. */
const SHOWN = ['grant', 'import', 'settle', 'refund', 'erase'].map((type) => `"type":"${type}"}`);
/** Members are sorted (RFC 8785), and no entry has one before its account. */
const START = '{"account":"';

/** What is to be indexed of consecutive entries. */
interface Covered {
  readonly first: number;
  next: number;
  readonly accounts: string[];
  readonly entries: number[];
}

export class StatementIndex {
  readonly #thread: Thread<StatementWork, number[]>;
  readonly #ledger: Ledger;
  readonly #stopListening: () => void;
  #hasBegun = false;
  #isClosing = false;
  /** Entries below were handed to the thread. */
  #handedOver = 0;
  /** Committed and not handed over yet. */
  #waiting: Covered | undefined;
  #working: Promise<void> | undefined;

  constructor(path: string, ledger: Ledger) {
    this.#thread = new Thread(new URL('statement-worker.ts', import.meta.url), { path });
    this.#ledger = ledger;
    this.#stopListening = ledger.onCommit((block) => this.#committed(block));
  }

  /** Indexes of the account's entries below `before`, newest first. */
  async page(account: string, before: number, limit: number): Promise<number[]> {
    if (!this.#working) this.#work();
    await this.#working;
    return this.#thread.ask({ type: 'page', account, before, limit });
  }

  async close(): Promise<void> {
    this.#stopListening();
    // What is not covered yet is read at the next start.
    this.#isClosing = true;
    await this.#working;
    await this.#thread.end({ type: 'close' });
  }

  #committed({ first, texts }: CommittedBlock): void {
    this.#waiting ??= { first, next: first, accounts: [], entries: [] };
    const { next, entries } = this.#waiting;
    // What has no room is read from the ledger when its turn comes.
    if (next === first && entries.length < ENTRIES_AT_ONCE) cover(this.#waiting, texts);
    if (!this.#working) this.#work();
  }

  /** A failure is met again, and reported, by whoever asks for a page. */
  #work(): void {
    this.#working = this.#handOver()
      .catch(() => {})
      .then(() => {
        this.#working = undefined;
      });
  }

  async #handOver(): Promise<void> {
    if (!this.#hasBegun) {
      const [indexed = 0] = await this.#thread.ask({ type: 'progress', entries: this.#ledger.head.size });
      this.#handedOver = indexed;
      this.#hasBegun = true;
    }
    while (!this.#isClosing && this.#handedOver < this.#ledger.head.size) {
      const { next, accounts, entries } = await this.#take();
      if (next === this.#handedOver) throw new Error('The ledger gave no entry that it says it has');
      await this.#thread.ask({ type: 'add', next, accounts, entries });
      this.#handedOver = next;
    }
  }

  async #take(): Promise<Covered> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting && waiting.first <= this.#handedOver && waiting.next > this.#handedOver) return waiting;
    const first = this.#handedOver;
    const covered: Covered = { first, next: first, accounts: [], entries: [] };
    cover(covered, await this.#ledger.entryTexts(first, first + ENTRIES_AT_ONCE));
    return covered;
  }
}

function cover(covered: Covered, texts: readonly string[]): void {
  for (const text of texts) {
    if (SHOWN.some((ending) => text.endsWith(ending)) && text.startsWith(START)) {
      covered.accounts.push(text.slice(START.length, text.indexOf('"', START.length)));
      covered.entries.push(covered.next);
    }
    covered.next += 1;
  }
}
