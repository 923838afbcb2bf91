/**
 * [H-11] in docs/protocol.md.
 * Answers to requests that have an `Idempotency-Key`, for when one is sent again: the same key and body give
 * the same answer, which costs nothing a second time. What failed is not remembered.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';

export interface ReplayLimits {
  readonly replaysMax: number;
  /** Of one answer; a longer one is not remembered. */
  readonly replayCharactersMax: number;
  readonly replaysCharactersMax: number;
  readonly replayMs: number;
}

export interface Replayed {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is known of a request with this key. */
export type Known =
  | { readonly state: 'new'; readonly recording: Recording }
  | { readonly state: 'running' }
  | { readonly state: 'other' }
  | Finished;

interface Finished {
  readonly state: 'finished';
  readonly answer: Replayed;
}

/** Of one request under way. End it exactly once. */
export interface Recording {
  add(text: string): void;
  finished(head: Pick<Replayed, 'contentType' | 'headers'>): void;
  failed(): void;
}

interface Entry {
  readonly bodyHash: string;
  answer: Replayed | undefined;
  forgetAtMs: number;
}

export class Replays {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #limits: ReplayLimits;
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>();
  #characters = 0;

  constructor(clock: Pick<Clock, 'monotonic'>, limits: ReplayLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** `whose` keeps the keys of different clients apart. */
  begin(whose: string, idempotencyKey: string, body: string | Buffer): Known {
    this.#forgetOld();
    const key = hashOf(`${whose.length}:${whose}:${idempotencyKey}`);
    const bodyHash = hashOf(body);
    const known = this.#entries.get(key);
    if (!known) return { state: 'new', recording: this.#record(key, bodyHash) };
    if (known.bodyHash !== bodyHash) return { state: 'other' };
    return known.answer ? { state: 'finished', answer: known.answer } : { state: 'running' };
  }

  #record(key: string, bodyHash: string): Recording {
    const { replayCharactersMax, replayMs } = this.#limits;
    const entry: Entry = { bodyHash, answer: undefined, forgetAtMs: Infinity };
    this.#entries.set(key, entry);
    let body = '';
    let isWhole = true;
    const failed = () => void this.#entries.delete(key);
    return {
      add(text) {
        isWhole &&= body.length + text.length <= replayCharactersMax;
        body = isWhole ? body + text : '';
      },
      finished: (head) => {
        if (!isWhole) return failed();
        entry.answer = { ...head, body };
        entry.forgetAtMs = this.#clock.monotonic() + replayMs;
        this.#characters += body.length;
        // The newest come last.
        this.#entries.delete(key);
        this.#entries.set(key, entry);
        return this.#makeRoom();
      },
      failed,
    };
  }

  #makeRoom(): void {
    const { replaysMax, replaysCharactersMax } = this.#limits;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= replaysMax && this.#characters <= replaysCharactersMax) return;
      if (entry.answer) this.#forget(key, entry);
    }
  }

  #forgetOld(): void {
    const nowMs = this.#clock.monotonic();
    for (const [key, entry] of this.#entries) {
      if (!entry.answer) continue;
      if (entry.forgetAtMs > nowMs) return;
      this.#forget(key, entry);
    }
  }

  #forget(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#characters -= entry.answer?.body.length ?? 0;
  }
}

function hashOf(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('base64');
}
