/** Time as an argument, so that a test can drive it. All times are milliseconds. */
export interface Clock {
  /** Wall time, for stamps that people and files see. */
  now(): number;
  /** Monotonic time, for durations and windows. */
  monotonic(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels. Timers never keep the process alive. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * A clock that stands still until `advance` is called; for tests. Timers run in the order of their due times.
 */
export class ManualClock implements Clock {
  #ms: number;
  readonly #timers = new Set<{ dueMs: number; run: () => void }>();

  constructor(startMs = 0) {
    this.#ms = startMs;
  }

  now(): number {
    return this.#ms;
  }

  monotonic(): number {
    return this.#ms;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#ms + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(byMs: number): void {
    const end = this.#ms + byMs;
    for (let due = this.#nextDue(end); due; due = this.#nextDue(end)) {
      this.#timers.delete(due);
      this.#ms = Math.max(this.#ms, due.dueMs);
      due.run();
    }
    this.#ms = end;
  }

  #nextDue(endMs: number): { dueMs: number; run: () => void } | undefined {
    let first: { dueMs: number; run: () => void } | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (!first || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }
}
