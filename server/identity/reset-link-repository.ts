/** Links by which a password is set anew, in the store: their hashes. */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';

export interface StoredResetLink {
  readonly tokenHash: Uint8Array;
  readonly user: string;
  readonly expiresAt: number;
}

export class ResetLinkRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The only link of its user from now on. */
  async replace({ tokenHash, user, expiresAt }: StoredResetLink): Promise<void> {
    const { db } = this.#store;
    const row = { token_hash: tokenHash, user, expires_at: expiresAt };
    await this.#store.write([...this.removal(user), db.insertInto('reset_links').values(row).compile()]);
  }

  /** The id of the user, while the link is good. */
  async userOf(tokenHash: Uint8Array, now: number): Promise<string | undefined> {
    const row = await this.#store.db
      .selectFrom('reset_links')
      .select('user')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return row?.user;
  }

  /** Sets the password if the link still exists, and deletes the link. Resolves with whether it did. */
  async use({ tokenHash, user, passwordHash }: UsedLink, more: readonly Step[]): Promise<boolean> {
    const { db } = this.#store;
    const change = db
      .updateTable('users')
      .set({ password_hash: passwordHash })
      .where('id', 'in', db.selectFrom('reset_links').select('user').where('token_hash', '=', tokenHash));
    const [changed = 0] = await this.#store.write([change.compile(), ...this.removal(user), ...more]);
    return changed > 0;
  }

  removal(user: string): Step[] {
    return [this.#store.db.deleteFrom('reset_links').where('user', '=', user).compile()];
  }
}

interface UsedLink extends Omit<StoredResetLink, 'expiresAt'> {
  readonly passwordHash: string;
}
