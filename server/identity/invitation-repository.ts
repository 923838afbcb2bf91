/** Invitations, in the store: the hashes of their tokens. */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { Role } from './user.ts';

export interface StoredInvitation {
  /** UUIDv7. */
  readonly id: string;
  /** What those who use it become. */
  readonly role: Role;
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
    const { id, role, uses, used, madeBy, createdAt, expiresAt } = invitation;
    const row = { id, token_hash: tokenHash, role, team: null, uses, used, made_by: madeBy };
    const times = { created_at: createdAt, expires_at: expiresAt };
    await this.#store.write([
      this.#store.db
        .insertInto('invitations')
        .values({ ...row, ...times })
        .compile(),
    ]);
  }

  byToken(tokenHash: Uint8Array): Promise<StoredInvitation | undefined> {
    return this.#rows().where('token_hash', '=', tokenHash).executeTakeFirst();
  }

  byId(id: string): Promise<StoredInvitation | undefined> {
    return this.#rows().where('id', '=', id).executeTakeFirst();
  }

  /** Newest first. */
  async page(after: string | undefined, limit: number, now: number): Promise<readonly StoredInvitation[]> {
    const all = this.#rows().where('expires_at', '>', now).orderBy('id', 'desc').limit(limit);
    return (after === undefined ? all : all.where('id', '<', after)).execute();
  }

  async countOf(madeBy: string | null): Promise<number> {
    const { db } = this.#store;
    const made = db.selectFrom('invitations').select((each) => each.fn.countAll().as('count'));
    const own = madeBy === null ? made.where('made_by', 'is', null) : made.where('made_by', '=', madeBy);
    return Number((await own.executeTakeFirst())?.count ?? 0);
  }

  /**
   * For the unit that writes the user. It fails when no use is left, and when the invitation has been
   * withdrawn: a use without its invitation may not be written.
   */
  use(id: string, user: string): Step[] {
    const { db } = this.#store;
    return [
      db
        .updateTable('invitations')
        .set((each) => ({ used: each('used', '+', 1) }))
        .where('id', '=', id)
        .compile(),
      db.insertInto('invitation_uses').values({ user, invitation: id }).compile(),
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
      .select(['id', 'role', 'uses', 'used', 'made_by as madeBy'])
      .select(['created_at as createdAt', 'expires_at as expiresAt']);
  }
}
