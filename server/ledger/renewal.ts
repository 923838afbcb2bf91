/** What becomes of an allowance when its next period begins. */

export interface RenewalTerms {
  /** Credits for each period; 0: the allowance ends. */
  readonly amount: number;
  /** How many periods have begun since the last entry: more than one after the server was down. */
  readonly periods: number;
  /** What goes over from one period to the next, at most. */
  readonly carriedMax: number;
}

export interface RenewalShares {
  readonly carried: number;
  readonly lapsed: number;
  /** What is added: the amount of each period, less what would have lapsed between them. */
  readonly amount: number;
}

/**
 * `left` is what is left of the allowance, `available` what the account can spend now. What calls in progress
 * have set aside is not taken away: as much lapses as is available after the new amount, and no more.
 */
export function renewalShares(
  { amount, periods, carriedMax }: RenewalTerms,
  { left, available }: { readonly left: number; readonly available: number },
): RenewalShares {
  const kept = Math.min(left, carriedMax);
  const whole = Math.min(kept + (periods - 1) * amount, carriedMax) + amount;
  const added = whole - kept;
  const lapsed = Math.min(left - kept, Math.max(0, available + added));
  return { carried: left - lapsed, lapsed, amount: added };
}
