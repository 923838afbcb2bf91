import type { Clock } from '../../shared/clock.ts';
import { RATIONING_LIMITS } from './limits.ts';
import type { RateVerdict, RateWindow } from './rate-window.ts';

export interface SlidingRateWindowOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** For each owner. */
  readonly maxMessagesOf: (owner: string) => number;
  readonly windowMs: number;
  readonly ownersMax?: number;
}

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Until everything may be sent again; 0 when it may be now. */
  readonly resetMs: number;
}

/**
 * The times of an owner's newest messages, at most `max` of them, as a ring. Only the oldest of a
 * full ring decides: when it has left the window there is room for one more, so no counting or expiring is
 * needed.
 */
interface Ring {
  readonly timesMs: number[];
  readonly max: number;
  /** Where the oldest is, once the ring is full; until then times are appended. */
  oldest: number;
}

/** A sliding window for each owner: in any `windowMs` at most `maxMessagesOf` messages. */
export class SlidingRateWindow implements RateWindow {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #maxMessagesOf: (owner: string) => number;
  readonly #windowMs: number;
  readonly #ownersMax: number;
  readonly #rings = new Map<string, Ring>();
  /** Walks around all owners, two steps for each new one, and forgets idle ones: no timer, no pause. */
  #hand: MapIterator<[string, Ring]>;

  constructor(options: SlidingRateWindowOptions) {
    this.#clock = options.clock;
    this.#maxMessagesOf = options.maxMessagesOf;
    this.#windowMs = options.windowMs;
    this.#ownersMax = options.ownersMax ?? RATIONING_LIMITS.rateOwnersMax;
    this.#hand = this.#rings.entries();
  }

  get owners(): number {
    return this.#rings.size;
  }

  take(owner: string): RateVerdict {
    const nowMs = this.#clock.monotonic();
    const ring = this.#rings.get(owner) ?? this.#meet(owner, nowMs);
    if (ring.timesMs.length < ring.max) {
      ring.timesMs.push(nowMs);
      return { allowed: true, takenAtMs: nowMs };
    }
    const freeAtMs = (ring.timesMs[ring.oldest] ?? 0) + this.#windowMs;
    if (nowMs < freeAtMs) return { allowed: false, retryAfterMs: freeAtMs - nowMs };
    ring.timesMs[ring.oldest] = nowMs;
    ring.oldest = (ring.oldest + 1) % ring.max;
    return { allowed: true, takenAtMs: nowMs };
  }

  /** How many messages the owner may send now. */
  remaining(owner: string): number {
    const startMs = this.#clock.monotonic() - this.#windowMs;
    const used = this.#rings.get(owner)?.timesMs.filter((timeMs) => timeMs > startMs).length ?? 0;
    return this.#maxMessagesOf(owner) - used;
  }

  state(owner: string): RateState {
    const ring = this.#rings.get(owner);
    const newestMs = ring?.timesMs.at(ring.oldest - 1) ?? -Infinity;
    return {
      limit: this.#maxMessagesOf(owner),
      remaining: this.remaining(owner),
      resetMs: Math.max(0, newestMs + this.#windowMs - this.#clock.monotonic()),
    };
  }

  giveBack(owner: string, takenAtMs: number): void {
    const ring = this.#rings.get(owner);
    if (!ring) return;
    const inOrder = [...ring.timesMs.slice(ring.oldest), ...ring.timesMs.slice(0, ring.oldest)];
    const index = inOrder.lastIndexOf(takenAtMs);
    if (index === -1) return;
    inOrder.splice(index, 1);
    ring.timesMs.splice(0, ring.timesMs.length, ...inOrder);
    ring.oldest = 0;
    if (inOrder.length === 0) this.#rings.delete(owner);
  }

  #meet(owner: string, nowMs: number): Ring {
    this.#forgetIdle(nowMs);
    this.#forgetIdle(nowMs);
    if (this.#rings.size >= this.#ownersMax) this.#forgetAny();
    const ring: Ring = { timesMs: [], max: this.#maxMessagesOf(owner), oldest: 0 };
    this.#rings.set(owner, ring);
    return ring;
  }

  #forgetIdle(nowMs: number): void {
    const [owner, ring] = this.#step() ?? [];
    if (owner === undefined || ring === undefined) return;
    const newest = ring.timesMs.at(ring.oldest - 1) ?? -Infinity;
    if (nowMs - newest >= this.#windowMs) this.#rings.delete(owner);
  }

  /**
   * When active owners have taken every place, one of them gets a fresh window. The alternative, refusing
   * newcomers, would let anyone who invents owners lock all others out.
   */
  #forgetAny(): void {
    const [owner] = this.#step() ?? [];
    if (owner !== undefined) this.#rings.delete(owner);
  }

  #step(): [string, Ring] | undefined {
    const step = this.#hand.next();
    if (!step.done) return step.value;
    this.#hand = this.#rings.entries();
    return this.#hand.next().value;
  }
}
