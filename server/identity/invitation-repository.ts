/** Invitations, in the store: the hashes of their tokens. */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { Role } from './user.ts';

export interface InvitedTeam {
  readonly id: string;
  readonly name: string;
}

export interface InvitationPage {
  /** The id of the last one of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
  /** Only those to these teams, by their ids. */
  readonly teams: readonly string[] | undefined;
}

export interface StoredInvitation {
  /** UUIDv7. */
  readonly id: string;
  /** What those who use it become. */
  readonly role: Role;
  /** The team that they join. */
  readonly team: InvitedTeam | undefined;
  readonly uses: number;
  readonly used: number;
  /** The id of the user who made it; null: the operator. */
  readonly madeBy: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export class InvitationRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add(invitation: StoredInvitation, tokenHash: Uint8Array): Promise<void> {
    const { id, role, team, uses, used, madeBy, createdAt, expiresAt } = invitation;
    const row = { id, token_hash: tokenHash, role, team: team?.id ?? null, uses, used, made_by: madeBy };
    const times = { created_at: createdAt, expires_at: expiresAt };
    await this.#store.write([
      this.#store.db
        .insertInto('invitations')
        .values({ ...row, ...times })
        .compile(),
    ]);
  }

  async byToken(tokenHash: Uint8Array): Promise<StoredInvitation | undefined> {
    const row = await this.#rows().where('token_hash', '=', tokenHash).executeTakeFirst();
    return row && invitationOf(row);
  }

  async byId(id: string): Promise<StoredInvitation | undefined> {
    const row = await this.#rows().where('invitations.id', '=', id).executeTakeFirst();
    return row && invitationOf(row);
  }

  /** Newest first. */
  async page({ after, limit, teams }: InvitationPage, now: number): Promise<readonly StoredInvitation[]> {
    if (teams?.length === 0) return [];
    let rows = this.#rows().where('expires_at', '>', now).orderBy('invitations.id', 'desc').limit(limit);
    if (after !== undefined) rows = rows.where('invitations.id', '<', after);
    if (teams !== undefined) rows = rows.where('invitations.team', 'in', teams);
    return (await rows.execute()).map(invitationOf);
  }

  async membersOf(team: string): Promise<number> {
    const members = this.#store.db.selectFrom('team_members').where('team', '=', team);
    const row = await members.select((each) => each.fn.countAll().as('count')).executeTakeFirst();
    return Number(row?.count ?? 0);
  }

  async countOf(madeBy: string | null): Promise<number> {
    const { db } = this.#store;
    const made = db.selectFrom('invitations').select((each) => each.fn.countAll().as('count'));
    const own = madeBy === null ? made.where('made_by', 'is', null) : made.where('made_by', '=', madeBy);
    return Number((await own.executeTakeFirst())?.count ?? 0);
  }

  /**
   * For the unit that writes the user. It fails when no use is left, and when the invitation has been
   * withdrawn: a use without its invitation may not be written. The user is in the team from the beginning.
   */
  use({ id, team }: Pick<StoredInvitation, 'id' | 'team'>, user: string, at: number): Step[] {
    const { db } = this.#store;
    return [
      db
        .updateTable('invitations')
        .set((each) => ({ used: each('used', '+', 1) }))
        .where('id', '=', id)
        .compile(),
      db.insertInto('invitation_uses').values({ user, invitation: id }).compile(),
      ...(team
        ? [
            db
              .insertInto('team_members')
              .values(memberRow(team, user, at))
              .compile(),
          ]
        : []),
    ];
  }

  /** Resolves with whether there was one. */
  async remove(id: string): Promise<boolean> {
    const [removed = 0] = await this.#store.write([
      this.#store.db.deleteFrom('invitations').where('id', '=', id).compile(),
    ]);
    return removed > 0;
  }

  removalOfMaker(user: string): Step[] {
    return [this.#store.db.deleteFrom('invitations').where('made_by', '=', user).compile()];
  }

  async removeExpired(now: number): Promise<void> {
    await this.#store.write([
      this.#store.db.deleteFrom('invitations').where('expires_at', '<=', now).compile(),
    ]);
  }

  #rows() {
    return this.#store.db
      .selectFrom('invitations')
      .leftJoin('teams', 'teams.id', 'invitations.team')
      .select(['invitations.id', 'role', 'uses', 'used', 'made_by as madeBy'])
      .select(['invitations.team', 'teams.name as teamName'])
      .select(['invitations.created_at as createdAt', 'expires_at as expiresAt']);
  }
}

interface InvitationRowRead extends Omit<StoredInvitation, 'team'> {
  readonly team: string | null;
  readonly teamName: string | null;
}

function invitationOf({ team: id, teamName, ...rest }: InvitationRowRead): StoredInvitation {
  return { ...rest, team: id === null ? undefined : { id, name: teamName ?? '' } };
}

function memberRow({ id }: InvitedTeam, user: string, at: number) {
  return { team: id, user, role: 'member', budget: null, budget_period: null, added_at: at } as const;
}
