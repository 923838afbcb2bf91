/** Guests, read from the store. A guest's row is written with the first message. */
import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import { removeAll } from '../store/text-removal.ts';
import type { GuestStore, StoredGuest } from './guests.ts';

const GUESTS_AT_ONCE = 100;

export class GuestRepository implements GuestStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async byTokenHash(tokenHash: Uint8Array): Promise<StoredGuest | undefined> {
    return this.#store.db
      .selectFrom('guests')
      .select(['id', 'created_at as createdAt'])
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
  }

  async giveToken(id: string, tokenHash: Uint8Array): Promise<void> {
    const { db } = this.#store;
    const step = db.updateTable('guests').set({ token_hash: tokenHash }).where('id', '=', id).compile();
    await this.#store.write([step]);
  }

  seen(id: string, at: number): void {
    const step = this.#store.db.updateTable('guests').set({ seen_at: at }).where('id', '=', id).compile();
    // Only a date is lost, and the store itself reports when it cannot be written.
    this.#store.write([step], { lazy: true }).catch(() => {});
  }

  /**
   * Deletes guests without a token that have said nothing since `before`, with all that they said: nobody can
   * come back as one of them. Returns how many there were.
   */
  async dropOldTextGuests(before: number): Promise<number> {
    let dropped = 0;
    for (;;) {
      const page = await this.#oldGuests(before);
      for (const { id, account } of page) await this.#drop(id, account);
      dropped += page.length;
      if (page.length < GUESTS_AT_ONCE) break;
    }
    if (dropped > 0) await this.#store.forgetBytes();
    return dropped;
  }

  async #drop(id: string, account: number): Promise<void> {
    const { db } = this.#store;
    await removeAll(this.#store, { account, owner: `guest:${id}`, upTo: Number.MAX_SAFE_INTEGER });
    await this.#store.write([db.deleteFrom('guests').where('id', '=', id).compile()]);
  }

  async #oldGuests(before: number) {
    const { db } = this.#store;
    const owner = sql<string>`'guest:' || guests.id`;
    return db
      .selectFrom('guests')
      .select(['id', 'account'])
      .where('token_hash', 'is', null)
      .where('seen_at', '<', before)
      .where((each) =>
        each.not(
          each.exists(
            each
              .selectFrom('conversations')
              .select('conversations.number')
              .where('conversations.owner', '=', owner)
              .where('conversations.updated_at', '>=', before),
          ),
        ),
      )
      .limit(GUESTS_AT_ONCE)
      .execute();
  }
}
