/** A user takes over what a guest has kept. The texts stay in the index where they are. */
import type { Store } from '../store/store.ts';

/** Conversations that change their owner in one unit. */
const PIECE_ROWS = 500;

export class Adoption {
  readonly #store: Store;
  /** Conversations in memory belong to another owner from now on. */
  readonly #handOver: (from: string, to: string) => void;

  constructor(store: Store, handOver: (from: string, to: string) => void) {
    this.#store = store;
    this.#handOver = handOver;
  }

  /** What a guest has that could be taken over. */
  async count(from: string): Promise<{ readonly conversations: number; readonly folders: number }> {
    const { db } = this.#store;
    const [conversations, folders] = await Promise.all([
      db
        .selectFrom('conversations')
        .select((each) => each.fn.countAll<number>().as('all'))
        .where('owner', '=', from)
        .where('deleted_at', 'is', null)
        .executeTakeFirstOrThrow(),
      db
        .selectFrom('folders')
        .select((each) => each.fn.countAll<number>().as('all'))
        .where('owner', '=', from)
        .executeTakeFirstOrThrow(),
    ]);
    return { conversations: conversations.all, folders: folders.all };
  }

  /** Returns how many conversations there were. */
  async takeOver(from: string, to: string): Promise<number> {
    const { db } = this.#store;
    this.#handOver(from, to);
    // In each unit: texts that are indexed meanwhile may have given the guest another key.
    const keys = db.updateTable('search_owners').set({ owner: to }).where('owner', '=', from).compile();
    await this.#store.write([
      db.updateTable('folders').set({ owner: to }).where('owner', '=', from).compile(),
      db.updateTable('artifact_requests').set({ owner: to }).where('owner', '=', from).compile(),
      db.updateTable('summaries').set({ owner: to }).where('owner', '=', from).compile(),
      keys,
    ]);
    let count = 0;
    for (;;) {
      const page = await db
        .selectFrom('conversations')
        .select(['number', 'deleted_at'])
        .where('owner', '=', from)
        .limit(PIECE_ROWS)
        .execute();
      if (page.length === 0) return count;
      const numbers = page.map(({ number }) => number);
      const move = db.updateTable('conversations').set({ owner: to }).where('number', 'in', numbers);
      await this.#store.write([move.compile(), keys]);
      count += page.filter(({ deleted_at }) => deleted_at === null).length;
    }
  }
}
