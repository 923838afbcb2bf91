/**
 * Whose money a request uses, and which routes it may use with it: looked up anew for each request, for each
 * run of a job, and for what runs when something has changed.
 */
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { PersonaUser } from '../chat/personas.ts';
import type { Budgets, SpendingBudget } from '../credits/budgets.ts';
import type { Payer } from '../credits/meter.ts';
import type { Access } from '../identity/access.ts';
import type { ApiKeys } from '../identity/api-keys.ts';
import { keyOfActor, loginOfKey } from '../identity/key-login.ts';
import type { Login } from '../identity/principal.ts';
import type { UserRepository } from '../identity/user-repository.ts';
import { idOfUserOwner, isUserOwner, type User } from '../identity/user.ts';
import type { RouteDirectory } from '../models/route-directory.ts';
import { mayUseRoute, type RouteRights, type RouteUser } from '../models/route.ts';
import { ratedAsKey } from '../rationing/take-places.ts';
import type { Budget } from '../store/team-schema.ts';
import type { Membership } from '../teams/team-repository.ts';
import { teamOfAccount, type Teams } from '../teams/teams.ts';
import type { Call } from './call.ts';

/** The name of the wallet of whoever asks. */
export const OWN_WALLET = 'own';

export interface Paying {
  readonly payer: Payer;
  readonly access: RouteUser;
  /** Which personas they may use, whoever pays. */
  readonly personas: PersonaUser;
}

export interface PayersOptions {
  readonly teams: Pick<Teams, 'ofUser'>;
  readonly users: Pick<UserRepository, 'byId'>;
  readonly apiKeys: Pick<ApiKeys, 'actorsOf' | 'find'>;
  readonly budgets: Pick<Budgets, 'room'>;
  /** Of the whole server. */
  readonly serverBudget: () => Budget | undefined;
  readonly routes: Pick<RouteDirectory, 'list'>;
}

interface Asking {
  readonly who: { readonly account: string; readonly actor: string; readonly access: Access };
  readonly login: Login | undefined;
  readonly address: string;
  /** The wallet that was asked for; `isDefault`: another one pays when it cannot. */
  readonly wallet: string | undefined;
  readonly isDefault: boolean;
  /** What a request names although its key has the choice made: it has to be the same. */
  readonly named?: string | undefined;
}

/** What is known of somebody who has asked earlier. */
export interface EarlierAsker {
  readonly owner: string;
  /** Their own account. */
  readonly account: string;
  readonly actor: string;
  /** The account that pays. */
  readonly payer: string;
  readonly access: Access;
  readonly address: string;
}

type CallPart = Pick<Call, 'principal' | 'connection' | 'session'>;

export class Payers {
  readonly #options: PayersOptions;

  constructor(options: PayersOptions) {
    this.#options = options;
  }

  /**
   * `wanted` is the wallet that the request itself names: `own`, or the id or name of a team. Rejects with
   * `not_found` for a wallet that is not theirs, and with `forbidden` for another one than that of the key.
   */
  of({ principal, connection, session }: CallPart, wanted?: string): Paying | Promise<Paying> {
    const { login } = session.credentials;
    const ofKey = login?.policy?.wallet;
    const chosen = wanted ?? session.wallet;
    const wallet = ofKey ?? chosen ?? login?.user.wallet;
    const isDefault = ofKey === undefined && chosen === undefined;
    const named = ofKey === undefined ? undefined : wanted;
    return this.#of({ who: principal, login, address: connection.address, wallet, isDefault, named });
  }

