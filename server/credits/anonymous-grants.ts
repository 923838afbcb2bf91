/**
 * The credits that an account without an owner starts with. One address gets a limited amount in a day,
 * however many sessions it opens, so that reconnecting creates no credits. Kept in memory: a restart begins a
 * new day.
 */
import type { LRUCache } from 'lru-cache';
import type { Clock } from '../../shared/clock.ts';
import { growingCache } from '../support/growing-cache.ts';

export interface AnonymousGrantOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** For each account. */
  readonly credits: number;
  /** For each address, in `windowMs`. */
  readonly creditsPerAddress: number;
  readonly windowMs: number;
  readonly addressesMax: number;
  /** The part of an address that one owner holds. */
  readonly keyOf: (address: string) => string;
  readonly isExempt: (address: string) => boolean;
}

interface Given {
  readonly atMs: number;
  readonly amount: number;
}

export class AnonymousGrants {
  readonly #options: AnonymousGrantOptions;
  readonly #given: LRUCache<string, Given[]>;

  constructor(options: AnonymousGrantOptions) {
    this.#options = options;
    this.#given = growingCache(options.addressesMax);
  }

  /**
   * Milliseconds until the address gets more; undefined while it has not used up its share. An account that
   * received the full grant for one account does not need to wait.
   */
  usedUpForMs(address: string, granted: number): number | undefined {
    const { clock, credits, creditsPerAddress, windowMs, keyOf, isExempt } = this.#options;
    if (granted >= credits || isExempt(address)) return undefined;
    const nowMs = clock.monotonic();
    const recent = (this.#given.get(keyOf(address)) ?? []).filter(({ atMs }) => nowMs - atMs < windowMs);
    if (recent.reduce((sum, { amount }) => sum + amount, 0) < creditsPerAddress) return undefined;
    return (recent[0]?.atMs ?? nowMs) + windowMs - nowMs;
  }

  get creditsPerAddress(): number {
    return this.#options.creditsPerAddress;
  }

  /** How much a new account at this address gets; counts it. 0 when the address has used up its share. */
  take(address: string): number {
    const { clock, credits, creditsPerAddress, windowMs, keyOf, isExempt } = this.#options;
    if (isExempt(address)) return credits;
    const nowMs = clock.monotonic();
    const key = keyOf(address);
    const recent = (this.#given.get(key) ?? []).filter(({ atMs }) => nowMs - atMs < windowMs);
    const left = creditsPerAddress - recent.reduce((sum, { amount }) => sum + amount, 0);
    const amount = Math.max(0, Math.min(credits, left));
    if (amount > 0) recent.push({ atMs: nowMs, amount });
    this.#given.set(key, recent);
    return amount;
  }
}
