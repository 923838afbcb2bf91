/** A user takes over what a guest has kept. The texts stay in the index where they are. */
import type { Store } from '../store/store.ts';

/** Conversations that change their owner in one unit. */
const PIECE_ROWS = 500;

export class Adoption {
  readonly #store: Store;
  /** They must leave the memory: there they have their old owner. */
  readonly #onMoved: (conversations: readonly string[]) => void;

  constructor(store: Store, onMoved: (conversations: readonly string[]) => void) {
    this.#store = store;
    this.#onMoved = onMoved;
  }

  /** Returns how many conversations there were. */
  async takeOver(from: string, to: string): Promise<number> {
    const { db } = this.#store;
    await this.#store.write([
      db.updateTable('folders').set({ owner: to }).where('owner', '=', from).compile(),
      db.updateTable('search_owners').set({ owner: to }).where('owner', '=', from).compile(),
    ]);
    let count = 0;
    for (;;) {
      const page = await db
        .selectFrom('conversations')
        .select(['number', 'id', 'deleted_at'])
        .where('owner', '=', from)
        .limit(PIECE_ROWS)
        .execute();
      if (page.length === 0) return count;
      const numbers = page.map(({ number }) => number);
      const move = db.updateTable('conversations').set({ owner: to }).where('number', 'in', numbers);
      await this.#store.write([move.compile()]);
      this.#onMoved(page.map(({ id }) => id));
      count += page.filter(({ deleted_at }) => deleted_at === null).length;
    }
  }
}
