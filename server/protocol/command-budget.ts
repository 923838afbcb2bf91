/**
 * Flood control of one connection: a token bucket over an injected time. [P-13] Taking never fails; it may
 * lead to debt, and while there is debt the connection reads nothing (the "fakelag" of IRC servers). A peer
 * that stays in debt for too long is a flood.
 */
export interface BudgetLimits {
  readonly commandsPerSecond: number;
  readonly commandsBurst: number;
  readonly floodSecondsMax: number;
}

export class CommandBudget {
  readonly #limits: BudgetLimits;
  #tokens: number;
  #refilledMs: number;
  #inDebtSinceMs: number | undefined;

  constructor(limits: BudgetLimits, nowMs: number) {
    this.#limits = limits;
    this.#tokens = limits.commandsBurst;
    this.#refilledMs = nowMs;
  }

  take(nowMs: number, cost = 1): void {
    this.#refill(nowMs);
    this.#tokens -= cost;
    if (this.#tokens < 0) this.#inDebtSinceMs ??= nowMs;
  }

  /** How long to stop reading; 0 when there is no debt. */
  waitMs(nowMs: number): number {
    if (this.#tokens >= 0) return 0;
    this.#refill(nowMs);
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#limits.commandsPerSecond) * 1_000);
  }

  /** The peer has kept the bucket empty for the whole of the allowed time. */
  isFlood(nowMs: number): boolean {
    if (this.#inDebtSinceMs === undefined) return false;
    this.#refill(nowMs);
    return nowMs - this.#inDebtSinceMs > this.#limits.floodSecondsMax * 1_000;
  }

  #refill(nowMs: number): void {
    const earned = ((nowMs - this.#refilledMs) / 1_000) * this.#limits.commandsPerSecond;
    this.#refilledMs = nowMs;
    this.#tokens = Math.min(this.#limits.commandsBurst, this.#tokens + earned);
    // The debt counts as paid only when half the burst is available, so short rests cannot hide a flood.
    if (this.#tokens >= this.#limits.commandsBurst / 2) this.#inDebtSinceMs = undefined;
  }
}
