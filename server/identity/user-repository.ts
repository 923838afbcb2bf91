/** Users, in the store. */
import { sql } from 'kysely';
import type { Step } from '../store/batch.ts';
import { StoreError } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import type { Locale } from '../../shared/locale.ts';
import { idOfUserOwner, isUserOwner, ownerOfUser, type Role, type User } from './user.ts';

/** An account of the ledger, as the store's rows refer to it. */
interface NumberedAccount {
  readonly name: string;
  readonly number: number;
  readonly owner: string | null;
}

/** What users need of the numbers of accounts. */
export interface AccountBook {
  numberOf(name: string): Promise<NumberedAccount>;
  stepsFor(account: NumberedAccount, owner?: string | null): Step[];
  noteStored(account: NumberedAccount, owner?: string | null): void;
}

/** What came of creating a user. The others have written nothing: another user has this e-mail or account. */
export type UserCreation = 'created' | 'email_taken' | 'account_taken';

export interface NewUser extends User {
  /** A PHC string; empty: nobody can sign in with a password. */
  readonly passwordHash: string;
}

/** What may be changed; a member that is left out stays. */
export interface UserChanges {
  readonly name?: string | undefined;
  readonly locale?: Locale | null | undefined;
  readonly retentionDays?: number | null | undefined;
  readonly wallet?: string | null | undefined;
  readonly role?: Role | undefined;
  readonly isActive?: boolean | undefined;
  /** From now on everything of the user is being erased, and nobody can sign in. */
  readonly isErasing?: true | undefined;
  readonly passwordHash?: string | undefined;
}

/** In the place of a password's hash. */
const ERASING = 'erasing';

/** A member that is left out excludes nobody. */
export interface UserFilter {
  /** A part of the e-mail or of the name. */
  readonly query?: string | undefined;
  readonly role?: Role | undefined;
  readonly isActive?: boolean | undefined;
}

interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly active: number;
  readonly account: string;
  readonly locale: string | null;
  readonly retentionDays: number | null;
  readonly wallet: string | null;
  readonly createdAt: number;
}

export class UserRepository {
  readonly #store: Store;
  readonly #accounts: AccountBook;

  constructor(store: Store, accounts: AccountBook) {
    this.#store = store;
    this.#accounts = accounts;
  }

