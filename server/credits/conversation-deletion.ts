/**
 * Deletes whole conversations: hidden at once, then erased piece by piece, with an entry in the ledger for
 * each exchange. What is hidden is durable, so that a crash in the middle is continued by the next start.
 * Several conversations take turns, and a long one delays nobody.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type {
  ConversationRemoval,
  DeletedBy,
  Hidden,
  Hiding,
  OwnedExchange,
  Piece,
} from './conversation-removal.ts';
import type { Erased, Erasure, ExchangeTexts } from './exchange-texts.ts';
import { noteErasure } from './reconciliation.ts';
import type { Receipts } from './receipts.ts';

export const DELETION_LIMITS = {
  /** Pieces of one conversation before the next one has its turn. */
  piecesAtOnce: 10,
  /** Entries of the ledger that are written at the same time. */
  notesAtOnce: 64,
  /** Between two rounds, and until an exchange that is being written is looked at again. */
  pauseMs: 20,
  retryMs: 2_000,
  /** How long a caller waits for the end. */
  waitMs: 3_000,
} as const;

export interface DeletedConversation {
  readonly messages: number;
  /** Whether everything is erased; otherwise it goes on by itself. */
  readonly isErased: boolean;
}

export interface ConversationDeletionOptions {
  readonly removal: ConversationRemoval;
  readonly texts: Pick<ExchangeTexts, 'erased'>;
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly receipts: Pick<Receipts, 'locateAll'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
  /** Copies of their texts in memory must go. Called again when more of them is gone from the store. */
  readonly onHidden: (conversations: readonly string[], owner: string) => void;
  readonly onErased: (erased: Erased & { readonly account: string }) => void;
  /** Whether somebody still answers or asks in it: its row stays until then. */
  readonly isInUse: (conversation: string) => boolean;
}

/** What one round has left of a conversation. With `stuck` only time helps. */
type Progress = 'gone' | 'more' | 'stuck';

type Noted = Erasure & { readonly number: number };

export class ConversationDeletion {
  readonly #options: ConversationDeletionOptions;
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #running: Promise<void> | undefined;
  #isAsked = false;
  #isClosing = false;
  #cancelRetry = () => {};

  constructor(options: ConversationDeletionOptions) {
    this.#options = options;
  }

  /** Undefined when the owner has no such conversation. */
  async delete(id: string, owner: string, by: DeletedBy = 'owner'): Promise<DeletedConversation | undefined> {
    const { removal, clock, onHidden } = this.#options;
    const hidden = await removal.hide(id, owner, clock.now(), by);
    if (!hidden) return undefined;
    onHidden([id], owner);
    return { messages: hidden.messages, isErased: await this.#erased(hidden) };
  }

  /** Hides everything of an owner; returns how many conversations there were. `start` then erases them. */
  async hideAll(owner: string): Promise<number> {
    const { removal, clock, onHidden } = this.#options;
    let count = 0;
    for (;;) {
      const ids = await removal.hideSome(owner, clock.now());
      if (ids.length === 0) return count;
      onHidden(ids, owner);
      count += ids.length;
    }
  }

  /** Also continues what a crash has left. */
  start(): void {
    this.#isAsked = true;
    if (this.#isClosing) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isAsked) this.start();
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelRetry();
    await this.#running;
  }

  /** Waits for the end, but not for long. */
  async #erased({ number }: Hidden): Promise<boolean> {
    const done = Promise.withResolvers<void>();
    this.#waiting.set(number, done);
    this.start();
    const late = Promise.withResolvers<false>();
    const cancel = this.#options.clock.after(DELETION_LIMITS.waitMs, () => late.resolve(false));
    try {
      return await Promise.race([done.promise.then(() => true), late.promise]);
    } finally {
      cancel();
      this.#waiting.delete(number);
    }
  }

  async #run(): Promise<void> {
    const { removal, log } = this.#options;
    try {
      while (this.#isAsked && !this.#isClosing) {
        this.#isAsked = false;
        const left = await this.#roundOfAll(removal);
        if (left !== 'gone') this.#later(DELETION_LIMITS[left === 'more' ? 'pauseMs' : 'retryMs']);
      }
    } catch (error) {
      log.error({ err: error }, 'Deleted conversations could not be erased yet');
      this.#later(DELETION_LIMITS.retryMs);
    }
  }

  async #roundOfAll(removal: ConversationRemoval): Promise<Progress> {
    let left: Progress = 'gone';
    for (let after = 0; !this.#isClosing;) {
      const page = await removal.hiddenAfter(after);
      for (const conversation of page) {
        const progress = await this.#round(conversation);
        if (progress === 'more' || left === 'gone') left = progress;
      }
      if (page.length === 0) break;
      after = page.at(-1)?.number ?? after;
    }
    return left;
  }

  #later(delayMs: number): void {
    this.#cancelRetry();
    if (!this.#isClosing) this.#cancelRetry = this.#options.clock.after(delayMs, () => this.start());
  }

  /** Some pieces of one conversation. */
  async #round({ number, id, by }: Hiding): Promise<Progress> {
    const { removal, isInUse } = this.#options;
    const noted: Noted[] = [];
    let isEmpty = false;
    let after = 0;
    let removed = 0;
    for (let pieces = 0; pieces < DELETION_LIMITS.piecesAtOnce && !isEmpty; pieces += 1) {
      const piece = await removal.piece(number, after);
      isEmpty = piece.messages.length === 0;
      after = piece.messages.at(-1)?.number ?? after;
      if (!isEmpty) removed += await this.#remove(piece, by ?? 'owner', noted);
    }
    const isGone = isEmpty && !isInUse(id) && (await removal.removeRow(number));
    if (removed > 0 || isGone) await removal.forgetBytes();
    await this.#note(noted, id);
    if (isGone) this.#waiting.get(number)?.resolve();
    return isGone ? 'gone' : removed > 0 ? 'more' : 'stuck';
  }

  /** Exchanges that are not in the ledger yet stay for another round. Returns how many messages went. */
  async #remove(piece: Piece, by: DeletedBy, noted: Noted[]): Promise<number> {
    const { removal, receipts } = this.#options;
    const indexes = await receipts.locateAll(piece.exchanges);
    const found = piece.exchanges.filter(({ id }) => indexes.has(id));
    const unfinished = new Set(
      piece.exchanges.filter(({ id }) => !indexes.has(id)).map(({ number }) => number),
    );
    const messages = piece.messages.filter(({ exchange }) => !unfinished.has(exchange));
    const erasures = found.map((exchange) => erasureOf(exchange, indexes.get(exchange.id) ?? 0, by));
    await removal.remove({ ...piece, messages }, erasures);
    noted.push(...erasures);
    return messages.length;
  }

  /** The texts are gone: now the ledger says so. */
  async #note(noted: readonly Noted[], id: string): Promise<void> {
    const { ledger, texts, onErased } = this.#options;
    for (const account of new Set(noted.map((each) => each.account))) {
      onErased({ account, exchanges: noted.length, conversations: [id] });
    }
    for (let from = 0; from < noted.length; from += DELETION_LIMITS.notesAtOnce) {
      const some = noted.slice(from, from + DELETION_LIMITS.notesAtOnce);
      await Promise.all(some.map((erasure) => noteErasure({ ledger, texts }, erasure)));
    }
  }
}

/** The same id as for the erasing of this exchange alone. */
function erasureOf({ number, account }: OwnedExchange, exchange: number, by: DeletedBy): Noted {
  return { id: `erase:${exchange}:${by}`, account, exchange, by, number };
}
