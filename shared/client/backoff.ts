/**
 * Full jitter: each delay is drawn evenly between zero and a ceiling that doubles with each attempt, so that
 * many pages that lost their connection together do not all reconnect at the same time.
 */
export const BACKOFF = { firstMs: 500, maxMs: 30_000, stableMs: 60_000 } as const;

/** `attempt` counts from 0. `random` gives numbers in [0, 1). */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(BACKOFF.maxMs, BACKOFF.firstMs * 2 ** Math.min(attempt, 16));
  return Math.round(random() * ceiling);
}

/** A delay that the server asked for is the minimum; jitter is added to it, never subtracted from it. */
export function reconnectDelayMs(attempt: number, askedMs: number | undefined, random: () => number): number {
  return (askedMs ?? 0) + backoffMs(attempt, random);
}
