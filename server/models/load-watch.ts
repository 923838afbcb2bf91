/** Whether Ollama is loading a model, from two looks at `/api/ps`. */
import type { Clock } from '../../shared/clock.ts';
import { isRecord } from './upstream-error.ts';
import type { LoadWatch } from './read-answer.ts';

export const LOAD_WATCH_LIMITS = {
  /** A model that is in memory mostly begins within this time, and is not asked about. */
  intervalMs: 3_000,
  lookMs: 2_000,
} as const;

/**
 * Ollama lists a model from the moment its load begins. While it loads, and until its first answer has ended,
 * the time of its expiry is computed anew for each look; for a model that has answered before, it stands
 * still.
 */
export class OllamaLoadWatch implements LoadWatch {
  readonly waitMs = LOAD_WATCH_LIMITS.intervalMs;
  readonly #model: string;
  readonly #clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly #look: (signal: AbortSignal) => Promise<unknown>;
  #last: { readonly expiresAtMs: number; readonly seenAtMs: number } | undefined;

  /** `look` gives the body of `/api/ps`. */
  constructor(
    model: string,
    clock: Pick<Clock, 'after' | 'monotonic'>,
    look: (signal: AbortSignal) => Promise<unknown>,
  ) {
    this.#model = model;
    this.#clock = clock;
    this.#look = look;
  }

  async isLoading(): Promise<boolean> {
    const late = new AbortController();
    const cancel = this.#clock.after(LOAD_WATCH_LIMITS.lookMs, () => late.abort());
    try {
      return this.#judge(await this.#look(late.signal));
    } catch {
      // The call itself shows what is wrong with the server.
      return false;
    } finally {
      cancel();
    }
  }

  #judge(body: unknown): boolean {
    if (!isRecord(body) || !Array.isArray(body['models'])) return false;
    const listed = (body['models'] as unknown[]).find((each) => isModel(each, this.#model));
    if (!isRecord(listed)) return true;
    const expiresAtMs = Date.parse(String(listed['expires_at']));
    const seenAtMs = this.#clock.monotonic();
    const last = this.#last;
    this.#last = { expiresAtMs, seenAtMs };
    if (!last) return false;
    return expiresAtMs - last.expiresAtMs >= (seenAtMs - last.seenAtMs) / 2;
  }
}

/** A name without a tag means the tag `latest`. */
function isModel(listed: unknown, model: string): boolean {
  if (!isRecord(listed)) return false;
  return [listed['name'], listed['model']].some((name) => name === model || name === `${model}:latest`);
}
