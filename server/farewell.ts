/**
 * How long a connection lasts after its last words. [P-9] [P-11]
 *
 * Everybody gets a moment. Who was ended for reading too slowly would still be asleep then, wake up to a
 * connection that is gone, send an acknowledgement, and get a RST that throws away what it has not read yet,
 * the reason included. It gets as long again as it had to begin reading. It still counts as a connection all
 * that time, the process holds no more for it than its outbox, and what it sends is thrown away only up to a
 * limit.
 */
import type { Clock } from '../shared/clock.ts';

export interface FarewellLimits {
  readonly closeGraceMs: number;
  readonly writeProgressMs: number;
  readonly waitingBytesMax: number;
}

export class Farewell {
  readonly #limits: FarewellLimits;
  readonly #destroy: () => void;
  #isPatient: boolean;
  #isLingering = false;
  #droppedBytes = 0;
  #stopTimer: () => void;

  constructor(
    clock: Clock,
    limits: FarewellLimits,
    options: { readonly isPatient: boolean; readonly destroy: () => void },
  ) {
    this.#limits = limits;
    this.#destroy = options.destroy;
    this.#isPatient = options.isPatient;
    this.#stopTimer = clock.after(limits.closeGraceMs, () => {
      const lingerMs = limits.writeProgressMs - limits.closeGraceMs;
      if (!this.#isPatient || lingerMs <= 0) return this.#destroy();
      this.#isLingering = true;
      this.#stopTimer = clock.after(lingerMs, this.#destroy);
      return undefined;
    });
  }

  /** Bytes came and were thrown away. */
  received(bytes: number): void {
    if (!this.#isLingering) return;
    this.#droppedBytes += bytes;
    if (this.#droppedBytes > this.#limits.waitingBytesMax) this.#destroy();
  }

  /** There is no time for more than a moment. */
  hurry(): void {
    this.#isPatient = false;
    if (this.#isLingering) this.#destroy();
  }

  stop(): void {
    this.#stopTimer();
  }
}
