import type { Clock } from '../../shared/clock.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

/**
 * Joins deltas that come closely together, so that a fast model costs few events. A delta passes at once when
 * none was taken in the last `joinMs`: the first always does, and a slow model's text is never held back.
 */
export class DeltaJoiner {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #pending = '';
  #isDue = false;
  #takenAtMs: number | undefined;
  #cancelTimer: (() => void) | undefined;

  /** `onDue` is called when `take` has something to give that it had not before. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** UTF-16 code units that wait to be taken. */
  get length(): number {
    return this.#pending.length;
  }

  push(text: string): void {
    this.#pending += text;
    if (this.#isDue) return;
    if (this.#takenAtMs === undefined) return this.#becomeDue();
    if (this.#pending.length >= EXCHANGE_LIMITS.joinLength) return this.#becomeDue();
    const waitMs = this.#takenAtMs + EXCHANGE_LIMITS.joinMs - this.#clock.monotonic();
    if (waitMs <= 0) return this.#becomeDue();
    this.#cancelTimer ??= this.#clock.after(waitMs, () => this.#becomeDue());
  }

  /** All that was joined, if it is due. */
  take(): string | undefined {
    if (!this.#isDue) return undefined;
    const text = this.#clear();
    if (text === '') return undefined;
    this.#takenAtMs = this.#clock.monotonic();
    return text;
  }

  /** All that was joined, due or not; what comes next passes at once, as the first did. */
  restart(): string {
    this.#takenAtMs = undefined;
    return this.#clear();
  }

  /** No more will come: what waits is due now. */
  finish(): void {
    this.#becomeDue();
  }

  #clear(): string {
    const text = this.#pending;
    this.#pending = '';
    this.#isDue = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    return text;
  }

  #becomeDue(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#isDue = true;
    this.#onDue();
  }
}
