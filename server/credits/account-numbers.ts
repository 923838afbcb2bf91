/**
 * The ledger names accounts; the store's rows refer to them by number, because integers keep indexes small. A
 * number is assigned when an account is first seen, and written together with the first row that has it.
 */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import { growingCache } from '../support/growing-cache.ts';
import { SharedRun } from '../support/shared-run.ts';

const ACCOUNTS_REMEMBERED = 100_000;
const NAMES_AT_ONCE = 500;

export interface NumberedAccount {
  readonly name: string;
  readonly number: number;
  readonly owner: string | null;
}

export class AccountNumbers {
  readonly #store: Store;
  readonly #nextNumber: () => number;
  readonly #stored = growingCache<string, NumberedAccount>(ACCOUNTS_REMEMBERED);
  /** Assigned but not known to be durable: forgetting one would give its account a second number. */
  readonly #unstored = new Map<string, NumberedAccount>();
  readonly #wanted = new Set<string>();
  /** One at a time: two lookups of the same name at once must get the same number. */
  readonly #lookups = new SharedRun(() => this.#numberWanted());

  constructor(store: Store, nextNumber: () => number) {
    this.#store = store;
    this.#nextNumber = nextNumber;
  }

  /** Undefined when it has to be looked up. */
  known(name: string): NumberedAccount | undefined {
    return this.#stored.get(name) ?? this.#unstored.get(name);
  }

  async numberOf(name: string): Promise<NumberedAccount> {
    const known = this.known(name);
    if (known) return known;
    await this.numbersOf([name]);
    return this.known(name) ?? Promise.reject(new Error('An account has no number'));
  }

  /** The account when the store has it. */
  async find(name: string): Promise<NumberedAccount | undefined> {
    const known = this.known(name);
    if (known) return known;
    const [row] = await this.#read([name]);
    return row;
  }

  async numbersOf(names: readonly string[]): Promise<NumberedAccount[]> {
    const unknown = names.filter((name) => !this.known(name));
    for (const name of unknown) this.#wanted.add(name);
    if (unknown.length > 0) await this.#lookups.ask();
    return names.flatMap((name) => this.known(name) ?? []);
  }

  /** What must be written together with the first row that has the number; nothing when it is durable. */
  stepsFor(account: NumberedAccount, owner = account.owner): Step[] {
    if (this.#stored.get(account.name)?.owner === owner) return [];
    const { name, number } = account;
    const row = this.#store.db.insertInto('accounts').values({ number, name, owner });
    const step = row.onConflict((conflict) =>
      owner === null ? conflict.column('name').doNothing() : conflict.column('name').doUpdateSet({ owner }),
    );
    return [step.compile()];
  }

  /** The steps are durable. */
  noteStored(account: NumberedAccount, owner = account.owner): void {
    const { name, number } = account;
    this.#unstored.delete(name);
    const known = this.#stored.get(name);
    if (!known || (owner !== null && known.owner !== owner)) this.#stored.set(name, { name, number, owner });
  }

  async #numberWanted(): Promise<void> {
    const unknown = [...this.#wanted].filter((name) => !this.known(name));
    this.#wanted.clear();
    for (let from = 0; from < unknown.length; from += NAMES_AT_ONCE) {
      const some = unknown.slice(from, from + NAMES_AT_ONCE);
      await this.#read(some);
      for (const name of some) {
        if (this.known(name)) continue;
        this.#unstored.set(name, { name, number: this.#nextNumber(), owner: null });
      }
    }
  }

  async #read(names: readonly string[]): Promise<NumberedAccount[]> {
    const rows = await this.#store.db.selectFrom('accounts').selectAll().where('name', 'in', names).execute();
    for (const row of rows) this.#stored.set(row.name, row);
    return rows;
  }
}
