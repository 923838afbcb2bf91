/**
 * Deletes conversations from the store in pieces of bounded size, so that a long one delays nobody. A
 * conversation that is being deleted is hidden from the first moment on, also after a crash.
 */
import type { Step } from '../store/batch.ts';
import type { Database } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { forgetRequests } from '../store/text-removal.ts';
import type { Erasure, ExchangeMark } from './exchange-texts.ts';
import { exchangeId } from './exchange-texts.ts';

const PIECE_MESSAGES = 200;
/** Conversations that are looked for at once. */
const PAGE_CONVERSATIONS = 100;

export interface OwnedExchange extends ExchangeMark {
  readonly account: string;
}

export interface Piece {
  readonly conversation: number;
  readonly messages: readonly { readonly number: number; readonly exchange: number }[];
  /** Those that messages of the piece belong to. */
  readonly exchanges: readonly OwnedExchange[];
}

export type DeletedBy = 'owner' | 'retention';

/** One that is hidden and not gone yet. */
export interface Hiding {
  readonly number: number;
  readonly id: string;
  readonly by: DeletedBy | null;
}

export interface Hidden {
  readonly number: number;
  readonly id: string;
  readonly messages: number;
}

export class ConversationRemoval {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** From now on its owner has no such conversation. Undefined when there was none. */
  async hide(id: string, owner: string, at: number, by: DeletedBy): Promise<Hidden | undefined> {
    const { db } = this.#store;
    const found = await db
      .selectFrom('conversations')
      .select('number')
      .where('id', '=', id)
      .where('owner', '=', owner)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!found) return undefined;
    const { messages } = await db
      .selectFrom('messages')
      .select((each) => each.fn.countAll<number>().as('messages'))
      .where('conversation', '=', found.number)
      .executeTakeFirstOrThrow();
    const hide = db
      .updateTable('conversations')
      .set(hidden(at, by))
      .where('number', '=', found.number)
      .where('deleted_at', 'is', null);
    const shares = db.deleteFrom('shares').where('conversation', '=', found.number);
    const [changed = 0] = await this.#store.write([hide.compile(), shares.compile()]);
    return changed === 0 ? undefined : { number: found.number, id, messages };
  }

  /** Hides some conversations of an owner; returns their ids, none when there are no more. */
  async hideSome(owner: string, at: number): Promise<string[]> {
    const { db } = this.#store;
    const page = await db
      .selectFrom('conversations')
      .select(['number', 'id'])
      .where('owner', '=', owner)
      .where('deleted_at', 'is', null)
      .limit(PAGE_CONVERSATIONS)
      .execute();
    const numbers = page.map(({ number }) => number);
    if (numbers.length === 0) return [];
    await this.#store.write([
      db.deleteFrom('shares').where('conversation', 'in', numbers).compile(),
      db.updateTable('conversations').set(hidden(at, 'owner')).where('number', 'in', numbers).compile(),
    ]);
    return page.map(({ id }) => id);
  }

  /** Those that are hidden and not gone yet, oldest first. */
  hiddenAfter(number: number): Promise<Hiding[]> {
    return this.#store.db
      .selectFrom('conversations')
      .select(['number', 'id', 'deleted_by as by'])
      .where('deleted_at', 'is not', null)
      .where('number', '>', number)
      .orderBy('number')
      .limit(PAGE_CONVERSATIONS)
      .execute();
  }

  /** The next messages of a conversation after this one. */
  async piece(conversation: number, after: number): Promise<Piece> {
    const { db } = this.#store;
    const messages = await db
      .selectFrom('messages')
      .select(['number', 'exchange'])
      .where('conversation', '=', conversation)
      .where('number', '>', after)
      .orderBy('number')
      .limit(PIECE_MESSAGES)
      .execute();
    return { conversation, messages, exchanges: await this.#exchangesOf(messages) };
  }

  /** One unit: the notes of the erasures, and everything that they are about. */
  async remove(piece: Piece, erasures: readonly (Erasure & { readonly number: number })[]): Promise<void> {
    const { db } = this.#store;
    const numbers = piece.messages.map(({ number }) => number);
    if (numbers.length === 0) return;
    const steps: Step[] = [];
    if (erasures.length > 0) {
      const notes = db.insertInto('erasures').values(erasures.map((each) => ({ ...each })));
      steps.push(notes.onConflict((one) => one.column('id').doNothing()).compile());
      const exchanges = erasures.map(({ number }) => number);
      steps.push(
        db.deleteFrom('exchanges').where('number', 'in', exchanges).compile(),
        ...forgetRequests(db, exchanges),
      );
    }
    steps.push(db.deleteFrom('messages').where('number', 'in', numbers).compile());
    await this.#store.write(steps);
  }

  /** The row itself, when no message is left; false when there are some. */
  async removeRow(number: number): Promise<boolean> {
    const { db } = this.#store;
    const gone = db
      .deleteFrom('conversations')
      .where('number', '=', number)
      .where('deleted_at', 'is not', null)
      .where((each) =>
        each.not(
          each.exists(
            each.selectFrom('messages').select('messages.number').where('conversation', '=', number),
          ),
        ),
      );
    const [, , removed = 0] = await this.#store.write([
      db.deleteFrom('places').where('conversation', '=', number).compile(),
      db.deleteFrom('shares').where('conversation', '=', number).compile(),
      gone.compile(),
    ]);
    return removed > 0;
  }

  forgetBytes(): Promise<void> {
    return this.#store.forgetBytes();
  }

  async #exchangesOf(messages: Piece['messages']): Promise<OwnedExchange[]> {
    const numbers = [...new Set(messages.map(({ exchange }) => exchange))];
    if (numbers.length === 0) return [];
    const rows = await exchangesNumbered(this.#store.db, numbers);
    return rows.map(({ number, entry_id, entries_before, account }) => ({
      number,
      id: entry_id ?? exchangeId(number),
      entriesBefore: entries_before,
      account,
    }));
  }
}

/** Nothing that its owner wrote stays in the row. */
function hidden(at: number, by: DeletedBy) {
  return { deleted_at: at, deleted_by: by, title: '', instructions: '', pinned: 0, folder: null };
}

function exchangesNumbered(db: Database, numbers: readonly number[]) {
  return db
    .selectFrom('exchanges')
    .innerJoin('accounts', 'accounts.number', 'exchanges.account')
    .select([
      'exchanges.number',
      'exchanges.entry_id',
      'exchanges.entries_before',
      'accounts.name as account',
    ])
    .where('exchanges.number', 'in', numbers)
    .execute();
}
