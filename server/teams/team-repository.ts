/** Teams and their members, in the store. */
import type { Step } from '../store/batch.ts';
import { StoreError } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import {
  budgetColumns,
  budgetOf,
  type Budget,
  type BudgetPeriod,
  type TeamRole,
} from '../store/team-schema.ts';
import type { AccountBook } from '../identity/user-repository.ts';

export interface Team {
  /** UUIDv7. */
  readonly id: string;
  readonly name: string;
  /** The ledger's account that is the wallet. */
  readonly account: string;
  /** What the wallet pays for; undefined: every route that the member may use. */
  readonly routes: readonly string[] | undefined;
  /** Ids of personas that its members may choose. */
  readonly personas: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** What one user is in one team. */
export interface Membership {
  readonly team: Team;
  readonly role: TeamRole;
  readonly budget: Budget | undefined;
}

export interface TeamMember extends Omit<Membership, 'team'> {
  /** The id. */
  readonly user: string;
  readonly email: string;
  readonly name: string;
  /** The user's own account. */
  readonly account: string;
}

/** A member that is left out stays as it is. */
export interface TeamChanges {
  readonly name?: string | undefined;
  readonly routes?: readonly string[] | null | undefined;
  readonly personas?: readonly string[] | undefined;
}

export interface MemberChanges {
  readonly role?: TeamRole | undefined;
  readonly budget?: Budget | null | undefined;
}

export class TeamRepository {
  readonly #store: Store;
  readonly #accounts: AccountBook;

  constructor(store: Store, accounts: AccountBook) {
    this.#store = store;
    this.#accounts = accounts;
  }

  /** False, and nothing is written, when another team has this name. */
  async create({ account, ...team }: Team): Promise<boolean> {
    const numbered = await this.#accounts.numberOf(account);
    const row = {
      id: team.id,
      name: team.name,
      name_key: nameKey(team.name),
      account: numbered.number,
      routes: jsonOf(team.routes),
      personas: jsonOf(team.personas),
      created_at: team.createdAt,
    };
    const insert = this.#store.db.insertInto('teams').values(row);
    const isMade = await this.#unique([...this.#accounts.stepsFor(numbered, account), insert.compile()]);
    if (isMade) this.#accounts.noteStored(numbered, account);
    return isMade;
  }

  /** False when another team has the new name. */
  update(id: string, { name, routes, personas }: TeamChanges): Promise<boolean> {
    const set = {
      ...(name === undefined ? {} : { name, name_key: nameKey(name) }),
      ...(routes === undefined ? {} : { routes: jsonOf(routes) }),
      ...(personas === undefined ? {} : { personas: jsonOf(personas) }),
    };
    if (Object.keys(set).length === 0) return Promise.resolve(true);
    return this.#unique([this.#store.db.updateTable('teams').set(set).where('id', '=', id).compile()]);
  }

