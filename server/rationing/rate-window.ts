export type RateVerdict =
  | { readonly allowed: true; readonly takenAtMs: number }
  /** After `retryAfterMs` the same owner may send, unless another of their messages comes first. */
  | { readonly allowed: false; readonly retryAfterMs: number };

/**
 * How many messages an owner may send. The embedded implementation answers at once; one that is shared by
 * several servers would not.
 */
export interface RateWindow {
  /** Takes a place if there is one. A refusal costs nothing. */
  take(owner: string): RateVerdict | Promise<RateVerdict>;
  /** Undoes a `take` whose message was refused for another reason. */
  giveBack(owner: string, takenAtMs: number): void | Promise<void>;
  /** How many messages the owner may send now. */
  remaining(owner: string): number | Promise<number>;
}
