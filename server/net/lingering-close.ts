/**
 * How long a connection stays open after its final error line. [P-9] [P-11]
 *
 * Every client gets a moment. A client that was disconnected for reading too slowly would not be reading yet.
 * It would start again on a connection that is gone, send an acknowledgement, and get a RST, which discards
 * what it has not read yet, including the reason. So it gets the time that it had to begin reading once more.
 * It still counts as a connection all that time, the process holds no more for it than its outbox, and what
 * it sends is discarded only up to a limit.
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

  /** Bytes came and were discarded. */
  received(bytes: number): void {
    if (!this.#isLingering) return;
    this.#droppedBytes += bytes;
    if (this.#droppedBytes > this.#limits.waitingBytesMax) this.#destroy();
  }

  /** Stops waiting for a slow reader: only the short moment remains. */
  shorten(): void {
    this.#waitsForReader = false;
    if (this.#isLingering) this.#destroy();
  }

  stop(): void {
    this.#stopTimer();
  }
}
