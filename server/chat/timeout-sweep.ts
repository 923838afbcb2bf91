import type { Clock } from '../../shared/clock.ts';

export interface Swept {
  /** Checks by itself whether it is overdue. */
  checkTimeouts(nowMs: number): void;
}

/**
 * Checks every call under way at intervals, with one timer for all of them: there are few calls at a time but
 * many in a second, and almost none times out. Time is counted from the first check on, so that a timeout is
 * noticed up to twice `tickMs` late and never early.
 */
export class TimeoutSweep {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #calls = new Set<Swept>();
  #ticking = false;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  add(call: Swept): void {
    this.#calls.add(call);
    this.#tickSoon();
  }

  delete(call: Swept): void {
    this.#calls.delete(call);
  }

  #tickSoon(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#clock.after(this.#tickMs, () => this.#tick());
  }

  #tick(): void {
    this.#ticking = false;
    if (this.#calls.size === 0) return;
    const nowMs = this.#clock.monotonic();
    for (const call of this.#calls) call.checkTimeouts(nowMs);
    this.#tickSoon();
  }
}
