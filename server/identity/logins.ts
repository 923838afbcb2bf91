/**
 * Logins and their tokens. A refresh token is used once; the next one replaces it. Two tabs may use the same
 * one at the same moment, so for a short time the token before the newest is answered with the newest. Later
 * use means that a copy of it is in other hands: the login ends for both. (RFC 9700, section 4.14)
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Step } from '../store/batch.ts';
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from './access-tokens.ts';
import type { LoginRepository, StoredLogin } from './login-repository.ts';
import type { LiveSessions, SignOutReason } from './live-sessions.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { UserRepository } from './user-repository.ts';
import type { User } from './user.ts';

export const LOGIN_LIMITS = {
  refreshMs: 30 * 24 * 60 * 60 * 1_000,
  /** How long the token before the newest gives the newest. */
  repeatMs: 20_000,
  /** For each user; the one that was used longest ago ends first. */
  perUserMax: 50,
  userAgentCharactersMax: 200,
} as const;

const FIRST_GENERATION = 1;

/** Where a login comes from. */
export interface Origin {
  readonly userAgent: string;
  readonly address: string;
  /** Of the request. */
  readonly signal?: AbortSignal;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the access token expires. */
  readonly expiresIn: number;
}

export interface StartedLogin {
  readonly id: string;
  readonly tokens: Tokens;
}

export interface LoginsOptions {
  readonly store: LoginRepository;
  readonly users: Pick<UserRepository, 'byId'>;
  readonly accessTokens: Pick<AccessTokens, 'issue'>;
  readonly refreshTokens: RefreshTokens;
  readonly clock: Pick<Clock, 'now'>;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly sessions: Pick<LiveSessions, 'ended'>;
}

export class Logins {
  readonly #options: LoginsOptions;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** A login that begins when `step` has been written. */
  async prepare(user: string, { userAgent, address }: Origin): Promise<StartedLogin & { step: Step }> {
    const { clock, newId, store } = this.#options;
    const now = clock.now();
    const login: StoredLogin = {
      id: newId(),
      user,
      generation: FIRST_GENERATION,
      userAgent: storable(userAgent),
      address,
      createdAt: now,
      usedAt: now,
      expiresAt: now + LOGIN_LIMITS.refreshMs,
    };
    return { id: login.id, tokens: await this.#tokens(login), step: store.insertion(login) };
  }

  /** Makes room for a new login of the user. */
  async makeRoom(user: string): Promise<void> {
    const logins = await this.#options.store.ofUser(user);
    const tooMany = logins.slice(LOGIN_LIMITS.perUserMax - 1).map(({ id }) => id);
    await this.end(user, tooMany, 'revoked');
  }

  /** Rejects with `login_ended`. */
  async refresh(refreshToken: string): Promise<Tokens> {
    const claims = this.#options.refreshTokens.read(refreshToken);
    if (!claims) throw new HiloError('login_ended');
    // The second look sees what a request at the same moment has written.
    return (await this.#next(claims)) ?? (await this.#next(claims)) ?? this.#refuse();
  }

  /** The login that a refresh token belongs to, whichever of its tokens it is. */
  async loginOf(refreshToken: string): Promise<StoredLogin | undefined> {
    const claims = this.#options.refreshTokens.read(refreshToken);
    return claims && this.#options.store.byId(claims.login);
  }

  ofUser(user: string): Promise<readonly StoredLogin[]> {
    return this.#options.store.ofUser(user);
  }

  async end(user: string, ids: readonly string[], reason: SignOutReason): Promise<void> {
    if (ids.length === 0) return;
    await this.#options.store.remove(ids);
    this.#options.sessions.ended(user, ids, reason);
  }

  /** Undefined when a request at the same moment was faster. */
  async #next({ login: id, generation }: { login: string; generation: number }): Promise<Tokens | undefined> {
    const { store, clock } = this.#options;
    const now = clock.now();
    const login = await store.byId(id);
    if (!login || login.expiresAt <= now || !(await this.#activeUser(login.user))) return this.#refuse();
    const isRecent = now - login.usedAt <= LOGIN_LIMITS.repeatMs;
    if (generation === login.generation) {
      // One step in this time, however many tabs ask. Otherwise two quick reloads would leave the request of
      // a slow tab, still on its way, two steps behind, as only a stolen token is.
      if (isRecent && generation > FIRST_GENERATION) return this.#tokens(login);
      const times = { usedAt: now, expiresAt: now + LOGIN_LIMITS.refreshMs };
      if (!(await store.advance(login, times))) return undefined;
      return this.#tokens({ ...login, generation: generation + 1 });
    }
    if (isRecent && generation === login.generation - 1) return this.#tokens(login);
    if (generation < login.generation) await this.end(login.user, [id], 'reused');
    return this.#refuse();
  }

  async #activeUser(id: string): Promise<User | undefined> {
    const user = await this.#options.users.byId(id);
    return user?.isActive ? user : undefined;
  }

  #refuse(): never {
    throw new HiloError('login_ended');
  }

  async #tokens({ id, user, generation }: StoredLogin): Promise<Tokens> {
    const { accessTokens, refreshTokens } = this.#options;
    return {
      accessToken: await accessTokens.issue({ user, login: id }),
      refreshToken: refreshTokens.issue({ login: id, generation }),
      expiresIn: ACCESS_TOKEN_SECONDS,
    };
  }
}

function storable(userAgent: string): string {
  return userAgent
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ')
    .slice(0, LOGIN_LIMITS.userAgentCharactersMax)
    .toWellFormed();
}
