/** API keys of users, in the store: their hashes, never the keys. */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';

export interface StoredApiKey {
  /** UUIDv7. */
  readonly id: string;
  readonly user: string;
  readonly name: string;
  /** The first characters, by which people recognise it. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export interface HashedApiKey extends Omit<StoredApiKey, 'lastUsedAt'> {
  readonly keyHash: Uint8Array;
}

export class ApiKeyRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add({ id, user, name, keyHash, prefix, createdAt }: HashedApiKey): Promise<void> {
    const row = { id, user, name, key_hash: keyHash, prefix, created_at: createdAt, last_used_at: null };
    await this.#store.write([this.#store.db.insertInto('api_keys').values(row).compile()]);
  }

  byHash(keyHash: Uint8Array): Promise<(StoredApiKey & HashedApiKey) | undefined> {
    return this.#keys().select('key_hash as keyHash').where('key_hash', '=', keyHash).executeTakeFirst();
  }

  /** The newest first. */
  ofUser(user: string): Promise<readonly StoredApiKey[]> {
    return this.#keys().where('user', '=', user).orderBy('created_at', 'desc').orderBy('id').execute();
  }

  /** Of all users, or of one; the newest first. */
  page(
    user: string | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<readonly StoredApiKey[]> {
    return this.#keys()
      .$if(user !== undefined, (all) => all.where('user', '=', user ?? ''))
      .$if(before !== undefined, (all) => all.where('id', '<', before ?? ''))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  async byId(id: string): Promise<StoredApiKey | undefined> {
    return this.#keys().where('id', '=', id).executeTakeFirst();
  }

  /** Whether the user had such a key. */
  async remove(user: string, id: string): Promise<boolean> {
    const step = this.#store.db.deleteFrom('api_keys').where('id', '=', id).where('user', '=', user);
    const [removed = 0] = await this.#store.write([step.compile()]);
    return removed > 0;
  }

  removalOfUser(user: string): Step[] {
    return [this.#store.db.deleteFrom('api_keys').where('user', '=', user).compile()];
  }

  /** Records when a key was last used. No caller waits for it. */
  used(id: string, at: number): void {
    const step = this.#store.db.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id);
    // Only a date is lost, and the store itself reports when it cannot be written.
    this.#store.write([step.compile()], { lazy: true }).catch(() => {});
  }

  #keys() {
    return this.#store.db
      .selectFrom('api_keys')
      .select(['id', 'user', 'name', 'prefix', 'created_at as createdAt', 'last_used_at as lastUsedAt']);
  }
}
