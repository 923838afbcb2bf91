/**
 * Collects units while a transaction is on its way to the disk; they share the next one. Many writers
 * therefore cause few waits, and a single writer does not wait for others.
 */
import type { Clock } from '../../shared/clock.ts';
import { restoreError } from '../support/worker-rpc.ts';
import type { Batch, BatchOutcome, Step, Value } from './batch.ts';
import { StoreError } from './store-error.ts';

export const WRITE_LIMITS = {
  /** One transaction takes no more units, so that none waits long for its disk. */
  unitsMax: 512,
  /** The longest time that a lazy unit waits to join a transaction. */
  lazyMs: 50,
} as const;

export interface WriteOptions {
  /** Need not be durable soon: joins the next transaction. */
  readonly lazy?: boolean;
}

/** Makes a batch durable. Rejects when nothing of it was written. */
export type Commit = (batch: Batch) => Promise<BatchOutcome>;

export class WriteQueue {
  readonly #commit: Commit;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #batches: OpenBatch[] = [];
  #isRunning = false;
  #cancelLazy: (() => void) | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(commit: Commit, clock: Pick<Clock, 'after'>) {
    this.#commit = commit;
    this.#clock = clock;
  }

  /** Resolves with the number of rows that each step changed, when the unit is durable. */
  write(unit: readonly Step[], { lazy = false }: WriteOptions = {}): Promise<readonly number[]> {
    const fault = faultIn(unit);
    if (fault) return Promise.reject(fault);
    let batch = this.#batches.at(-1);
    if (!batch || batch.batch.units.length >= WRITE_LIMITS.unitsMax) {
      this.#batches.push((batch = new OpenBatch()));
    }
    const written = batch.add(unit);
    if (lazy) this.#cancelLazy ??= this.#clock.after(WRITE_LIMITS.lazyMs, () => this.#start());
    else this.#start();
    return written;
  }

  /** Resolves when everything that was given so far is durable or has failed. */
  async drain(): Promise<void> {
    this.#start();
    if (!this.#isRunning) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  #start(): void {
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    if (!this.#isRunning && this.#batches.length > 0) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // Units of the same moment join this transaction.
    await Promise.resolve();
    for (let next = this.#batches.shift(); next; next = this.#batches.shift()) {
      try {
        next.settle(await this.#commit(next.batch));
      } catch (error) {
        next.fail(error);
      }
    }
    this.#isRunning = false;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}

class OpenBatch {
  readonly batch: Batch = {
    texts: [],
    parameterCounts: [],
    steps: [],
    units: [],
    parameters: [],
    bytesAt: [],
  };
  readonly #indexes = new Map<string, number>();
  readonly #waiting: PromiseWithResolvers<readonly number[]>[] = [];

  add(unit: readonly Step[]): Promise<readonly number[]> {
    const { steps, units, parameters, bytesAt } = this.batch;
    for (const step of unit) {
      steps.push(this.#indexOf(step));
      for (const value of step.parameters as readonly Value[]) {
        if (value instanceof Uint8Array) bytesAt.push(parameters.length);
        parameters.push(value);
      }
    }
    units.push(unit.length);
    const waiting = Promise.withResolvers<readonly number[]>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  settle({ changes, errors }: BatchOutcome): void {
    let step = 0;
    for (const [number, { resolve, reject }] of this.#waiting.entries()) {
      const next = step + (this.batch.units[number] ?? 0);
      const error = errors?.get(number);
      if (error) reject(restoreError(error));
      else resolve(Array.from(changes.subarray(step, next)));
      step = next;
    }
  }

  fail(error: unknown): void {
    for (const { reject } of this.#waiting) reject(error);
  }

  #indexOf({ sql, parameters }: Step): number {
    let index = this.#indexes.get(sql);
    if (index === undefined) {
      index = this.batch.texts.push(sql) - 1;
      this.batch.parameterCounts.push(parameters.length);
      this.#indexes.set(sql, index);
    }
    return index;
  }
}

/** SQLite would replace half a surrogate pair silently, and PostgreSQL refuses U+0000. */
function faultIn(unit: readonly Step[]): StoreError | undefined {
  for (const { parameters } of unit) {
    for (const value of parameters) {
      if (typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0'))) continue;
      return new StoreError('bad_text', 'A text has U+0000 or half a surrogate pair, and cannot be stored');
    }
  }
  return undefined;
}
