/**
 * Guests: people without an account. One that shows the token it was given is the same guest again, from any
 * connection, after any time, with the same ledger account and conversations.
 */
import { hash } from 'node:crypto';
import type { LRUCache } from 'lru-cache';
import type { Clock } from '../../shared/clock.ts';
import type { Guest } from './principal.ts';
import { growingCache } from '../support/growing-cache.ts';

/** 256 random bits, so that a plain hash is enough to keep. */
const TOKEN_BYTES = 32;

const OWNER_PREFIX = 'guest:';

export interface StoredGuest {
  readonly id: string;
  readonly createdAt: number;
}

/** What guests need of the store. */
export interface GuestStore {
  byTokenHash(tokenHash: Uint8Array): Promise<StoredGuest | undefined>;
  /** For a guest that was stored without one. Resolves when it is durable. */
  giveToken(id: string, tokenHash: Uint8Array): Promise<void>;
  /** Records when a guest was last here. No caller waits for it. */
  seen(id: string, at: number): void;
}

export interface GuestsOptions {
  readonly store: GuestStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: (size: number) => Buffer;
  /** UUIDv7. */
  readonly newId: () => string;
  /**
   * Guests with a token that are kept in memory; above this number, those without a message are forgotten.
   */
  readonly rememberedMax: number;
}

export class Guests {
  readonly #options: GuestsOptions;
  /** By the hash of the token: two windows that say hello before the first message are the same guest. */
  readonly #remembered: LRUCache<string, Guest>;

  /** The ids of those that users have taken over lately. */
  readonly #taken: LRUCache<string, true>;

  constructor(options: GuestsOptions) {
    this.#options = options;
    this.#taken = growingCache(options.rememberedMax);
    this.#remembered = growingCache(options.rememberedMax);
  }

  /** A guest without a token: nobody can come back as this guest. */
  anonymous(): Guest {
    return this.#guest(this.#options.newId(), undefined, this.#options.clock.now());
  }

  /** Gives a guest that has no token the one by which it comes back. */
  async admit(guest: Guest): Promise<string> {
    const token = this.#options.randomBytes(TOKEN_BYTES).toString('base64url');
    const tokenHash = hashOf(token);
    if (guest.isStored) await this.#options.store.giveToken(guest.id, tokenHash);
    guest.tokenHash = tokenHash;
    this.#remembered.set(keyOf(tokenHash), guest);
    return token;
  }

  /** The guest that received this token; undefined when there is none. */
  async find(token: string): Promise<Guest | undefined> {
    const tokenHash = hashOf(token);
    const remembered = this.#remembered.get(keyOf(tokenHash));
    const guest = remembered ?? (await this.#load(tokenHash));
    if (guest?.isStored) this.#options.store.seen(guest.id, this.#options.clock.now());
    return guest;
  }

  /**
   * Nobody can come back as this guest, or do anything as it, until `giveBack`. False when somebody has
   * taken it already.
   */
  take(guest: Guest): boolean {
    if (guest.isTaken || this.#taken.has(guest.id)) return false;
    guest.isTaken = true;
    this.#taken.set(guest.id, true);
    if (guest.tokenHash) this.forget(guest.tokenHash);
    return true;
  }

  giveBack(guest: Guest): void {
    guest.isTaken = false;
    this.#taken.delete(guest.id);
    if (guest.tokenHash) this.#remembered.set(keyOf(guest.tokenHash), guest);
  }

  /** After everything of a guest was deleted, its token is no longer valid. */
  forget(tokenHash: Uint8Array): void {
    this.#remembered.delete(keyOf(tokenHash));
  }

  async #load(tokenHash: Uint8Array): Promise<Guest | undefined> {
    const stored = await this.#options.store.byTokenHash(tokenHash);
    // The row may have been read just before it was deleted.
    if (!stored || this.#taken.has(stored.id)) return undefined;
    // Another connection may have been faster.
    const remembered = this.#remembered.get(keyOf(tokenHash));
    if (remembered) return remembered;
    const blank = this.#guest(stored.id, tokenHash, stored.createdAt);
    const guest = { ...blank, isStored: true, isReturning: true };
    this.#remembered.set(keyOf(tokenHash), guest);
    return guest;
  }

  #guest(id: string, tokenHash: Uint8Array | undefined, createdAt: number): Guest {
    const owner = `${OWNER_PREFIX}${id}`;
    return { id, owner, account: owner, tokenHash, createdAt, isStored: false, isReturning: false };
  }
}

/** Whether an account of the ledger is a guest's. */
export function isGuestAccount(account: string): boolean {
  return account.startsWith(OWNER_PREFIX);
}

function hashOf(token: string): Uint8Array {
  return hash('sha256', token, 'buffer');
}

function keyOf(tokenHash: Uint8Array): string {
  return Buffer.from(tokenHash).toString('latin1');
}
