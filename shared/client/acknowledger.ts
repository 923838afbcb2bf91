import type { Clock } from '../clock.ts';

export interface AcknowledgeLimits {
  /** Acknowledges at once when this many characters have arrived. */
  readonly acknowledgeCharacters: number;
  /** Otherwise, acknowledges this long after the first unacknowledged message. */
  readonly acknowledgeMs: number;
}

/** Decides when to acknowledge what has arrived, so that the server need not keep it. */
export class Acknowledger {
  readonly #clock: Clock;
  readonly #limits: AcknowledgeLimits;
  readonly #acknowledge: (seq: number) => void;
  #lastSeq = 0;
  #acknowledgedSeq = 0;
  #characters = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, limits: AcknowledgeLimits, acknowledge: (seq: number) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#acknowledge = acknowledge;
  }

  /** A connection is ready; everything up to `seq` counts as acknowledged on it. */
  start(seq: number): void {
    this.stop();
    this.#lastSeq = seq;
    this.#acknowledgedSeq = seq;
    this.#characters = 0;
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  received(seq: number, characters: number): void {
    this.#lastSeq = seq;
    this.#characters += characters;
    if (this.#characters >= this.#limits.acknowledgeCharacters) this.#now();
    else this.#cancelTimer ??= this.#clock.after(this.#limits.acknowledgeMs, () => this.#now());
  }

  #now(): void {
    this.stop();
    if (this.#lastSeq <= this.#acknowledgedSeq) return;
    this.#acknowledgedSeq = this.#lastSeq;
    this.#characters = 0;
    this.#acknowledge(this.#lastSeq);
  }
}
