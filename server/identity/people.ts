/** People with an account: how they come to be, and how they show who they are. */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { Step } from '../store/batch.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { DeviceTokens } from './device-tokens.ts';
import type { GuestTakeover } from './guest-takeover.ts';
import { looksLikeApiKey, type ApiKeys } from './api-keys.ts';
import type { StoredInvitation } from './invitation-repository.ts';
import type { Invitations } from './invitations.ts';
import type { LiveSessions, SignOutReason } from './live-sessions.ts';
import type { LoginAttempts } from './login-attempts.ts';
import type { Logins, Origin, StartedLogin, Tokens } from './logins.ts';
import type { LoginRepository, StoredLogin } from './login-repository.ts';
import type { ResetLinkRepository } from './reset-link-repository.ts';
import type { PasswordTurn } from './password-turns.ts';
import type { Passwords } from './passwords.ts';
import type { Guest, Login } from './principal.ts';
import type { NewUser, UserChanges, UserRepository } from './user-repository.ts';
import { normalEmail, ownerOfUser, type StartingCredits, type User } from './user.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly locale: Locale;
  /** Who registers: everything of this guest becomes the user's. */
  readonly guest: Guest | undefined;
  /** Of an invitation, which says what the user becomes. */
  readonly inviteToken?: string | undefined;
}

export interface SignedIn extends StartedLogin {
  readonly user: User;
  /** By it the device is known at the next login. */
  readonly deviceToken: string;
}

export interface Credential {
  readonly email: string;
  readonly password: string;
  /** What the device was given at an earlier login. */
  readonly deviceToken?: string | undefined;
}

export interface PeopleOptions {
  readonly users: UserRepository;
  readonly loginRows: Pick<LoginRepository, 'byId'>;
  readonly logins: Logins;
  readonly sessions: Pick<LiveSessions, 'changed'>;
  readonly apiKeys: Pick<ApiKeys, 'authenticate'>;
  readonly passwords: Passwords;
  readonly attempts: LoginAttempts;
  readonly deviceTokens: DeviceTokens;
  readonly credits: StartingCredits;
  readonly resetLinks: Pick<ResetLinkRepository, 'removal'>;
  readonly takeover: Pick<GuestTakeover, 'run'>;
  readonly invitations: Pick<Invitations, 'require' | 'use' | 'using'>;
  readonly accessTokens: Pick<AccessTokens, 'read'>;
  readonly clock: Pick<Clock, 'now'>;
  /** UUIDv7. */
  readonly newId: () => string;
}

