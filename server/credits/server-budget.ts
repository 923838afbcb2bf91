/** The budget of the whole server: one row, and in memory for every request. */
import type { Store } from '../store/store.ts';
import type { Budget } from '../store/team-schema.ts';

const PROPERTY = 'server_budget';

export class ServerBudget {
  readonly #store: Store;
  readonly #listeners = new Set<() => void>();
  #budget: Budget | undefined;

  private constructor(store: Store, budget: Budget | undefined) {
    this.#store = store;
    this.#budget = budget;
  }

  static async open(store: Store): Promise<ServerBudget> {
    const row = store.db.selectFrom('properties').select('value').where('name', '=', PROPERTY);
    const json = (await row.executeTakeFirst())?.value;
    return new ServerBudget(store, json === undefined ? undefined : (JSON.parse(json) as Budget));
  }

  get current(): Budget | undefined {
    return this.#budget;
  }

  /** In force when it resolves. */
  async set(budget: Budget | undefined): Promise<void> {
    const { db } = this.#store;
    const value = JSON.stringify(budget);
    const step = budget
      ? db
          .insertInto('properties')
          .values({ name: PROPERTY, value })
          .onConflict((one) => one.column('name').doUpdateSet({ value }))
      : db.deleteFrom('properties').where('name', '=', PROPERTY);
    await this.#store.write([step.compile()]);
    this.#budget = budget;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
