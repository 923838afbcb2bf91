/** How long a place in line takes, learnt from the places that were watched going by. */
export interface Pace {
  readonly perPlaceMs: number | undefined;
}

/** Before anything was watched; an answer of a small model on two slots takes about this long. */
const FIRST_GUESS_MS = 7_000;
const NEWEST_SHARE = 0.4;

export function observePace(
  pace: Pace,
  before: { readonly position: number; readonly sinceMs: number },
  position: number,
  nowMs: number,
): Pace {
  const places = before.position - position;
  if (places <= 0) return pace;
  const seenMs = (nowMs - before.sinceMs) / places;
  if (pace.perPlaceMs === undefined) return { perPlaceMs: seenMs };
  return { perPlaceMs: pace.perPlaceMs + (seenMs - pace.perPlaceMs) * NEWEST_SHARE };
}

/** Seconds to wait, rough on purpose: steps of 5 s below a minute, whole minutes above. */
export function estimateSeconds(pace: Pace, position: number): number {
  const seconds = (position * (pace.perPlaceMs ?? FIRST_GUESS_MS)) / 1000;
  return seconds <= 55 ? Math.max(5, Math.round(seconds / 5) * 5) : Math.ceil(seconds / 60) * 60;
}
