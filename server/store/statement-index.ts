/** Which entries of the ledger concern which account, newest first; kept up while blocks are committed. */
import type { CommittedBlock } from '../ledger/block-writer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StatementWork } from './statement-jobs.ts';
import { Thread } from './thread.ts';

/** Entries handed over at once, and the most that wait in memory; what is beyond is read from the ledger again. */
const ENTRIES_AT_ONCE = 10_000;

export class StatementIndex {
  readonly #thread: Thread<StatementWork, number[]>;
  readonly #ledger: Ledger;
  readonly #stopListening: () => void;
  /** Entries below were handed to the thread. */
  #handedOver = 0;
  /** Texts of committed entries that follow those, without a gap. */
  #waiting: string[] = [];
  #waitingFirst = 0;
  #working: Promise<void> | undefined;
  #hasBegun = false;

  constructor(path: string, ledger: Ledger) {
    this.#thread = new Thread(new URL('statement-worker.ts', import.meta.url), { path });
    this.#ledger = ledger;
    this.#stopListening = ledger.onCommit((block) => this.#committed(block));
  }

  /** Indexes of the account's entries below `before`, newest first. */
  async page(account: string, before: number, limit: number): Promise<number[]> {
    if (!this.#hasBegun) this.#work(this.#handOver());
    await this.#working;
    return this.#thread.ask({ type: 'page', account, before, limit });
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.#working;
    await this.#thread.end({ type: 'close' });
  }

  #committed({ first, texts }: CommittedBlock): void {
    if (this.#waiting.length === 0) this.#waitingFirst = first;
    const isNext = this.#waitingFirst + this.#waiting.length === first;
    if (isNext && this.#waiting.length < ENTRIES_AT_ONCE) this.#waiting.push(...texts);
    if (!this.#working) this.#work(this.#handOver());
  }

  /** A failure is met again, and reported, by whoever asks for a page. */
  #work(work: Promise<void>): void {
    this.#working = work
      .catch(() => {})
      .then(() => {
        this.#working = undefined;
      });
  }

  async #handOver(): Promise<void> {
    if (!this.#hasBegun) {
      const [indexed = 0] = await this.#thread.ask({ type: 'progress' });
      this.#handedOver = indexed;
      this.#hasBegun = true;
    }
    while (this.#handedOver < this.#ledger.head.size) {
      const first = this.#handedOver;
      const texts = await this.#textsFrom(first);
      await this.#thread.ask({ type: 'add', first, texts });
      this.#handedOver = first + texts.length;
    }
  }

  async #textsFrom(first: number): Promise<string[]> {
    const waiting = this.#waiting;
    const waitingFirst = this.#waitingFirst;
    this.#waiting = [];
    if (waiting.length > 0 && waitingFirst <= first) return waiting.slice(first - waitingFirst);
    return this.#ledger.entryTexts(first, first + ENTRIES_AT_ONCE);
  }
}
