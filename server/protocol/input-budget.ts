/**
 * What the lines of a connection, or of all connections of an address, may cost: bytes, and measured time
 * of the event loop. [P-13] Pure, over an injected time. Taking never fails; while there is debt nothing is
 * read.
 */
export interface InputRates {
  readonly bytesPerSecond: number;
  readonly bytesBurst: number;
  readonly workMsPerSecond: number;
  readonly workMsBurst: number;
}

export class InputBudget {
  readonly #bytes: TokenBucket;
  readonly #work: TokenBucket;
  readonly #workMsBurst: number;

  constructor(rates: InputRates, nowMs: number) {
    this.#workMsBurst = rates.workMsBurst;
    this.#bytes = new TokenBucket(rates.bytesPerSecond, rates.bytesBurst, nowMs);
    this.#work = new TokenBucket(rates.workMsPerSecond, rates.workMsBurst, nowMs);
  }

  received(nowMs: number, bytes: number): void {
    this.#bytes.take(nowMs, bytes);
  }

  /** A process that was stopped for a minute did not work for a minute. */
  worked(nowMs: number, workMs: number): void {
    this.#work.take(nowMs, Math.min(workMs, this.#workMsBurst));
  }

  /** How long to stop reading; 0 when there is no debt. */
  waitMs(nowMs: number): number {
    return Math.max(this.#bytes.waitMs(nowMs), this.#work.waitMs(nowMs));
  }
}

class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #refilledMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#refilledMs = nowMs;
  }

  take(nowMs: number, cost: number): void {
    this.#refill(nowMs);
    this.#tokens -= cost;
  }

  waitMs(nowMs: number): number {
    if (this.#tokens >= 0) return 0;
    this.#refill(nowMs);
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1_000);
  }

  #refill(nowMs: number): void {
    const earned = ((nowMs - this.#refilledMs) / 1_000) * this.#perSecond;
    this.#refilledMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
  }
}
