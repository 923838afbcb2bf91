/**
 * Whom a person who comes from a provider is here. [S-2] Issuer and subject alone say who it is. An e-mail
 * leads to an account that is there already only where the operator wants that and the provider answers for
 * the e-mail; anybody could have made that account before, so its password, logins and keys end.
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { ApiKeyRepository } from '../identity/api-key-repository.ts';
import type { IdentityRepository } from '../identity/identity-repository.ts';
import type { LiveSessions } from '../identity/live-sessions.ts';
import type { LoginRepository } from '../identity/login-repository.ts';
import type { Logins, Origin, StartedLogin } from '../identity/logins.ts';
import type { UserAdmin } from '../identity/user-admin.ts';
import type { UserRepository } from '../identity/user-repository.ts';
import { ownerOfUser, type StartingCredits, type User } from '../identity/user.ts';
import type { Log } from '../observability/log.ts';
import { StoreError } from '../store/store-error.ts';
import type { Claims } from './claims.ts';
import { followGroups, type TeamGroup, type TeamGroupsOptions } from './team-groups.ts';

/** What the operator has set for an issuer. */
export interface ArrivalRules {
  readonly id: string;
  /** Whether people without an account get one. */
  readonly signUp: boolean;
  readonly linkByEmail: boolean;
  readonly trustEmail: boolean;
  /** Undefined: everybody may come in. */
  readonly allowedGroups?: readonly string[] | undefined;
  /** Undefined: roles are given here alone. */
  readonly adminGroups?: readonly string[] | undefined;
  readonly teamGroups: readonly TeamGroup[];
}

export interface ArrivalsOptions {
  readonly users: UserRepository;
  readonly identities: IdentityRepository;
  readonly loginRows: Pick<LoginRepository, 'ofUser' | 'removal'>;
  readonly keyRows: Pick<ApiKeyRepository, 'removalOfUser'>;
  readonly logins: Pick<Logins, 'makeRoom' | 'prepare'>;
  readonly sessions: Pick<LiveSessions, 'ended'>;
  readonly userAdmin: Pick<UserAdmin, 'setRole'>;
  readonly teams: TeamGroupsOptions['teams'];
  readonly credits: StartingCredits;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** UUIDv7. */
  readonly newId: () => string;
}

export interface Arrived extends StartedLogin {
  readonly user: User;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** Rejects with `sign_on_refused`, `sign_on_closed`, `sign_on_no_email`, `sign_on_taken`. */
  async arrive(claims: Claims, rules: ArrivalRules, from: Origin & { locale: Locale }): Promise<Arrived> {
    const { allowedGroups } = rules;
    if (allowedGroups && !isInOne(claims.groups, allowedGroups)) throw new HiloError('sign_on_refused');
    const found =
      (await this.#known(claims)) ??
      (await this.#linked(claims, rules)) ??
      (await this.#created(claims, rules, from));
    if (!found.isActive) throw new HiloError('sign_on_refused');
    const user = await this.#withRole(found, claims, rules);
    await followGroups(this.#options, user, claims.groups, rules.teamGroups);
    const { users, logins, credits } = this.#options;
    await logins.makeRoom(user.id);
    const { step, ...login } = await logins.prepare(user.id, from);
    await users.update(user.id, {}, [step]);
    await credits.giveFirst(user.account, from.address);
    return { user, ...login };
  }

  async #known(claims: Claims): Promise<User | undefined> {
    const { users, identities } = this.#options;
    const id = await identities.userOf(claims);
    if (id === undefined) return undefined;
    const user = await users.byId(id);
    // It is being erased.
    if (!user) throw new HiloError('sign_on_refused');
    return user;
  }

  /** The account with this e-mail, if whoever comes may have it. */
  async #linked(claims: Claims, rules: ArrivalRules): Promise<User | undefined> {
    const { users, identities, loginRows, keyRows, sessions, clock, log } = this.#options;
    const email = emailOf(claims, rules);
    const user = email === undefined ? undefined : await users.byEmail(email);
    if (!user) return undefined;
    // Another request of the same person may have been faster.
    const known = await this.#known(claims);
    if (known) return known;
    // The administrators' own way in must not depend on what a provider says.
    if (!rules.linkByEmail || user.role === 'admin') throw new HiloError('sign_on_taken');
    const ids = (await loginRows.ofUser(user.id)).map(({ id }) => id);
    const isOurs = await this.#unlessTaken(() =>
      users.update(user.id, { passwordHash: '' }, [
        ...loginRows.removal(ids),
        ...keyRows.removalOfUser(user.id),
        identities.insertion(claims, user.id, clock.now()),
      ]),
    );
    if (!isOurs) return this.#known(claims);
    sessions.ended(user.id, 'all', 'password');
    log.info({ issuer: rules.id, user: user.id }, 'An account was linked to a provider by its e-mail');
    return user;
  }

  async #created(claims: Claims, rules: ArrivalRules, from: Origin & { locale: Locale }): Promise<User> {
    const { users, identities, credits, clock, newId } = this.#options;
    if (!rules.signUp) throw new HiloError('sign_on_closed');
    const email = emailOf(claims, rules);
    if (email === undefined) throw new HiloError('sign_on_no_email');
    const id = newId();
    const user: User = {
      id,
      email,
      name: claims.name,
      role: 'user',
      isActive: true,
      account: ownerOfUser(id),
      locale: from.locale,
      retentionDays: undefined,
      createdAt: clock.now(),
    };
    const identity = identities.insertion(claims, id, user.createdAt);
    let isTaken = false;
    const isOurs = await this.#unlessTaken(async () => {
      isTaken = (await users.create({ ...user, passwordHash: '' }, [identity])) !== 'created';
    });
    if (isOurs && !isTaken) {
      await credits.give(user.account, from.address);
      return user;
    }
    // Another request of the same person was faster.
    const known = await this.#known(claims);
    if (!known) throw new HiloError('sign_on_taken');
    return known;
  }

  /** False when the identity belongs to somebody already; then nothing was written. */
  async #unlessTaken(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.kind === 'constraint') return false;
      throw error;
    }
  }

  /** Only where the groups of the provider say who is an administrator. */
  async #withRole(user: User, { groups }: Claims, { id, adminGroups }: ArrivalRules): Promise<User> {
    if (!adminGroups) return user;
    const { userAdmin, log } = this.#options;
    const role = isInOne(groups, adminGroups) ? 'admin' : 'user';
    if (role === user.role) return user;
    try {
      return await userAdmin.setRole(user, role, false);
    } catch (error) {
      if (!(error instanceof HiloError) || error.key !== 'last_admin') throw error;
      log.warn({ issuer: id, user: user.id }, 'The last administrator stays one, against the groups');
      return user;
    }
  }
}

/** The e-mail, if the provider answers for it. */
function emailOf({ email, isEmailVerified }: Claims, { trustEmail }: ArrivalRules): string | undefined {
  return isEmailVerified || trustEmail ? email : undefined;
}

function isInOne(groups: readonly string[], wanted: readonly string[]): boolean {
  return groups.some((group) => wanted.includes(group));
}
