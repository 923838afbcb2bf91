/**
 * Read-only links. A link shows one branch up to a message, as the store has it when it is read, and the
 * title that the conversation had when the link was made.
 */
import { sql } from 'kysely';
import type { ShareRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

export const SHARE_LIMITS = { sharesMax: 200, messagesOfPage: 100, charactersOfPage: 48 * 1024 } as const;

export interface StoredShare {
  readonly id: string;
  readonly conversation: string;
  readonly title: string;
  readonly message: number;
  readonly createdAt: number;
}

export interface SharedBranch {
  /** The number of its conversation. */
  readonly conversation: number;
  readonly title: string;
  /** The last message that is shown. */
  readonly message: number;
}

export class ShareRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Newest first. */
  of(owner: string): Promise<StoredShare[]> {
    return this.#store.db
      .selectFrom('conversations')
      .innerJoin('shares', 'shares.conversation', 'conversations.number')
      .select(['shares.id', 'conversations.id as conversation', 'shares.title'])
      .select(['shares.message', 'shares.created_at as createdAt'])
      .where('conversations.owner', '=', owner)
      .where('conversations.deleted_at', 'is', null)
      .orderBy('shares.created_at', 'desc')
      .limit(SHARE_LIMITS.sharesMax)
      .execute();
  }

  async create(row: ShareRow): Promise<void> {
    await this.#store.write([this.#store.db.insertInto('shares').values(row).compile()]);
  }

  /** False when the owner has no such link. */
  async delete(id: string, owner: string): Promise<boolean> {
    const { db } = this.#store;
    const own = db.selectFrom('conversations').select('number').where('owner', '=', owner);
    const gone = db.deleteFrom('shares').where('id', '=', id).where('conversation', 'in', own);
    const [deleted = 0] = await this.#store.write([gone.compile()]);
    if (deleted > 0) await this.#store.forgetBytes({ keepCopies: true });
    return deleted > 0;
  }

  /** The newest answer, which ends the branch that was written last. */
  async newestAnswer(conversation: number): Promise<number | undefined> {
    const row = await this.#store.db
      .selectFrom('messages')
      .select('number')
      .where('conversation', '=', conversation)
      .where('role', '=', 'assistant')
      .where('status', 'in', ['ok', 'cancelled'])
      .where('text', '<>', '')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.number;
  }

  /** For anyone who has the link. */
  find(id: string): Promise<SharedBranch | undefined> {
    return this.#store.db
      .selectFrom('shares')
      .innerJoin('conversations', 'conversations.number', 'shares.conversation')
      .select(['shares.conversation', 'shares.title', 'shares.message'])
      .where('shares.id', '=', id)
      .where('conversations.deleted_at', 'is', null)
      .executeTakeFirst();
  }

  /** Whether a message stands on the branch that ends in another, so that a link shows nothing beside it. */
  async isOnBranch(message: number, { conversation, message: end }: SharedBranch): Promise<boolean> {
    const { rows } = await sql<{ found: number }>`
      with recursive branch (number, parent) as (
        select number, parent from messages where number = ${end} and conversation = ${conversation}
        union all
        select m.number, m.parent from branch join messages m on m.number = branch.parent
          where branch.number > ${message}
      )
      select count(*) as found from branch where number = ${message}`.execute(this.#store.db);
    return (rows[0]?.found ?? 0) > 0;
  }
}
