/**
 * Teams: who belongs to them, and what is theirs. Every change is told to the listeners when it is durable,
 * so that it is in force on open connections at once.
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { growingCache } from '../support/growing-cache.ts';
import type {
  MemberChanges,
  Membership,
  Team,
  TeamChanges,
  TeamMember,
  TeamRepository,
} from './team-repository.ts';

export const TEAM_LIMITS = {
  teamsMax: 1_000,
  membersMax: 1_000,
  teamsPerUserMax: 50,
  /** Users whose memberships are kept in memory. */
  membershipsRememberedMax: 10_000,
} as const;

const ACCOUNT_PREFIX = 'team:';

/** The ledger's account of a team. */
export function accountOfTeam(id: string): string {
  return `${ACCOUNT_PREFIX}${id}`;
}

/** The id of the team whose account this is; undefined when it is somebody else's. */
export function teamOfAccount(account: string): string | undefined {
  return account.startsWith(ACCOUNT_PREFIX) ? account.slice(ACCOUNT_PREFIX.length) : undefined;
}

export interface NewTeam {
  readonly name: string;
  readonly routes?: readonly string[] | undefined;
  readonly personas?: readonly string[] | undefined;
}

export interface TeamsOptions {
  readonly store: TeamRepository;
  readonly clock: Pick<Clock, 'now'>;
  /** UUIDv7. */
  readonly newId: () => string;
}

export class Teams {
  readonly #options: TeamsOptions;
  /** By the user's id: every request of a member asks for it. */
  readonly #known = growingCache<string, readonly Membership[]>(TEAM_LIMITS.membershipsRememberedMax);
  readonly #listeners = new Set<() => void>();
  /** Counts the changes: what was read before one is not remembered. */
  #changes = 0;

  constructor(options: TeamsOptions) {
    this.#options = options;
  }

  /** Rejects with `team_name_taken`, `too_many_kept`. */
  async create({ name, routes, personas = [] }: NewTeam): Promise<Team> {
    const { store, clock, newId } = this.#options;
    const max = TEAM_LIMITS.teamsMax;
    if ((await store.all(max)).length >= max) throw new HiloError('too_many_kept', { values: { max } });
    const id = newId();
    const account = accountOfTeam(id);
    const team: Team = { id, name, account, routes, personas, createdAt: clock.now() };
    if (!(await store.create(team))) throw nameTaken(name);
    return team;
  }

  all(): Promise<readonly Team[]> {
    return this.#options.store.all(TEAM_LIMITS.teamsMax);
  }

  /** By id or by name. Rejects with `not_found`. */
  async find(reference: string): Promise<Team> {
    const { store } = this.#options;
    const team = (await store.byId(reference)) ?? (await store.byName(reference));
    if (!team) throw new HiloError('not_found', { values: { what: reference } });
    return team;
  }

  /** Of one user. From memory, where they are known: it then answers at once. */
  ofUser(user: string): readonly Membership[] | Promise<readonly Membership[]> {
    return this.#known.get(user) ?? this.#read(user);
  }

  /** Rejects with `team_name_taken`. */
  async update(team: Team, changes: TeamChanges): Promise<Team> {
    const { store } = this.#options;
    if (!(await store.update(team.id, changes))) throw nameTaken(changes.name ?? team.name);
    this.#changed();
    return (await store.byId(team.id)) ?? team;
  }

  async remove(team: Team): Promise<void> {
    await this.#options.store.remove(team);
    this.#changed();
  }

  members(team: Team): Promise<readonly TeamMember[]> {
    return this.#options.store.members(team.id, TEAM_LIMITS.membersMax);
  }

  member(team: Team, user: string): Promise<TeamMember | undefined> {
    return this.#options.store.member(team.id, user);
  }

  /** Adds the user, or changes what the user is in the team. Rejects with `too_many_kept`. */
  async setMember(team: Team, user: string, changes: MemberChanges): Promise<TeamMember> {
    const { store, clock } = this.#options;
    if (!(await store.member(team.id, user))) await this.#requireRoom(team, user);
    await store.setMember(team.id, user, changes, clock.now());
    this.#changed();
    const member = await store.member(team.id, user);
    if (!member) throw new HiloError('not_found', { values: { what: user } });
    return member;
  }

  /** Rejects with `not_found`. */
  async removeMember(team: Team, user: string): Promise<void> {
    const wasMember = await this.#options.store.removeMember(team.id, user);
    this.#changed();
    if (!wasMember) throw new HiloError('not_found', { values: { what: user } });
  }

  /** Called after every change, when it is durable; returns what removes the listener. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #read(user: string): Promise<readonly Membership[]> {
    const changes = this.#changes;
    const found = await this.#options.store.ofUser(user);
    if (changes === this.#changes) this.#known.set(user, found);
    return found;
  }

  async #requireRoom(team: Team, user: string): Promise<void> {
    const { membersMax, teamsPerUserMax } = TEAM_LIMITS;
    if ((await this.members(team)).length >= membersMax) {
      throw new HiloError('too_many_kept', { values: { max: membersMax } });
    }
    if ((await this.ofUser(user)).length < teamsPerUserMax) return;
    throw new HiloError('too_many_kept', { values: { max: teamsPerUserMax } });
  }

  /** Changes are rare: nobody's membership is remembered across one. */
  #changed(): void {
    this.#changes += 1;
    this.#known.clear();
    for (const listener of this.#listeners) listener();
  }
}

function nameTaken(name: string): HiloError {
  return new HiloError('team_name_taken', { values: { name } });
}
