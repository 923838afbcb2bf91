import { Worker } from 'node:worker_threads';
import type { LeafAnswer, LeafRequest } from './leaf-worker.ts';
import type { SegmentPart } from './ledger-source.ts';

/**
 * Hashes leaves on several threads. Each thread answers its requests in order, so one queue of resolvers for
 * each thread is enough.
 */
export class LeafPool {
  #workers: {
    worker: Worker;
    waiting: { resolve(leaves: LeafAnswer): void; reject(error: unknown): void }[];
  }[];
  #next = 0;

  constructor(parts: readonly SegmentPart[], threads: number) {
    this.#workers = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL('leaf-worker.ts', import.meta.url), { workerData: { parts } });
      const waiting: { resolve(leaves: LeafAnswer): void; reject(error: unknown): void }[] = [];
      worker.on('message', (leaves: LeafAnswer) => waiting.shift()?.resolve(leaves));
      worker.on('error', (error) => {
        for (const request of waiting.splice(0)) request.reject(error);
      });
      return { worker, waiting };
    });
  }

  hash(range: LeafRequest): Promise<LeafAnswer> {
    const chosen = this.#workers[this.#next % this.#workers.length];
    this.#next += 1;
    return new Promise((resolve, reject) => {
      chosen?.waiting.push({ resolve, reject });
      chosen?.worker.postMessage(range, []);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }
}
