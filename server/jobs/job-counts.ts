/** How many jobs wait or run, of each person and in all. */
import { HiloError } from '../../shared/errors.ts';

export interface JobCountsOptions {
  readonly max: number;
  readonly maxOf: (owner: string) => number;
}

export class JobCounts {
  readonly #options: JobCountsOptions;
  readonly #counts = new Map<string, number>();
  #total = 0;

  constructor(options: JobCountsOptions) {
    this.#options = options;
  }

  get total(): number {
    return this.#total;
  }

  of(owner: string): number {
    return this.#counts.get(owner) ?? 0;
  }

  /** Throws `too_many_jobs` or `jobs_full`. */
  take(owner: string, count = 1): void {
    const max = this.#options.maxOf(owner);
    if (this.of(owner) + count > max) throw new HiloError('too_many_jobs', { values: { max } });
    if (this.#total + count > this.#options.max) throw new HiloError('jobs_full');
    this.found(owner, count);
  }

  /** They are there already. */
  found(owner: string, count = 1): void {
    this.#counts.set(owner, this.of(owner) + count);
    this.#total += count;
  }

  giveBack(owner: string, count = 1): void {
    const left = Math.max(0, this.of(owner) - count);
    this.#total = Math.max(0, this.#total - count);
    if (left === 0) this.#counts.delete(owner);
    else this.#counts.set(owner, left);
  }

  handOver(from: string, to: string): void {
    const count = this.of(from);
    if (count === 0) return;
    this.giveBack(from, count);
    this.found(to, count);
  }
}
