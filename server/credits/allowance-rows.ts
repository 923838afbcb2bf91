/** Allowances for a period in the store: what each account gets, and when it is due next. */
import type { Store } from '../store/store.ts';
import type { PeriodAllowanceRow } from '../store/team-schema.ts';

/** An allowance that has ended: its row stays, since its number is part of the ids of its entries. */
export const NEVER = 8_640_000_000_000_000;

export class AllowanceRows {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  byAccount(account: string): Promise<PeriodAllowanceRow | undefined> {
    return this.#rows().where('account', '=', account).executeTakeFirst();
  }

  /** Names of all accounts that get one. */
  async accounts(): Promise<string[]> {
    const rows = await this.#store.db
      .selectFrom('period_allowances')
      .select('account')
      .where('amount', '>', 0)
      .execute();
    return rows.map(({ account }) => account);
  }

  /** By account, those after a name. */
  page(after: string, limit: number): Promise<PeriodAllowanceRow[]> {
    return this.#rows()
      .where('amount', '>', 0)
      .where('account', '>', after)
      .orderBy('account')
      .limit(limit)
      .execute();
  }

  /** The longest due first. */
  due(now: number, limit: number): Promise<PeriodAllowanceRow[]> {
    return this.#rows().where('until', '<=', now).orderBy('until').limit(limit).execute();
  }

  /** When the next one is due; undefined when there is none. */
  async nextDue(): Promise<number | undefined> {
    const row = await this.#store.db
      .selectFrom('period_allowances')
      .select('until')
      .where('until', '<', NEVER)
      .orderBy('until')
      .limit(1)
      .executeTakeFirst();
    return row?.until;
  }

  async put(row: PeriodAllowanceRow): Promise<void> {
    const { account: _, ...values } = row;
    const step = this.#store.db
      .insertInto('period_allowances')
      .values(row)
      .onConflict((one) => one.column('account').doUpdateSet(values));
    await this.#store.write([step.compile()]);
  }

  #rows() {
    return this.#store.db.selectFrom('period_allowances').selectAll();
  }
}
