/** What is older than somebody wants it to be kept. */
import { exchangeId } from './exchange-texts.ts';
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import { forgetRequestsOf } from '../store/text-removal.ts';

const PAGE_CONVERSATIONS = 100;
/** Messages that are erased in one unit. */
const PIECE_MESSAGES = 100;

export interface OldConversation {
  readonly number: number;
  readonly id: string;
  readonly owner: string;
  readonly updatedAt: number;
}

export interface OldMessage {
  readonly number: number;
  readonly exchange: number;
  /** The id of the exchange's entry; undefined when it has none, such as an imported message. */
  readonly entry: string | undefined;
}

export class RetentionRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Users with a limit of their own. */
  usersWithLimit(): Promise<{ readonly id: string; readonly days: number | null }[]> {
    return this.#store.db
      .selectFrom('users')
      .select(['id', 'retention_days as days'])
      .where('retention_days', 'is not', null)
      .execute();
  }

  /** Conversations that were begun before this time: the next ones after `number`, of one owner or of all. */
  begunBefore(time: number, number: number, owner: string | undefined): Promise<OldConversation[]> {
    const all = this.#store.db
      .selectFrom('conversations')
      .select(['number', 'id', 'owner', 'updated_at as updatedAt'])
      .where('created_at', '<', time)
      .where('number', '>', number)
      .where('deleted_at', 'is', null);
    const own = owner === undefined ? all : all.where('owner', '=', owner);
    return own.orderBy('number').limit(PAGE_CONVERSATIONS).execute();
  }

  /** The oldest messages of a conversation from before this time that still have words. */
  async messagesBefore(time: number, conversation: number): Promise<OldMessage[]> {
    const rows = await this.#store.db
      .selectFrom('messages')
      .leftJoin('exchanges', 'exchanges.number', 'messages.exchange')
      .select(['messages.number', 'messages.exchange', 'exchanges.number as known', 'exchanges.entry_id'])
      .where('messages.conversation', '=', conversation)
      .where('messages.created_at', '<', time)
      .where('messages.text', '<>', '')
      .orderBy('messages.number')
      .limit(PIECE_MESSAGES)
      .execute();
    return rows.map(({ number, exchange, known, entry_id }) => {
      return { number, exchange, entry: known === null ? undefined : (entry_id ?? exchangeId(exchange)) };
    });
  }

  /** Returns how many there were. */
  async deleteSummariesBefore(time: number, owner: string | undefined): Promise<number> {
    const { db } = this.#store;
    const old = db.selectFrom('summaries').select('id').where('created_at', '<', time);
    const own = owner === undefined ? old : old.where('owner', '=', owner);
    return this.#delete([
      forgetRequestsOf(db, own),
      db.deleteFrom('summaries').where('id', 'in', own).compile(),
    ]);
  }

  /** Those that ended before this time; returns how many there were. */
  async deleteJobsBefore(time: number, owner: string | undefined): Promise<number> {
    const { db } = this.#store;
    const old = db
      .selectFrom('jobs')
      .select('id')
      .where('ended_at', 'is not', null)
      .where('ended_at', '<', time)
      // What the ledger is still to be told stays until it was.
      .where('pending', 'is', null);
    const own = owner === undefined ? old : old.where('owner', '=', owner);
    return this.#delete([forgetRequestsOf(db, own), db.deleteFrom('jobs').where('id', 'in', own).compile()]);
  }

  /** The last step says how many there were. */
  async #delete(steps: readonly Step[]): Promise<number> {
    const changed = await this.#store.write(steps);
    const deleted = changed.at(-1) ?? 0;
    if (deleted > 0) await this.#store.forgetBytes();
    return deleted;
  }

  /** For messages without an exchange in the ledger. */
  async erase(messages: readonly number[]): Promise<void> {
    if (messages.length === 0) return;
    const { db } = this.#store;
    const gone = db
      .updateTable('messages')
      .set({ text: '', status: 'erased' })
      .where('number', 'in', messages);
    await this.#store.write([gone.compile()]);
    await this.#store.forgetBytes();
  }
}
