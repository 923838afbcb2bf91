/**
 * How long a connection lasts after its last words. [P-9] [P-11]
 *
 * Everybody gets a moment. Who was ended for reading too slowly would still be asleep then, wake up to a
 * connection that is gone, send an acknowledgement, and get a RST that throws away what it has not read yet,
 * the reason included. It gets as long again as it had to begin reading. It still counts as a connection all
 * that time, the process holds no more for it than its outbox, and what it sends is thrown away only up to a
 * limit.
 */
import type { Clock } from '../../shared/clock.ts';

export interface LingeringCloseLimits {
  readonly closeGraceMs: number;
  readonly writeProgressMs: number;
  readonly waitingBytesMax: number;
}

export class LingeringClose {
  readonly #limits: LingeringCloseLimits;
  readonly #destroy: () => void;
  #waitsForReader: boolean;
  #isLingering = false;
  #droppedBytes = 0;
  #stopTimer: () => void;

  constructor(
    clock: Clock,
    limits: LingeringCloseLimits,
    options: { readonly waitsForReader: boolean; readonly destroy: () => void },
  ) {
    this.#limits = limits;
    this.#destroy = options.destroy;
    this.#waitsForReader = options.waitsForReader;
    this.#stopTimer = clock.after(limits.closeGraceMs, () => {
      const lingerMs = limits.writeProgressMs - limits.closeGraceMs;
      if (!this.#waitsForReader || lingerMs <= 0) return this.#destroy();
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
  shorten(): void {
    this.#waitsForReader = false;
    if (this.#isLingering) this.#destroy();
  }

  stop(): void {
    this.#stopTimer();
  }
}
