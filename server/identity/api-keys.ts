/**
 * API keys: `hilo_`, 256 random bits, and a checksum by which typos, and scanners for secrets, can tell one
 * without asking. Only the hash is stored.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { ApiKeyRepository, StoredApiKey } from './api-key-repository.ts';
import { actorOfKey, loginOfKey } from './key-login.ts';
import type { KeyPolicy, KeyPolicyChanges } from './key-policy.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { Login } from './principal.ts';
import type { UserRepository } from './user-repository.ts';
import type { User } from './user.ts';

export const API_KEY_LIMITS = {
  perUserMax: 50,
  /** The last use is recorded no more often than this. */
  usedMs: 60_000,
  /** What a revoked key has spent counts for its user: longer than any period of a budget. */
  revokedKeptMs: 40 * 24 * 60 * 60 * 1_000,
  /** Revoked ones are counted too. */
  madePerUserMax: 500,
} as const;

const MARK = 'hilo_';
const SECRET_BYTES = 32;
const SECRET_CHARACTERS = 43;
const CHECKSUM_CHARACTERS = 6;
/** Enough to recognise a key by, and far too little to guess the rest. */
const SHOWN_CHARACTERS = MARK.length + 6;

export interface CreatedApiKey extends Omit<StoredApiKey, 'user' | 'lastUsedAt'> {
  /** Shown once. */
  readonly key: string;
}

export interface ApiKeysOptions {
  readonly store: ApiKeyRepository;
  readonly users: Pick<UserRepository, 'byId'>;
  readonly sessions: Pick<LiveSessions, 'ended' | 'keyChanged'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: (size: number) => Buffer;
  /** UUIDv7. */
  readonly newId: () => string;
}

export class ApiKeys {
  readonly #options: ApiKeysOptions;

  constructor(options: ApiKeysOptions) {
    this.#options = options;
  }

  /** Rejects with `too_many_kept`. */
  async create(user: User, name: string, policy: KeyPolicy = {}): Promise<CreatedApiKey> {
    const { store, clock, randomBytes, newId } = this.#options;
    const { perUserMax: max, madePerUserMax } = API_KEY_LIMITS;
    const [live, made] = [await store.ofUser(user.id), await store.idsOfUser(user.id)];
    if (live.length >= max || made.length >= madePerUserMax) {
      throw new HiloError('too_many_kept', { values: { max } });
    }
    const key = checked(`${MARK}${randomBytes(SECRET_BYTES).toString('base64url')}`);
    const facts = { id: newId(), name: name.trim(), prefix: key.slice(0, SHOWN_CHARACTERS) };
    const created = { ...facts, createdAt: clock.now(), policy };
    await store.add({ ...created, user: user.id, keyHash: hashOf(key) });
    return { ...created, key };
  }

  /** The newest first. */
  list(user: User): Promise<readonly StoredApiKey[]> {
    return this.#options.store.ofUser(user.id);
  }

  /** Of all users, or of one; the newest first. */
  page(
    user: string | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<readonly StoredApiKey[]> {
    return this.#options.store.page(user, before, limit);
  }

  /** A key of anybody; resolves with the id of its user. Rejects with `not_found`. */
  async revokeAny(id: string): Promise<string> {
    const { store, sessions, clock } = this.#options;
    const found = await store.byId(id);
    if (!found || !(await store.revoke(found.user, id, clock.now()))) throw noKey(id);
    sessions.ended(found.user, [id], 'revoked');
    return found.user;
  }

  /** Rejects with `not_found`. */
  async revoke(user: User, id: string): Promise<void> {
    const { store, sessions, clock } = this.#options;
    if (!(await store.revoke(user.id, id, clock.now()))) throw noKey(id);
    sessions.ended(user.id, [id], 'revoked');
  }

  /** In force at once, on open connections too. Rejects with `not_found`. */
  async change(user: User, id: string, changes: KeyPolicyChanges): Promise<StoredApiKey> {
    const { store, sessions } = this.#options;
    if (!(await store.change(user.id, id, changes))) throw noKey(id);
    const changed = await store.byId(id);
    if (!changed) throw noKey(id);
    sessions.keyChanged(user.id, id, changed.policy);
    return changed;
  }

  /** Undefined for one that was revoked, or has expired. */
  async find(id: string): Promise<StoredApiKey | undefined> {
    const key = await this.#options.store.byId(id);
    return key && isExpired(key.policy, this.#options.clock.now()) ? undefined : key;
  }

  /** As the ledger names them: of all keys of the user, also of those that were revoked lately. */
  async actorsOf(user: string): Promise<readonly string[]> {
    return (await this.#options.store.idsOfUser(user)).map(actorOfKey);
  }

  forgetRevoked(): Promise<void> {
    return this.#options.store.forgetRevoked(this.#options.clock.now() - API_KEY_LIMITS.revokedKeptMs);
  }

  /** Who shows this key. Rejects with `auth_failed`. */
  async authenticate(key: string): Promise<Login> {
    const { store, users, clock } = this.#options;
    const keyHash = hashOf(key);
    const found = isWellMade(key) ? await store.byHash(keyHash) : undefined;
    if (!found || !timingSafeEqual(found.keyHash, keyHash)) throw new HiloError('auth_failed');
    const user = await users.byId(found.user);
    const now = clock.now();
    if (!user?.isActive || isExpired(found.policy, now)) throw new HiloError('auth_failed');
    if (now - (found.lastUsedAt ?? 0) >= API_KEY_LIMITS.usedMs) store.used(found.id, now);
    return loginOfKey(user, found.id, found.policy);
  }
}

function isExpired({ expiresAt }: KeyPolicy, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

function noKey(id: string): HiloError {
  return new HiloError('not_found', { values: { what: id } });
}

/** Whether it is an API key, right or wrong, and no other kind of secret. */
export function looksLikeApiKey(text: string): boolean {
  return text.startsWith(MARK);
}

function isWellMade(key: string): boolean {
  const unchecked = key.slice(0, -CHECKSUM_CHARACTERS);
  return unchecked.length === MARK.length + SECRET_CHARACTERS && checked(unchecked) === key;
}

function checked(text: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(text));
  return text + sum.toString('base64url');
}

function hashOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
