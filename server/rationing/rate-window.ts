export type RateVerdict =
  | { readonly allowed: true; readonly takenAtMs: number }
  /** In `retryAfterMs` the same owner would be allowed, if none of their other messages comes first. */
  | { readonly allowed: false; readonly retryAfterMs: number };

/**
 * How many messages an owner may send. The embedded implementation answers at once; one that is shared by
 * several servers would not.
 */
export interface RateWindow {
  /** Takes a place if there is one. A refusal uses nothing up. */
  take(owner: string): RateVerdict | Promise<RateVerdict>;
  /** Undoes a `take` whose message was refused for another reason. */
  giveBack(owner: string, takenAtMs: number): void | Promise<void>;
  /** How many messages the owner may send now. */
  remaining(owner: string): number | Promise<number>;
}
