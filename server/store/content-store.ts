/**
 * What was said, erasable. Rows that arrive while a transaction is on its way to the disk share the next one, so that
 * many writers cost few waits; a row is durable before the block that commits to it is written.
 */
import type { ContentReply, ContentWork } from './content-jobs.ts';
import { contentStatements, type ContentRow } from './content-queries.ts';
import { Thread } from './thread.ts';

export interface ContentStore {
  /** Resolves when the row is durable. */
  add(row: ContentRow): Promise<void>;
  read(id: string): Promise<ContentRow | undefined>;
  /** Deletes for good, in every page and log of the database. Returns how many rows there were. */
  erase(id: string, account: string): Promise<number>;
  eraseAccount(account: string): Promise<number>;
  close(): Promise<void>;
}

/** The folder must exist. */
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

  add(row: ContentRow): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#rows.push({ row, resolve, reject });
      if (!this.#isAdding) void this.#addAll();
    });
  }

  async read(id: string): Promise<ContentRow | undefined> {
    return (await this.#thread.ask({ type: 'read', id })) as ContentRow | undefined;
  }

  async erase(id: string, account: string): Promise<number> {
    return Number(await this.#thread.ask({ type: 'erase', id, account }));
  }

  async eraseAccount(account: string): Promise<number> {
    return Number(await this.#thread.ask({ type: 'eraseAccount', account }));
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
