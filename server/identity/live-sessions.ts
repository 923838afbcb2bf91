/**
 * The sessions that act for users, so that what changes for a user is in force at once: on open connections,
 * for sessions whose client is away, and for answers that are running.
 */
import { HiloError } from '../../shared/errors.ts';
import { loginOfKey } from './key-login.ts';
import type { KeyPolicy } from './key-policy.ts';
import type { Credentials, Login } from './principal.ts';
import type { User } from './user.ts';

/** Why a session no longer acts for a user. */
export type SignOutReason =
  'logout' | 'revoked' | 'reused' | 'password' | 'reset' | 'deactivated' | 'erased' | 'registered';

/** What is asked of a session. */
export interface LiveSession {
  readonly name: string;
  /** What the client says it is. */
  readonly client: string;
  /** Answers that are running. */
  readonly running: { readonly size: number };
  credentials: Credentials;
  /** Ends the answers that are running; `reason` is for clients that learn it in no other way. */
  abortAll(reason?: HiloError): void;
  /** Loses its login and tells its client why. What the client has not confirmed is not sent again. */
  signedOut(reason: SignOutReason): void;
  /** Its client learns something that belongs to no request. */
  tell(name: string, params: Readonly<Record<string, unknown>>): void;
  /** Calls `run` once, when nobody can use the session any more. */
  onEnd(run: () => void): void;
}

export interface ShownSession extends Pick<LiveSession, 'name' | 'client' | 'running'> {
  readonly login: Login;
}

export class LiveSessions {
  readonly #byUser = new Map<string, Set<LiveSession>>();
  readonly #userOf = new Map<LiveSession, string>();
  /** Counts what was told: whoever read a user before that must read again. */
  #changes = 0;
  readonly #listeners = new Set<() => void>();

  /** How many sessions act for users. */
  get size(): number {
    return this.#userOf.size;
  }

  /** Some of the sessions that act for users, with how. */
  some(max: number): readonly ShownSession[] {
    const found = [];
    for (const session of this.#userOf.keys()) {
      const { name, client, running } = session;
      const { login } = session.credentials;
      if (login) found.push({ name, client, running, login });
      if (found.length === max) break;
    }
    return found;
  }

  /**
   * Gives what `read` found to `apply` in the same step in which it is certain that nothing has changed since
   * it was read. `apply` is where the session becomes that of a user.
   */
  async admit(
    session: LiveSession,
    read: () => Promise<Login>,
    apply: (login: Login) => void,
  ): Promise<Login> {
    for (;;) {
      const changes = this.#changes;
      const login = await read();
      if (changes !== this.#changes) continue;
      this.#add(session, login.user.id);
      apply(login);
      return login;
    }
  }

  /** The session acts for no user any more, by its own wish. */
  leave(session: LiveSession): void {
    const user = this.#userOf.get(session);
    if (user === undefined) return;
    this.#userOf.delete(session);
    const sessions = this.#byUser.get(user);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#byUser.delete(user);
  }

  /** The user has changed, and is active. */
  changed(user: User): void {
    this.#noteChange();
    for (const session of this.#byUser.get(user.id) ?? []) {
      const { credentials } = session;
      if (!credentials.login) continue;
      const wasAdmin = credentials.login.user.role === 'admin';
      session.credentials = { ...credentials, login: { ...credentials.login, user } };
      // It may use what only administrators may use.
      if (wasAdmin && user.role !== 'admin') session.abortAll(new HiloError('forbidden'));
    }
  }

  /** What a key of the user may do has changed. */
  keyChanged(user: string, id: string, policy: KeyPolicy): void {
    this.#noteChange();
    for (const session of this.#byUser.get(user) ?? []) {
      const { credentials } = session;
      if (credentials.login?.kind !== 'key' || credentials.login.id !== id) continue;
      const login = loginOfKey(credentials.login.user, id, policy);
      session.credentials = { ...credentials, login };
    }
  }

  /** Called when a user or a key has changed, or may do nothing any more. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Those of administrators. */
  admins(): readonly LiveSession[] {
    const sessions = [...this.#userOf.keys()];
    return sessions.filter(({ credentials }) => credentials.login?.user.role === 'admin');
  }

  /** Of one user. */
  of(user: string): readonly LiveSession[] {
    return [...(this.#byUser.get(user) ?? [])];
  }

  /** These logins and keys of the user have ended, or all. Call it when that is durable. */
  ended(user: string, ids: readonly string[] | 'all', reason: SignOutReason): void {
    this.#noteChange();
    for (const session of this.#byUser.get(user) ?? []) {
      const { login } = session.credentials;
      if (!login || (ids !== 'all' && !ids.includes(login.id))) continue;
      this.leave(session);
      session.signedOut(reason);
    }
  }

  #noteChange(): void {
    this.#changes += 1;
    for (const listener of this.#listeners) listener();
  }

  #add(session: LiveSession, user: string): void {
    if (this.#userOf.get(session) === user) return;
    const isKnown = this.#userOf.has(session);
    this.leave(session);
    this.#userOf.set(session, user);
    const sessions = this.#byUser.get(user) ?? new Set();
    this.#byUser.set(user, sessions.add(session));
    if (!isKnown) session.onEnd(() => this.leave(session));
  }
}
