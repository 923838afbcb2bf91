/** Summaries that were made: the one home of their texts. What was summarised is not kept. */
import type { SummaryRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { forgetRequestsOf } from '../store/text-removal.ts';

export type StoredSummary = Readonly<SummaryRow>;

export class SummaryRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add(summary: StoredSummary): Promise<void> {
    await this.#store.write([this.#store.db.insertInto('summaries').values(summary).compile()]);
  }

  byId(id: string, owner: string): Promise<StoredSummary | undefined> {
    const { db } = this.#store;
    return db
      .selectFrom('summaries')
      .selectAll()
      .where('id', '=', id)
      .where('owner', '=', owner)
      .executeTakeFirst();
  }

  /** Newest first; `before` is the id of the last one of the page before. */
  page(owner: string, before: string | undefined, limit: number): Promise<StoredSummary[]> {
    let own = this.#store.db.selectFrom('summaries').selectAll().where('owner', '=', owner);
    if (before !== undefined) own = own.where('id', '<', before);
    return own.orderBy('id', 'desc').limit(limit).execute();
  }

  async count(owner: string): Promise<number> {
    const { all } = await this.#store.db
      .selectFrom('summaries')
      .select((each) => each.fn.countAll<number>().as('all'))
      .where('owner', '=', owner)
      .executeTakeFirstOrThrow();
    return all;
  }

  /** With the files that it has left. False when there was none. */
  async delete(id: string, owner: string): Promise<boolean> {
    const { db } = this.#store;
    const own = db.selectFrom('summaries').select('id').where('id', '=', id).where('owner', '=', owner);
    const [, deleted = 0] = await this.#store.write([
      forgetRequestsOf(db, own),
      db.deleteFrom('summaries').where('id', '=', id).where('owner', '=', owner).compile(),
    ]);
    if (deleted > 0) await this.#store.forgetBytes({ keepCopies: true });
    return deleted > 0;
  }
}