export class People {
  readonly #options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /**
   * When another user has taken over the guest in the meantime, this one begins with an account of its own.
   * Rejects with `invitation_failed`, `email_taken`, `login_blocked`, `queue_full`.
   */
  async register(registration: Registration, origin: Origin): Promise<SignedIn> {
    const { email, password, name, locale, guest, inviteToken } = registration;
    const { invitations, logins, passwords, credits, clock, newId } = this.#options;
    const invitation = inviteToken === undefined ? undefined : await invitations.require(inviteToken);
    // People of one office are invited together; whoever invites them answers for their number.
    if (!invitation) this.#options.attempts.signUp(origin.address);
    const id = newId();
    const blank: User = {
      id,
      email: normalEmail(email),
      name: name.trim(),
      role: invitation?.role ?? 'user',
      isActive: true,
      account: ownerOfUser(id),
      locale,
      retentionDays: undefined,
      createdAt: clock.now(),
    };
    const passwordHash = await passwords.hash(password, turnOf(origin));
    const { step, ...login } = await logins.prepare(id, origin);
    const user = await this.#create({ ...blank, passwordHash }, step, guest, invitation);
    await credits.give(user.account, invitation ? undefined : origin.address);
    return { user, ...login, deviceToken: this.#options.deviceTokens.issue(id) };
  }

  /**
   * Rejects with `login_failed`, whether the e-mail or the password is wrong or the user is not active, and
   * takes as long for each; with `login_blocked`, `queue_full`.
   */
  async login({ email, password, deviceToken }: Credential, origin: Origin): Promise<SignedIn> {
    const { users, logins, passwords, attempts, credits, deviceTokens } = this.#options;
    const user = await users.byEmail(normalEmail(email));
    const hash = await users.passwordHashOf(user?.id ?? '');
    const device = deviceToken === undefined ? undefined : deviceTokens.read(user?.id ?? '', deviceToken);
    const attempt = { address: origin.address, email: normalEmail(email), device };
    const turn = { ...turnOf(origin), knownUser: device === undefined ? undefined : user?.id };
    const isRight = await attempts.run(attempt, () => passwords.matches(password, hash, turn));
    if (!user?.isActive || !isRight) throw new HiloError('login_failed');
    await logins.makeRoom(user.id);
    const { step, ...login } = await logins.prepare(user.id, origin);
    await users.update(user.id, {}, [step]);
    // The password may have been changed in the meantime, which ended only the logins of that moment.
    if ((await users.passwordHashOf(user.id)) !== hash) {
      await logins.end(user.id, [login.id], 'password');
      throw new HiloError('login_failed');
    }
    await credits.giveFirst(user.account, origin.address);
    const known = device === undefined ? undefined : deviceToken;
    return { user, ...login, deviceToken: known ?? deviceTokens.issue(user.id) };
  }

  /** Rejects with `login_ended`. */
  refresh(refreshToken: string): Promise<Tokens> {
    return this.#options.logins.refresh(refreshToken);
  }

  /** Ends the login of the token, and `login` itself. Says nothing about a token that is not valid. */
  async logout(refreshToken: string | undefined, login: Login | undefined): Promise<void> {
    const { logins } = this.#options;
    const named = refreshToken === undefined ? undefined : await logins.loginOf(refreshToken);
    if (named) await logins.end(named.user, [named.id], 'logout');
    if (login && login.kind !== 'key' && login.id !== named?.id) {
      await logins.end(login.user.id, [login.id], 'logout');
    }
  }

  logins(user: User): Promise<readonly StoredLogin[]> {
    return this.#options.logins.ofUser(user.id);
  }

  /** Ends one login of the user, or all but `current`. Rejects with `not_found`. */
  async revoke(user: User, wanted: string | undefined, current: string): Promise<number> {
    const logins = await this.logins(user);
    const ids = logins
      .map(({ id }) => id)
      .filter((id) => (wanted === undefined ? id !== current : id === wanted));
    if (wanted !== undefined && ids.length === 0)
      throw new HiloError('not_found', { values: { what: wanted } });
    await this.#options.logins.end(user.id, ids, 'revoked');
    return ids.length;
  }

  /** All other logins end. Rejects with `password_wrong`, `login_blocked`, `queue_full`. */
  async changePassword({ user, id }: Login, change: PasswordChange, origin: Origin): Promise<void> {
    const { users, passwords } = this.#options;
    await this.requirePassword({ user, id }, change.current, origin);
    const passwordHash = await passwords.hash(change.password, { ...turnOf(origin), knownUser: user.id });
    await users.update(user.id, { passwordHash }, this.#options.resetLinks.removal(user.id));
    await this.#endLogins(user, id, 'password');
  }

  /** Rejects with `password_wrong`, `login_blocked`, `queue_full`. */
  async requirePassword(
    { user, id }: Pick<Login, 'user' | 'id'>,
    password: string,
    origin: Origin,
  ): Promise<void> {
    const { users, passwords, attempts } = this.#options;
    const attempt = { email: user.email, address: origin.address, device: id };
    const turn = { ...turnOf(origin), knownUser: user.id };
    const isRight = await attempts.run(attempt, async () =>
      passwords.matches(password, await users.passwordHashOf(user.id), turn),
    );
    if (!isRight) throw new HiloError('password_wrong');
  }

  /** The user as changed. */
  async update(
    user: User,
    changes: Pick<UserChanges, 'name' | 'locale' | 'retentionDays' | 'wallet'>,
  ): Promise<User> {
    const { users, sessions } = this.#options;
    await users.update(user.id, { ...changes, name: changes.name?.trim() });
    const changed = (await users.byId(user.id)) ?? user;
    sessions.changed(changed);
    return changed;
  }

  /** Who shows this API key or access token. Rejects with `auth_failed`, `auth_expired`. */
  async authenticate(token: string): Promise<Login> {
    if (looksLikeApiKey(token)) return this.#options.apiKeys.authenticate(token);
    const { user, login, expiresAt } = await this.#options.accessTokens.read(token);
    return { kind: 'access', ...(await this.#activeLogin(user, login)), expiresAt };
  }

  /** Who has signed in on a connection of their own. Rejects with `auth_failed` when that has ended. */
  async withLogin({ user, id }: SignedIn): Promise<Login> {
    return { kind: 'login', ...(await this.#activeLogin(user.id, id)) };
  }

  /** Rejects with `email_taken`, `invitation_failed`. */
  async #create(
    { passwordHash, ...blank }: NewUser,
    login: Step,
    guest: Guest | undefined,
    invitation: StoredInvitation | undefined,
  ): Promise<User> {
    const { users, takeover, invitations } = this.#options;
    const used = invitation ? invitations.use(invitation, blank.id) : [];
    const write = (user: User) => (steps: readonly Step[]) => {
      const create = () => users.create({ ...user, passwordHash }, [login, ...used, ...steps]);
      return invitation ? invitations.using(invitation, create) : create();
    };
    if (guest) {
      const user = { ...blank, account: guest.account };
      const creation = await takeover.run(guest, user.id, write(user));
      if (creation === 'created') return user;
      if (creation === 'email_taken') throw new HiloError('email_taken');
    }
    if ((await write(blank)([])) !== 'created') throw new HiloError('email_taken');
    return blank;
  }

  async #activeLogin(userId: string, id: string): Promise<Pick<Login, 'user' | 'id'>> {
    const { loginRows, users } = this.#options;
    const [login, user] = [await loginRows.byId(id), await users.byId(userId)];
    if (login?.user !== userId || !user?.isActive) throw new HiloError('auth_failed');
    return { user, id };
  }

  async #endLogins(user: User, except: string, reason: SignOutReason): Promise<void> {
    const others = (await this.logins(user)).map(({ id }) => id).filter((id) => id !== except);
    await this.#options.logins.end(user.id, others, reason);
  }
}

function turnOf({ address, signal }: Origin): PasswordTurn {
  return { address, signal };
}

export interface PasswordChange {
  readonly current: string;
  readonly password: string;
}
