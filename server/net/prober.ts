/**
 * A peer that has closed both directions looks like one that has only finished sending, until something is
 * written: the first write is answered with RST, the second one fails. While a model thinks nothing is
 * written, so a few blank lines are sent. [P-5]
 */
import type { Clock } from '../../shared/clock.ts';

export interface ProberLimits {
  readonly probeMs: number;
  readonly probesMax: number;
}

export class Prober {
  readonly #clock: Clock;
  readonly #limits: ProberLimits;
  readonly #probe: () => void;
  #probes = 0;
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock, limits: ProberLimits, probe: () => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#probe = probe;
  }

  /** Does nothing while a probe is scheduled, and after the last one. */
  schedule(): void {
    if (this.#probes === this.#limits.probesMax || this.#stopTimer) return;
    this.#stopTimer = this.#clock.after(this.#limits.probeMs, () => {
      this.#stopTimer = undefined;
      this.#probes += 1;
      this.#probe();
    });
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }
}