  /** The id of a team of the user, or null for the own wallet. Rejects with `not_found`. */
  async walletOf(user: User, wanted: string): Promise<string | null> {
    if (wanted === OWN_WALLET) return null;
    const membership = named(await this.#options.teams.ofUser(user.id), wanted);
    if (!membership) throw noWallet(wanted);
    return membership.team.id;
  }

  /** What a member may spend of the wallet of a team, whatever key asks; undefined: as much as it has. */
  budgetOf({ id, account: home }: Pick<User, 'account' | 'id'>, membership: Membership) {
    const { team, budget } = membership;
    if (!budget) return undefined;
    const actors = async () => [home, ...(await this.#options.apiKeys.actorsOf(id))];
    const { account, name } = team;
    return { kind: 'member', id, user: id, account, name, actors, ...budget } as const;
  }

  /** Of somebody who has asked earlier, as things are now. Rejects with the reason why it may not go on. */
  async ofEarlier({ owner, payer, ...asker }: EarlierAsker): Promise<Paying> {
    const { access, actor, address } = asker;
    const login = await this.#loginOf(owner, actor);
    const who = { ...asker, access: login && access !== 'admin' ? login.user.role : access };
    const wallet = teamOfAccount(payer) ?? OWN_WALLET;
    try {
      return await this.#of({ who, login, address, wallet, isDefault: false });
    } catch (thrown) {
      if (toHiloError(thrown).key === 'not_found') throw new HiloError('wallet_withdrawn');
      throw thrown;
    }
  }

  /** Why what runs may not go on, if there is a reason. */
  async refusalOf(asker: EarlierAsker, route: string): Promise<HiloError | undefined> {
    try {
      const { payer, access } = await this.ofEarlier(asker);
      const isKnown = this.#options.routes.list('admin').find(({ id }) => id === route);
      if (isKnown && !mayUseRoute(isKnown, access)) {
        return new HiloError('route_withdrawn', { values: { route } });
      }
      const room = await this.#options.budgets.room(payer.budgets, payer.actor);
      return room && room.isOver() ? room.refusal(0) : undefined;
    } catch (thrown) {
      return toHiloError(thrown);
    }
  }

  #of(asking: Asking): Paying | Promise<Paying> {
    const { login, wallet = OWN_WALLET, isDefault } = asking;
    if (!login) {
      if (wallet !== OWN_WALLET && !isDefault) throw noWallet(wallet);
      return this.#paying(asking, undefined, []);
    }
    const memberships = this.#options.teams.ofUser(login.user.id);
    return memberships instanceof Promise
      ? memberships.then((found) => this.#chosen(asking, found))
      : this.#chosen(asking, memberships);
  }

  #chosen(asking: Asking, memberships: readonly Membership[]): Paying {
    const { wallet = OWN_WALLET, isDefault, named: said } = asking;
    const membership = wallet === OWN_WALLET ? undefined : named(memberships, wallet);
    if (!membership && wallet !== OWN_WALLET && !isDefault) throw noWallet(wallet);
    const isSame = said === undefined || said === wallet || (membership && named([membership], said));
    if (!isSame) throw new HiloError('forbidden');
    return this.#paying(asking, membership, memberships);
  }

  #paying(
    { who, login, address }: Asking,
    membership: Membership | undefined,
    memberships: readonly Membership[],
  ): Paying {
    const { account: home, actor, access } = who;
    const { policy, id } = login ?? {};
    const ratedAs = policy?.rateMax === undefined ? undefined : ratedAsKey(id ?? '', policy.rateMax);
    const team = membership && { id: membership.team.id, name: membership.team.name };
    const payer: Payer = {
      account: membership?.team.account ?? home,
      actor,
      address,
      ...(membership && { home }),
      ...(team && { team }),
      budgets: this.#budgets(login, home, membership),
      ...(ratedAs !== undefined && { ratedAs }),
    };
    const only = [policy?.routes ?? [], membership?.team.routes ?? []].filter(({ length }) => length > 0);
    const granted = memberships.flatMap(({ team: { routes = [] } }) => routes);
    const rights: RouteRights = { access, granted, only };
    const personas = { access, granted: memberships.flatMap(({ team }) => team.personas) };
    return { payer, access: only.length === 0 && granted.length === 0 ? access : rights, personas };
  }

  #budgets(
    login: Login | undefined,
    home: string,
    membership: Membership | undefined,
  ): readonly SpendingBudget[] | undefined {
    const budgets: SpendingBudget[] = [];
    const ofServer = this.#options.serverBudget();
    if (ofServer) budgets.push({ kind: 'server', id: '', ...ofServer });
    const ofKey = login?.policy?.budget;
    if (login && ofKey) {
      const { id } = login;
      budgets.push({ kind: 'key', id, user: login.user.id, actors: () => [`key:${id}`], ...ofKey });
    }
    const ofMember = login && membership && this.budgetOf({ id: login.user.id, account: home }, membership);
    if (ofMember) budgets.push(ofMember);
    return budgets.length === 0 ? undefined : budgets;
  }

  /** Undefined for a guest. Rejects with `auth_ended` and `key_changed`. */
  async #loginOf(owner: string, actor: string): Promise<Login | undefined> {
    if (!isUserOwner(owner)) return undefined;
    const { users, apiKeys } = this.#options;
    const user = await users.byId(idOfUserOwner(owner));
    if (!user?.isActive) throw new HiloError('auth_ended');
    const keyId = keyOfActor(actor);
    if (keyId === undefined) return { kind: 'login', user, id: '' };
    const key = await apiKeys.find(keyId);
    if (!key) throw new HiloError('key_changed');
    return loginOfKey(user, key.id, key.policy);
  }
}

function named(memberships: readonly Membership[], wallet: string): Membership | undefined {
  const name = wallet.normalize('NFKC').toLowerCase();
  return memberships.find(
    ({ team }) => team.id === wallet || team.name.normalize('NFKC').toLowerCase() === name,
  );
}

function noWallet(wallet: string): HiloError {
  return new HiloError('not_found', { values: { what: wallet } });
}
