import type { RouteTimeouts } from '../models/route.ts';

/**
 * Counts how long one call of a model has been silent, from one check to the next. Everything that comes is a
 * sign of life; time in which the reader is the slow one does not count.
 */
export class SilenceTimer {
  #timeouts: RouteTimeouts;
  #checkedAtMs: number | undefined;
  #idleMs = 0;
  #answeringMs = 0;
  #isAlive = false;
  #hasBegun = false;

  constructor(timeouts: RouteTimeouts) {
    this.#timeouts = timeouts;
  }

  /** Something of the answer has come. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Another call begins. */
  restart(timeouts: RouteTimeouts): void {
    this.#timeouts = timeouts;
    this.#checkedAtMs = undefined;
    this.#idleMs = 0;
    this.#answeringMs = 0;
    this.#isAlive = false;
  }

  signOfLife(): void {
    this.#isAlive = true;
  }

  begun(): void {
    this.#hasBegun = true;
    this.#isAlive = true;
  }

  /** What is overdue, in words for the log; undefined when nothing is. */
  check(nowMs: number, isReaderSlow: boolean): string | undefined {
    const sinceMs = nowMs - (this.#checkedAtMs ?? nowMs);
    this.#checkedAtMs = nowMs;
    if (isReaderSlow || this.#isAlive) this.#idleMs = 0;
    else this.#idleMs += sinceMs;
    this.#isAlive = false;
    if (!isReaderSlow) this.#answeringMs += sinceMs;
    const { firstTokenMs, betweenTokensMs, answerMs } = this.#timeouts;
    if (!this.#hasBegun && this.#idleMs >= firstTokenMs) return 'No first token in time';
    if (this.#hasBegun && this.#idleMs >= betweenTokensMs) return 'The answer stalled';
    return this.#answeringMs >= answerMs ? 'The whole answer took too long' : undefined;
  }
}
