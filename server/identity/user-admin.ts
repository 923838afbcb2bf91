/** What administrators do with users, and the links by which a password is set anew. */
import { hash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { Turns } from '../store/turns.ts';
import type { InvitationRepository } from './invitation-repository.ts';
import type { LiveSessions, SignOutReason } from './live-sessions.ts';
import type { LoginRepository } from './login-repository.ts';
import { OWN_TURN, type PasswordTurn } from './password-turns.ts';
import type { Passwords } from './passwords.ts';
import type { ResetLinkRepository } from './reset-link-repository.ts';
import type { UserFilter, UserRepository } from './user-repository.ts';
import { normalEmail, ownerOfUser, type Role, type StartingCredits, type User } from './user.ts';

export const RESET_LIMITS = { linkMs: 60 * 60 * 1_000, tokenBytes: 32 } as const;

export interface ResetLink {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Without one, nobody can sign in until a link has been used. */
  readonly password: string | undefined;
}

export interface UserAdminOptions {
  readonly users: UserRepository;
  readonly loginRows: LoginRepository;
  readonly resetLinks: ResetLinkRepository;
  readonly invitationRows: Pick<InvitationRepository, 'removalOfMaker'>;
  readonly sessions: Pick<LiveSessions, 'changed' | 'ended'>;
  readonly passwords: Passwords;
  readonly credits: StartingCredits;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: (size: number) => Buffer;
  /** UUIDv7. */
  readonly newId: () => string;
}

export class UserAdmin {
  readonly #options: UserAdminOptions;
  readonly #changes = new Turns();

  constructor(options: UserAdminOptions) {
    this.#options = options;
  }

  /** In the order in which they came. */
  list(after: string | undefined, limit: number, filter: UserFilter = {}): Promise<readonly User[]> {
    return this.#options.users.page(after, limit, filter);
  }

  /** Rejects with `email_taken`, `queue_full`. */
  async create({ email, name, role, password }: NewAccount): Promise<User> {
    const { users, passwords, credits, clock, newId } = this.#options;
    const id = newId();
    const user: User = {
      id,
      email: normalEmail(email),
      name: name.trim(),
      role,
      isActive: true,
      account: ownerOfUser(id),
      locale: undefined,
      retentionDays: undefined,
      createdAt: clock.now(),
    };
    const passwordHash = password === undefined ? '' : await passwords.hash(password, OWN_TURN);
    if ((await users.create({ ...user, passwordHash })) !== 'created') throw new HiloError('email_taken');
    await credits.give(user.account, undefined);
    return user;
  }

  /** By id or by e-mail. Rejects with `not_found`. */
  async find(reference: string): Promise<User> {
    const { users } = this.#options;
    const isEmail = reference.includes('@');
    const user = await (isEmail ? users.byEmail(normalEmail(reference)) : users.byId(reference));
    if (!user) throw new HiloError('not_found', { values: { what: reference } });
    return user;
  }

  /** Rejects with `last_admin`, unless the last active administrator may go as well. */
  async setRole(user: User, role: Role, mayBeLast: boolean): Promise<User> {
    const { users, sessions, invitationRows } = this.#options;
    return this.#inTurn(async () => {
      if (role !== 'admin' && !mayBeLast) await this.#requireOther(user);
      await users.update(user.id, { role }, role === 'admin' ? [] : invitationRows.removalOfMaker(user.id));
      const changed = { ...user, role };
      sessions.changed(changed);
      return changed;
    });
  }

  /**
   * One that is not active loses all logins; its API keys do nothing until it is active again. Rejects as
   * `setRole`.
   */
  async setActive(user: User, isActive: boolean, mayBeLast: boolean): Promise<User> {
    const { users, sessions } = this.#options;
    return this.#inTurn(async () => {
      if (!isActive && !mayBeLast) await this.#requireOther(user);
      if (isActive) await users.update(user.id, { isActive });
      else await this.#endAll(user, 'deactivated', { isActive });
      const changed = { ...user, isActive };
      if (isActive) sessions.changed(changed);
      return changed;
    });
  }

  /** Links made before are worth nothing from now on. */
  async resetLink(user: User): Promise<ResetLink> {
    const { resetLinks, clock, randomBytes } = this.#options;
    const token = randomBytes(RESET_LIMITS.tokenBytes).toString('base64url');
    const expiresAt = clock.now() + RESET_LIMITS.linkMs;
    await resetLinks.replace({ tokenHash: hashOf(token), user: user.id, expiresAt });
    return { token, expiresAt };
  }

  /** Rejects with `reset_failed` unless the link is good. */
  async requireLink(token: string): Promise<void> {
    await this.#userOf(hashOf(token));
  }

  /** Sets the password by a link, once; all logins end. Rejects with `reset_failed`, `queue_full`. */
  async reset(token: string, password: string, turn: PasswordTurn): Promise<void> {
    const { resetLinks, loginRows, sessions, passwords } = this.#options;
    const tokenHash = hashOf(token);
    const user = await this.#userOf(tokenHash);
    const passwordHash = await passwords.hash(password, turn);
    const ids = (await loginRows.ofUser(user)).map(({ id }) => id);
    const isUsed = await resetLinks.use({ tokenHash, user, passwordHash }, loginRows.removal(ids));
    if (!isUsed) throw new HiloError('reset_failed');
    sessions.ended(user, 'all', 'reset');
  }

  /**
   * Ends everything by which the user could act; then what belongs to the user can be erased. Rejects with
   * `last_admin`.
   */
  beginErasing(user: User): Promise<void> {
    return this.#inTurn(async () => {
      await this.#requireOther(user);
      await this.#endAll(user, 'erased', { isActive: false, isErasing: true });
    });
  }

  /** Nothing of the user is left but entries of the ledger, which name nobody. */
  async finishErasing(user: User): Promise<void> {
    await this.#options.users.remove(user.id);
    this.#options.sessions.ended(user.id, 'all', 'erased');
  }

  /** Users whose erasing was cut off. */
  erasing(): Promise<readonly User[]> {
    return this.#options.users.erasing();
  }

  /** Unless there is an administrator. Resolves with whether one was made. */
  async createFirst(email: string, password: string): Promise<boolean> {
    if (await this.#options.users.hasAdmin()) return false;
    await this.create({ email, name: '', role: 'admin', password });
    return true;
  }

  async #userOf(tokenHash: Uint8Array): Promise<string> {
    const { resetLinks, clock } = this.#options;
    const user = await resetLinks.userOf(tokenHash, clock.now());
    if (user === undefined) throw new HiloError('reset_failed');
    return user;
  }

  /** Two administrators who demote each other at the same moment must not both succeed. */
  async #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const done = await this.#changes.take();
    try {
      return await run();
    } finally {
      done();
    }
  }

  async #requireOther({ id }: User): Promise<void> {
    const [one, other] = await this.#options.users.activeAdmins(2);
    if (one === id && other === undefined) throw new HiloError('last_admin');
  }

  async #endAll(
    user: User,
    reason: SignOutReason,
    changes: { readonly isActive: boolean; readonly isErasing?: true },
  ): Promise<void> {
    const { users, loginRows, invitationRows, sessions } = this.#options;
    const ids = (await loginRows.ofUser(user.id)).map(({ id }) => id);
    const removals = [...loginRows.removal(ids), ...invitationRows.removalOfMaker(user.id)];
    await users.update(user.id, changes, removals);
    sessions.ended(user.id, 'all', reason);
  }
}

function hashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
