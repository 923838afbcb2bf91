/**
 * API keys: `hilo_`, 256 random bits, and a checksum by which typos, and scanners for secrets, can tell one
 * without asking. Only the hash is stored.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { ApiKeyRepository, StoredApiKey } from './api-key-repository.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { Login } from './principal.ts';
import type { UserRepository } from './user-repository.ts';
import type { User } from './user.ts';

export const API_KEY_LIMITS = {
  perUserMax: 50,
  /** The last use is recorded no more often than this. */
  usedMs: 60_000,
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
  readonly sessions: Pick<LiveSessions, 'ended'>;
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
  async create(user: User, name: string): Promise<CreatedApiKey> {
    const { store, clock, randomBytes, newId } = this.#options;
    const max = API_KEY_LIMITS.perUserMax;
    if ((await store.ofUser(user.id)).length >= max) {
      throw new HiloError('too_many_kept', { values: { max } });
    }
    const key = checked(`${MARK}${randomBytes(SECRET_BYTES).toString('base64url')}`);
    const facts = { id: newId(), name: name.trim(), prefix: key.slice(0, SHOWN_CHARACTERS) };
    const created = { ...facts, createdAt: clock.now() };
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
    const { store, sessions } = this.#options;
    const found = await store.byId(id);
    if (!found || !(await store.remove(found.user, id)))
      throw new HiloError('not_found', { values: { what: id } });
    sessions.ended(found.user, [id], 'revoked');
    return found.user;
  }

  /** Rejects with `not_found`. */
  async revoke(user: User, id: string): Promise<void> {
    const { store, sessions } = this.#options;
    if (!(await store.remove(user.id, id))) throw new HiloError('not_found', { values: { what: id } });
    sessions.ended(user.id, [id], 'revoked');
  }

  /** Who shows this key. Rejects with `auth_failed`. */
  async authenticate(key: string): Promise<Login> {
    const { store, users, clock } = this.#options;
    const keyHash = hashOf(key);
    const found = isWellMade(key) ? await store.byHash(keyHash) : undefined;
    if (!found || !timingSafeEqual(found.keyHash, keyHash)) throw new HiloError('auth_failed');
    const user = await users.byId(found.user);
    if (!user?.isActive) throw new HiloError('auth_failed');
    const now = clock.now();
    if (now - (found.lastUsedAt ?? 0) >= API_KEY_LIMITS.usedMs) store.used(found.id, now);
    return { kind: 'key', user, id: found.id };
  }
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
