/**
 * What was said, erasable. Rows that arrive while a transaction is on its way to the disk share the next one,
 * so that many writers cost few waits; a row is durable before the block that commits to it is written.
 */
import type { ContentReply, ContentWork } from './content-jobs.ts';
import {
  contentStatements,
  type ContentMark,
  type ContentRow,
  type PendingErasure,
} from './content-queries.ts';
import { Thread } from './thread.ts';

export interface ContentStore {
  /** Why nothing can be stored any more, when that is so. */
  readonly failure: Error | undefined;
  /** Resolves when the row is durable. */
  add(row: ContentRow): Promise<void>;
  read(id: string): Promise<ContentRow | undefined>;
  /** Up to `limit` rows with smaller numbers, newest first. */
  newestBelow(below: number, limit: number): Promise<ContentMark[]>;
  /** Deletes for good what no exchange in the ledger speaks of. */
  discard(ids: readonly string[]): Promise<void>;
  /**
   * Deletes for good, in every page and log of the database, one exchange's content or all of the account's.
   * Returns how many rows there were. The erasure is pending from then on until it is said to be `erased`, so
   * that a crash before its entry is in the ledger leaves a trace of it.
   */
  erase(erasure: PendingErasure, contentId?: string): Promise<number>;
  erased(id: string): Promise<void>;
  /** What they erase is gone for good. */
  pendingErasures(): Promise<PendingErasure[]>;
  close(): Promise<void>;
}

/**
 * The folder must exist. The first job fails when the database cannot be opened, and so do all others then.
 */
export function openContentStore(path: string): ContentStore {
  return new ThreadedContentStore(path);
}

interface WaitingRow {
  readonly row: ContentRow;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class ThreadedContentStore implements ContentStore {
  readonly #thread: Thread<ContentWork, ContentReply['value']>;
  #rows: WaitingRow[] = [];
  #isAdding = false;

  constructor(path: string) {
    const statements = contentStatements();
    this.#thread = new Thread(new URL('content-worker.ts', import.meta.url), { path, statements });
    this.#thread.start();
  }

  get failure(): Error | undefined {
    return this.#thread.failure;
  }

  add(row: ContentRow): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#rows.push({ row, resolve, reject });
      if (!this.#isAdding) void this.#addAll();
    });
  }

  async read(id: string): Promise<ContentRow | undefined> {
    return (await this.#thread.ask({ type: 'read', id })) as ContentRow | undefined;
  }

  async newestBelow(below: number, limit: number): Promise<ContentMark[]> {
    return (await this.#thread.ask({ type: 'newestBelow', below, limit })) as ContentMark[];
  }

  async discard(ids: readonly string[]): Promise<void> {
    await this.#thread.ask({ type: 'discard', ids });
  }

  async erase(erasure: PendingErasure, contentId?: string): Promise<number> {
    return Number(await this.#thread.ask({ type: 'erase', erasure, contentId }));
  }

  async erased(id: string): Promise<void> {
    await this.#thread.ask({ type: 'erased', id });
  }

  async pendingErasures(): Promise<PendingErasure[]> {
    return (await this.#thread.ask({ type: 'pendingErasures' })) as PendingErasure[];
  }

  async close(): Promise<void> {
    await this.#thread.end({ type: 'close' });
  }

  async #addAll(): Promise<void> {
    this.#isAdding = true;
    while (this.#rows.length > 0) {
      const batch = this.#rows;
      this.#rows = [];
      try {
        await this.#thread.ask({ type: 'add', rows: batch.map(({ row }) => row) });
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error as Error);
      }
    }
    this.#isAdding = false;
  }
}
