/** Who users are at other providers, in the store. */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';

/** The two names that never change. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export class IdentityRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The id of the user. */
  async userOf({ issuer, subject }: Identity): Promise<string | undefined> {
    const row = await this.#store.db
      .selectFrom('identities')
      .select('user')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row?.user;
  }

  /** The step that writes it; for a unit with others. It fails when it belongs to somebody already. */
  insertion({ issuer, subject }: Identity, user: string, createdAt: number): Step {
    const row = { issuer, subject, user, created_at: createdAt };
    return this.#store.db.insertInto('identities').values(row).compile();
  }
}
