/** Logins of users, in the store. One that has ended is deleted. */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';

export interface StoredLogin {
  /** UUIDv7. */
  readonly id: string;
  readonly user: string;
  /** Of the refresh token that may be used next. */
  readonly generation: number;
  readonly userAgent: string;
  readonly address: string;
  readonly createdAt: number;
  /** When it was last refreshed. */
  readonly usedAt: number;
  readonly expiresAt: number;
}

export class LoginRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The step that writes it; for a unit with others. */
  insertion(login: StoredLogin): Step {
    const { id, user, generation, userAgent, address, createdAt, usedAt, expiresAt } = login;
    const row = { id, user, generation, user_agent: userAgent, address };
    const times = { created_at: createdAt, used_at: usedAt, expires_at: expiresAt };
    return this.#store.db
      .insertInto('logins')
      .values({ ...row, ...times })
      .compile();
  }

  async add(login: StoredLogin): Promise<void> {
    await this.#store.write([this.insertion(login)]);
  }

  byId(id: string): Promise<StoredLogin | undefined> {
    return this.#logins().where('id', '=', id).executeTakeFirst();
  }

  /** The one that was used last comes first. */
  ofUser(user: string): Promise<readonly StoredLogin[]> {
    return this.#logins().where('user', '=', user).orderBy('used_at', 'desc').orderBy('id', 'desc').execute();
  }

  /** Whether the generation was the next one; now it no longer is. Of several callers one succeeds. */
  async advance(
    { id, generation }: Pick<StoredLogin, 'id' | 'generation'>,
    times: { readonly usedAt: number; readonly expiresAt: number },
  ): Promise<boolean> {
    const step = this.#store.db
      .updateTable('logins')
      .set({ generation: generation + 1, used_at: times.usedAt, expires_at: times.expiresAt })
      .where('id', '=', id)
      .where('generation', '=', generation)
      .compile();
    const [changed = 0] = await this.#store.write([step]);
    return changed > 0;
  }

  removal(ids: readonly string[]): Step[] {
    if (ids.length === 0) return [];
    return [this.#store.db.deleteFrom('logins').where('id', 'in', ids).compile()];
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#store.write(this.removal(ids));
  }

  async removeExpired(now: number): Promise<void> {
    const step = this.#store.db.deleteFrom('logins').where('expires_at', '<=', now).compile();
    await this.#store.write([step]);
  }

  #logins() {
    return this.#store.db
      .selectFrom('logins')
      .select(['id', 'user', 'generation', 'user_agent as userAgent', 'address'])
      .select(['created_at as createdAt', 'used_at as usedAt', 'expires_at as expiresAt']);
  }
}
