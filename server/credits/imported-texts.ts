/** Imported messages: nobody paid for them here, so erasing them needs no entry in the ledger. */
import type { Store } from '../store/store.ts';
import type { Erased } from './exchange-texts.ts';

/** Messages that are erased in one unit. */
const PIECE_MESSAGES = 500;
/** The number of the exchange that they do not have. */
const NO_EXCHANGE = 0;

export interface ImportedTextsOptions {
  readonly store: Store;
  /** Copies in memory must go as well. */
  readonly onErased: (erased: Erased & { readonly account: string }) => void;
}

export class ImportedTexts {
  readonly #options: ImportedTextsOptions;

  constructor(options: ImportedTextsOptions) {
    this.#options = options;
  }

  /** Erases those of a conversation, one piece of them; none when the owner has no such conversation. */
  async erase(conversation: string, owner: string): Promise<{ erased: number; left: number }> {
    const { store, onErased } = this.#options;
    const found = await this.#withWords(conversation, owner);
    const piece = found.slice(0, PIECE_MESSAGES);
    if (piece.length === 0) return { erased: 0, left: 0 };
    const gone = store.db
      .updateTable('messages')
      .set({ text: '', status: 'erased' })
      .where('number', 'in', piece);
    await store.write([gone.compile()]);
    await store.forgetBytes();
    onErased({ account: '', exchanges: 0, numbers: [NO_EXCHANGE], conversations: [conversation] });
    return { erased: piece.length, left: found.length - piece.length };
  }

  async #withWords(conversation: string, owner: string): Promise<number[]> {
    const rows = await this.#options.store.db
      .selectFrom('messages')
      .innerJoin('conversations', 'conversations.number', 'messages.conversation')
      .select('messages.number')
      .where('conversations.id', '=', conversation)
      .where('conversations.owner', '=', owner)
      .where('conversations.deleted_at', 'is', null)
      .where('messages.exchange', '=', NO_EXCHANGE)
      .where('messages.text', '<>', '')
      .orderBy('messages.number')
      .execute();
    return rows.map(({ number }) => number);
  }
}