  /** Writes the user, the owner of the account, and `more`, or nothing of it. */
  async create(user: NewUser, more: readonly Step[] = []): Promise<UserCreation> {
    const account = await this.#accounts.numberOf(user.account);
    const owner = ownerOfUser(user.id);
    const row = {
      id: user.id,
      email: user.email,
      name: user.name,
      password_hash: user.passwordHash,
      role: user.role,
      active: user.isActive ? 1 : 0,
      account: account.number,
      locale: user.locale ?? null,
      retention_days: user.retentionDays ?? null,
      created_at: user.createdAt,
    };
    try {
      await this.#store.write([
        ...this.#accounts.stepsFor(account, owner),
        this.#store.db.insertInto('users').values(row).compile(),
        ...more,
      ]);
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'constraint') throw error;
      if (await this.#hasUser('email', user.email)) return 'email_taken';
      if (await this.#hasUser('account', account.number)) return 'account_taken';
      throw error;
    }
    this.#accounts.noteStored(account, owner);
    return 'created';
  }

  async byId(id: string): Promise<User | undefined> {
    const row = await this.#users().where('users.id', '=', id).executeTakeFirst();
    return row && userOf(row);
  }

  /** Whether somebody may still ask for anything: a guest, or a user who is active. */
  async mayAct(owner: string): Promise<boolean> {
    if (!isUserOwner(owner)) return true;
    const row = this.#store.db.selectFrom('users').select('active').where('id', '=', idOfUserOwner(owner));
    return (await row.executeTakeFirst())?.active === 1;
  }

  async byEmail(email: string): Promise<User | undefined> {
    const row = await this.#users().where('users.email', '=', email).executeTakeFirst();
    return row && userOf(row);
  }

  /** Empty when nobody can sign in with a password; undefined when there is no such user. */
  async passwordHashOf(id: string): Promise<string | undefined> {
    const row = await this.#store.db
      .selectFrom('users')
      .select('password_hash')
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.password_hash;
  }

  /** Changes nothing when there is no such user. */
  async update(id: string, changes: UserChanges, more: readonly Step[] = []): Promise<void> {
    const { name, locale, retentionDays, wallet, role, isActive, isErasing } = changes;
    const passwordHash = isErasing ? ERASING : changes.passwordHash;
    const set = {
      ...(name === undefined ? {} : { name }),
      ...(locale === undefined ? {} : { locale }),
      ...(retentionDays === undefined ? {} : { retention_days: retentionDays }),
      ...(wallet === undefined ? {} : { wallet }),
      ...(role === undefined ? {} : { role }),
      ...(isActive === undefined ? {} : { active: isActive ? 1 : 0 }),
      ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
    };
    const isEmpty = Object.keys(set).length === 0;
    const step = this.#store.db.updateTable('users').set(set).where('id', '=', id);
    await this.#store.write([...(isEmpty ? [] : [step.compile()]), ...more]);
  }

  /** In the order of their ids, which is that in which they came. */
  async page(
    after: string | undefined,
    limit: number,
    { query = '', role, isActive }: UserFilter = {},
  ): Promise<readonly User[]> {
    const part = `%${query.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    const rows = await this.#users()
      .$if(after !== undefined, (all) => all.where('users.id', '>', after ?? ''))
      .$if(role !== undefined, (all) => all.where('users.role', '=', role ?? 'user'))
      .$if(isActive !== undefined, (all) => all.where('users.active', '=', isActive ? 1 : 0))
      .$if(query !== '', (all) =>
        all.where(
          sql<boolean>`(users.email like ${part} escape '\\' or lower(users.name) like ${part} escape '\\')`,
        ),
      )
      .orderBy('users.id')
      .limit(limit)
      .execute();
    return rows.map(userOf);
  }

  /** The e-mails of those users among them that there are, by their ids. */
  async emailsOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const found = this.#store.db.selectFrom('users').select(['id', 'email']).where('id', 'in', ids);
    return new Map((await found.execute()).map(({ id, email }) => [id, email]));
  }

  async hasAdmin(): Promise<boolean> {
    const { db } = this.#store;
    return (
      (await db.selectFrom('users').select('id').where('role', '=', 'admin').executeTakeFirst()) !== undefined
    );
  }

  /** The ids of some administrators who can sign in. */
  async activeAdmins(limit: number): Promise<readonly string[]> {
    const admins = this.#users().where('users.role', '=', 'admin').where('users.active', '=', 1);
    return (await admins.limit(limit).execute()).map(({ id }) => id);
  }

  /** Users whose erasing has begun. */
  async erasing(): Promise<readonly User[]> {
    const rows = await this.#rows().where('users.password_hash', '=', ERASING).execute();
    return rows.map(userOf);
  }

  /** With logins, keys and links, and without leaving a byte of them in files of the store. */
  async remove(id: string): Promise<void> {
    await this.#store.write([this.#store.db.deleteFrom('users').where('id', '=', id).compile()]);
    await this.#store.forgetBytes();
  }

  async #hasUser(column: 'email' | 'account', value: string | number): Promise<boolean> {
    const { db } = this.#store;
    return (
      (await db.selectFrom('users').select('id').where(column, '=', value).executeTakeFirst()) !== undefined
    );
  }

  /** Whoever is being erased is not found any more. */
  #users() {
    return this.#rows().where('users.password_hash', '!=', ERASING);
  }

  #rows() {
    return this.#store.db
      .selectFrom('users')
      .innerJoin('accounts', 'accounts.number', 'users.account')
      .select(['users.id', 'users.email', 'users.name', 'users.role', 'users.active', 'users.locale'])
      .select(['accounts.name as account', 'users.retention_days as retentionDays'])
      .select(['users.created_at as createdAt', 'users.wallet']);
  }
}

function userOf({ active, locale, retentionDays, wallet, ...row }: UserRow): User {
  return {
    ...row,
    isActive: active === 1,
    locale: (locale as Locale | null) ?? undefined,
    retentionDays: retentionDays ?? undefined,
    ...(wallet !== null && { wallet }),
  };
}
