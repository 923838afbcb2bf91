/** API keys of users, in the store: their hashes, never the keys. */
import type { Step } from '../store/batch.ts';
import type { KeyScope } from '../../shared/define-operation.ts';
import type { Store } from '../store/store.ts';
import { budgetColumns, budgetOf, type BudgetPeriod } from '../store/team-schema.ts';
import type { KeyPolicy, KeyPolicyChanges } from './key-policy.ts';

export interface StoredApiKey {
  /** UUIDv7. */
  readonly id: string;
  readonly user: string;
  readonly name: string;
  /** The first characters, by which people recognise it. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly policy: KeyPolicy;
}

export interface HashedApiKey extends Omit<StoredApiKey, 'lastUsedAt'> {
  readonly keyHash: Uint8Array;
}

export class ApiKeyRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add({ id, user, name, keyHash, prefix, createdAt, policy }: HashedApiKey): Promise<void> {
    const row = { id, user, name, key_hash: keyHash, prefix, created_at: createdAt, last_used_at: null };
    const bounds = columnsOf(policy);
    await this.#store.write([
      this.#store.db
        .insertInto('api_keys')
        .values({ ...row, ...bounds })
        .compile(),
    ]);
  }

  async byHash(keyHash: Uint8Array): Promise<(StoredApiKey & HashedApiKey) | undefined> {
    const keys = this.#keys().select('key_hash as keyHash').where('key_hash', '=', keyHash);
    const row = await keys.where('revoked_at', 'is', null).executeTakeFirst();
    return row && { ...keyOf(row), keyHash: row.keyHash };
  }

  /** Undefined for one that was revoked. */
  async byId(id: string): Promise<StoredApiKey | undefined> {
    const row = await this.#keys().where('id', '=', id).where('revoked_at', 'is', null).executeTakeFirst();
    return row && keyOf(row);
  }

  /** The newest first; not those that were revoked. */
  async ofUser(user: string): Promise<readonly StoredApiKey[]> {
    const keys = this.#keys().where('user', '=', user).where('revoked_at', 'is', null);
    return (await keys.orderBy('created_at', 'desc').orderBy('id').execute()).map(keyOf);
  }

  /** Of all keys of the user, also of those that were revoked lately. */
  async idsOfUser(user: string): Promise<readonly string[]> {
    const rows = this.#store.db.selectFrom('api_keys').select('id').where('user', '=', user);
    return (await rows.execute()).map(({ id }) => id);
  }

  /** Of all users, or of one; the newest first. */
  async page(
    user: string | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<readonly StoredApiKey[]> {
    const rows = await this.#keys()
      .where('revoked_at', 'is', null)
      .$if(user !== undefined, (all) => all.where('user', '=', user ?? ''))
      .$if(before !== undefined, (all) => all.where('id', '<', before ?? ''))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(keyOf);
  }

  /** Whether the user had such a key. */
  async change(user: string, id: string, changes: KeyPolicyChanges): Promise<boolean> {
    const set = columnsOf(changes);
    if (Object.keys(set).length === 0) return (await this.byId(id))?.user === user;
    const step = this.#store.db.updateTable('api_keys').set(set).where('id', '=', id);
    const own = step.where('user', '=', user).where('revoked_at', 'is', null);
    const [changed = 0] = await this.#store.write([own.compile()]);
    return changed > 0;
  }

  /** Whether the user had such a key. Its row stays for a while, without a hash that could be found. */
  async revoke(user: string, id: string, at: number): Promise<boolean> {
    const step = this.#store.db.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id);
    const own = step.where('user', '=', user).where('revoked_at', 'is', null);
    const [changed = 0] = await this.#store.write([own.compile()]);
    return changed > 0;
  }

  /** Those that were revoked before. */
  async forgetRevoked(before: number): Promise<void> {
    const step = this.#store.db.deleteFrom('api_keys').where('revoked_at', '<', before);
    await this.#store.write([step.compile()]);
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
      .select(['id', 'user', 'name', 'prefix', 'created_at as createdAt', 'last_used_at as lastUsedAt'])
      .select(['scopes', 'routes', 'wallet', 'expires_at', 'budget', 'budget_period', 'rate_max']);
  }
}

interface KeyRow extends Omit<StoredApiKey, 'policy'> {
  readonly scopes: string | null;
  readonly routes: string | null;
  readonly wallet: string | null;
  readonly expires_at: number | null;
  readonly budget: number | null;
  readonly budget_period: BudgetPeriod | null;
  readonly rate_max: number | null;
}

function keyOf(row: KeyRow): StoredApiKey {
  const { id, user, name, prefix, createdAt, lastUsedAt } = row;
  const policy: KeyPolicy = {
    scopes: row.scopes === null ? undefined : (JSON.parse(row.scopes) as KeyScope[]),
    routes: row.routes === null ? undefined : (JSON.parse(row.routes) as string[]),
    wallet: row.wallet ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    budget: budgetOf(row.budget, row.budget_period),
    rateMax: row.rate_max ?? undefined,
  };
  return { id, user, name, prefix, createdAt, lastUsedAt, policy };
}

function columnsOf({ scopes, routes, wallet, expiresAt, budget, rateMax }: KeyPolicyChanges) {
  return {
    ...(scopes === undefined ? {} : { scopes: scopes && JSON.stringify(scopes) }),
    ...(routes === undefined ? {} : { routes: routes && JSON.stringify(routes) }),
    ...(wallet === undefined ? {} : { wallet }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    ...(budget === undefined ? {} : budgetColumns(budget)),
    ...(rateMax === undefined ? {} : { rate_max: rateMax }),
  };
}
