/** A place in several windows at once: that of a person, and that of an API key with a limit of its own. */
import { HiloError } from '../../shared/errors.ts';
import type { RateWindow } from './rate-window.ts';

/** Of an API key; the limit is part of it, so that a new one counts from the next message on. */
export function ratedAsKey(id: string, max: number): string {
  return `${KEY_WINDOW}${id}/${max}`;
}

/** The limit of an API key; undefined for the window of anybody else. */
export function maxOfKey(owner: string): number | undefined {
  return owner.startsWith(KEY_WINDOW) ? Number(owner.slice(owner.lastIndexOf('/') + 1)) : undefined;
}

const KEY_WINDOW = 'key:';

/** Resolves with what gives all of them back. Rejects with `rate_limited`, and has taken nothing then. */
export async function takePlaces(window: RateWindow, owners: readonly string[]): Promise<() => void> {
  const taken: (() => void)[] = [];
  const giveBack = () => {
    for (const each of taken) each();
  };
  for (const owner of owners) {
    const verdict = await window.take(owner);
    if (verdict.allowed) {
      taken.push(() => void window.giveBack(owner, verdict.takenAtMs));
      continue;
    }
    giveBack();
    const { retryAfterMs } = verdict;
    throw new HiloError('rate_limited', {
      retryAfterMs,
      values: { seconds: Math.ceil(retryAfterMs / 1_000) },
    });
  }
  return giveBack;
}