  /** With its members. Its account stays in the ledger, and belongs to nobody. */
  async remove({ id, account }: Pick<Team, 'id' | 'account'>): Promise<void> {
    const { db } = this.#store;
    await this.#store.write([
      db.deleteFrom('teams').where('id', '=', id).compile(),
      db.deleteFrom('invitations').where('team', '=', id).compile(),
      db.updateTable('accounts').set({ owner: null }).where('name', '=', account).compile(),
    ]);
  }

  async byId(id: string): Promise<Team | undefined> {
    const row = await this.#teams().where('teams.id', '=', id).executeTakeFirst();
    return row && teamOf(row);
  }

  async byName(name: string): Promise<Team | undefined> {
    const row = await this.#teams().where('teams.name_key', '=', nameKey(name)).executeTakeFirst();
    return row && teamOf(row);
  }

  /** In the order of their names. */
  async all(limit: number): Promise<readonly Team[]> {
    const rows = await this.#teams().orderBy('teams.name_key').limit(limit).execute();
    return rows.map(teamOf);
  }

  /** The teams of one user, the oldest membership first. */
  async ofUser(user: string): Promise<readonly Membership[]> {
    const rows = await this.#teams()
      .innerJoin('team_members', 'team_members.team', 'teams.id')
      .select(['role', 'budget', 'budget_period'])
      .where('team_members.user', '=', user)
      .orderBy('added_at')
      .orderBy('teams.id')
      .execute();
    return rows.map((row) => ({ team: teamOf(row), ...membershipOf(row) }));
  }

  /** In the order in which they came. */
  async members(team: string, limit: number): Promise<readonly TeamMember[]> {
    const rows = await this.#members(team).orderBy('added_at').orderBy('users.id').limit(limit).execute();
    return rows.map((row) => ({ ...memberOf(row), ...membershipOf(row) }));
  }

  async member(team: string, user: string): Promise<TeamMember | undefined> {
    const row = await this.#members(team).where('users.id', '=', user).executeTakeFirst();
    return row && { ...memberOf(row), ...membershipOf(row) };
  }

  /** Adds the user, or changes what the user is in the team. */
  async setMember(
    team: string,
    user: string,
    { role, budget }: MemberChanges,
    addedAt: number,
  ): Promise<void> {
    const limit = budget === undefined ? {} : budgetColumns(budget);
    const set = { ...(role === undefined ? {} : { role }), ...limit };
    const values = { role: role ?? 'member', ...budgetColumns(budget ?? null) } as const;
    const insert = this.#store.db
      .insertInto('team_members')
      .values({ team, user, ...values, added_at: addedAt })
      .onConflict((one) => {
        const same = one.columns(['team', 'user']);
        return Object.keys(set).length === 0 ? same.doNothing() : same.doUpdateSet(set);
      });
    const isNoManager = role === 'member' ? this.#withdrawn(team, user) : [];
    await this.#store.write([insert.compile(), ...isNoManager]);
  }

  /** Whether the user was a member. */
  async removeMember(team: string, user: string): Promise<boolean> {
    const step = this.#store.db.deleteFrom('team_members').where('team', '=', team).where('user', '=', user);
    const [removed = 0] = await this.#store.write([step.compile(), ...this.#withdrawn(team, user)]);
    return removed > 0;
  }

  /** Invitations to a team are worth nothing once whoever made them does not manage it any more. */
  #withdrawn(team: string, madeBy: string): Step[] {
    const made = this.#store.db.deleteFrom('invitations').where('team', '=', team);
    return [made.where('made_by', '=', madeBy).compile()];
  }

  async #unique(steps: readonly Step[]): Promise<boolean> {
    try {
      await this.#store.write(steps);
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.kind === 'constraint') return false;
      throw error;
    }
  }

  #teams() {
    return this.#store.db
      .selectFrom('teams')
      .innerJoin('accounts', 'accounts.number', 'teams.account')
      .select(['teams.id', 'teams.name', 'accounts.name as account', 'teams.routes', 'teams.personas'])
      .select('teams.created_at as createdAt');
  }

  #members(team: string) {
    return this.#store.db
      .selectFrom('team_members')
      .innerJoin('users', 'users.id', 'team_members.user')
      .innerJoin('accounts', 'accounts.number', 'users.account')
      .select(['users.id as user', 'users.email', 'users.name', 'accounts.name as account'])
      .select(['team_members.role', 'budget', 'budget_period'])
      .where('team_members.team', '=', team);
  }
}

interface StoredTeam extends Omit<Team, 'routes' | 'personas'> {
  readonly routes: string | null;
  readonly personas: string | null;
}

function teamOf({ id, name, account, routes, personas, createdAt }: StoredTeam): Team {
  return {
    id,
    name,
    account,
    routes: listOf(routes),
    personas: listOf(personas) ?? [],
    createdAt,
  };
}

interface StoredMember {
  readonly user: string;
  readonly email: string;
  readonly name: string;
  readonly account: string;
}

function memberOf({ user, email, name, account }: StoredMember): StoredMember {
  return { user, email, name, account };
}

interface StoredMembership {
  readonly role: TeamRole;
  readonly budget: number | null;
  readonly budget_period: BudgetPeriod | null;
}

function membershipOf({ role, budget, budget_period }: StoredMembership): Omit<Membership, 'team'> {
  return { role, budget: budgetOf(budget, budget_period) };
}

function jsonOf(list: readonly string[] | null | undefined): string | null {
  return list ? JSON.stringify(list) : null;
}

function listOf(json: string | null): readonly string[] | undefined {
  return json === null ? undefined : (JSON.parse(json) as string[]);
}

function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
