/**
 * What was said, erasable. Rows that arrive while a transaction is on its way to the disk share the next one, so that
 * many writers cost few waits; a row is durable before the block that commits to it is written.
 */
import { Worker } from 'node:worker_threads';
import type { ContentReply, ContentWork } from './content-jobs.ts';
import type { ContentRow } from './database.ts';

export interface ContentStore {
  /** Resolves when the row is durable. */
  add(row: ContentRow): Promise<void>;
  read(id: string): Promise<ContentRow | undefined>;
  /** Deletes for good, in every page and log of the database. Returns how many rows there were. */
  erase(id: string, account: string): Promise<number>;
  eraseAccount(account: string): Promise<number>;
  close(): Promise<void>;
}

export function openContentStore(path: string): ContentStore {
  return new ThreadedContentStore(path);
}

interface Waiting {
  readonly resolve: (value: ContentReply['value']) => void;
  readonly reject: (error: Error) => void;
}

interface WaitingRow {
  readonly row: ContentRow;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class ThreadedContentStore implements ContentStore {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #rows: WaitingRow[] = [];
  #isAdding = false;
  #numbers = 0;
  #failure: Error | undefined;

  constructor(path: string) {
    this.#worker = new Worker(new URL('content-worker.ts', import.meta.url), { workerData: { path } });
    this.#worker.on('message', (reply: ContentReply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#worker.on('exit', () => this.#fail(new Error('The content store has ended')));
    this.#worker.unref();
  }

  add(row: ContentRow): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#rows.push({ row, resolve, reject });
      if (!this.#isAdding) void this.#addAll();
    });
  }

  async read(id: string): Promise<ContentRow | undefined> {
    return (await this.#ask({ type: 'read', id })) as ContentRow | undefined;
  }

  async erase(id: string, account: string): Promise<number> {
    return Number(await this.#ask({ type: 'erase', id, account }));
  }

  async eraseAccount(account: string): Promise<number> {
    return Number(await this.#ask({ type: 'eraseAccount', account }));
  }

  async close(): Promise<void> {
    await this.#ask({ type: 'close' });
  }

  async #addAll(): Promise<void> {
    this.#isAdding = true;
    while (this.#rows.length > 0) {
      const batch = this.#rows;
      this.#rows = [];
      try {
        await this.#ask({ type: 'add', rows: batch.map(({ row }) => row) });
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error as Error);
      }
    }
    this.#isAdding = false;
  }

  #ask(work: ContentWork): Promise<ContentReply['value']> {
    if (this.#failure) return Promise.reject(this.#failure);
    const number = ++this.#numbers;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ ...work, number });
    });
  }

  #settle({ number, value, error }: ContentReply): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(`The content store failed: ${error}`));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
