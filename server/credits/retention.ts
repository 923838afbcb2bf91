/**
 * Deletes texts that are older than the operator, or their owner, wants them to be kept: by the same way as
 * on request, with an entry in the ledger for each exchange. A conversation in which nothing was said since
 * then goes whole; in others the old messages lose their words.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { AccountGate } from './account-gate.ts';
import type { ConversationDeletion } from './conversation-deletion.ts';
import type { Erased, ExchangeErasure } from './exchange-texts.ts';
import { eraseExchanges, type ErasableTexts } from './reconciliation.ts';
import type { Receipts } from './receipts.ts';
import type { OldConversation, OldMessage, RetentionRepository } from './retention-repository.ts';

export const RETENTION_LIMITS = {
  sweepMs: 6 * 60 * 60 * 1_000,
  /** The first sweep does not delay the start. */
  firstMs: 60_000,
} as const;

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface RetentionOptions {
  /** The operator's limit for all; undefined: there is none. */
  readonly days: number | undefined;
  readonly ownerOfUser: (id: string) => string;
  readonly old: RetentionRepository;
  readonly deletion: Pick<ConversationDeletion, 'delete'>;
  readonly texts: ErasableTexts;
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly receipts: Pick<Receipts, 'locateAll'>;
  readonly gate: AccountGate;
  readonly clock: Clock;
  readonly log: Pick<Log, 'error' | 'info'>;
  readonly onErased: (erased: Erased & { readonly account: string }) => void;
}

export interface Swept {
  /** Whole conversations. */
  readonly conversations: number;
  /** Messages of conversations that go on. */
  readonly messages: number;
  readonly summaries: number;
  readonly jobs: number;
}

/** What of a text with these times the next sweep deletes. */
export interface Expiry {
  readonly days: number;
  /** Older texts go. Milliseconds since 1970. */
  readonly before: number;
  /** When they are gone at the latest. */
  readonly by: number;
}

export class Retention {
  readonly #options: RetentionOptions;
  #nextSweep = 0;
  #running: Promise<unknown> = Promise.resolve();
  #cancel = () => {};
  #isClosing = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(delayMs: number = RETENTION_LIMITS.firstMs): void {
    this.#nextSweep = this.#options.clock.now() + delayMs;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#running = this.#sweepAndTell().finally(() => {
        if (!this.#isClosing) this.start(RETENTION_LIMITS.sweepMs);
      });
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancel();
    await this.#running;
  }

  /** For somebody with this limit of their own; undefined when everything is kept. */
  expiry(own: number | undefined): Expiry | undefined {
    const { days: all, clock } = this.#options;
    const limits = [all, own].filter((days) => days !== undefined);
    if (limits.length === 0) return undefined;
    const days = Math.min(...limits);
    return { days, before: clock.now() - days * DAY_MS, by: Math.max(this.#nextSweep, clock.now()) };
  }

  /** Of the two limits of a user the shorter one counts. */
  async sweep(): Promise<Swept> {
    const { days, old, ownerOfUser } = this.#options;
    const swept = { conversations: 0, messages: 0, summaries: 0, jobs: 0 };
    if (days !== undefined) await this.#sweepBefore(days, undefined, swept);
    for (const user of await old.usersWithLimit()) {
      if (user.days === null || (days !== undefined && days <= user.days)) continue;
      await this.#sweepBefore(user.days, ownerOfUser(user.id), swept);
    }
    return swept;
  }

  async #sweepAndTell(): Promise<void> {
    const { log } = this.#options;
    try {
      const swept = await this.sweep();
      if (swept.conversations + swept.messages + swept.summaries + swept.jobs > 0)
        log.info({ ...swept }, 'Old texts were deleted');
    } catch (error) {
      log.error({ err: error }, 'Old texts could not be deleted yet');
    }
  }

  async #sweepBefore(
    days: number,
    owner: string | undefined,
    swept: { -readonly [Name in keyof Swept]: number },
  ): Promise<void> {
    const { old, clock, deletion } = this.#options;
    const time = clock.now() - days * DAY_MS;
    swept.summaries += await old.deleteSummariesBefore(time, owner);
    swept.jobs += await old.deleteJobsBefore(time, owner);
    for (let after = 0; !this.#isClosing;) {
      const page = await old.begunBefore(time, after, owner);
      for (const conversation of page) {
        if (this.#isClosing) return;
        if (conversation.updatedAt >= time) swept.messages += await this.#eraseBefore(time, conversation);
        else if (await deletion.delete(conversation.id, conversation.owner, 'retention'))
          swept.conversations += 1;
      }
      if (page.length === 0) return;
      after = page.at(-1)?.number ?? after;
    }
  }

  /** Piece by piece, until a piece has nothing that can be erased now. */
  async #eraseBefore(time: number, conversation: OldConversation): Promise<number> {
    const { old } = this.#options;
    let count = 0;
    for (;;) {
      const messages = await old.messagesBefore(time, conversation.number);
      if (messages.length === 0 || this.#isClosing) return count;
      const erased = await this.#erasePiece(conversation, messages);
      if (erased === 0) return count;
      count += erased;
    }
  }

  async #erasePiece({ id }: OldConversation, messages: readonly OldMessage[]): Promise<number> {
    const { old, onErased } = this.#options;
    const plain = messages.filter(({ entry }) => entry === undefined);
    if (plain.length > 0) {
      await old.erase(plain.map(({ number }) => number));
      const numbers = [...new Set(plain.map(({ exchange }) => exchange))];
      onErased({ account: '', exchanges: 0, numbers, conversations: [id] });
    }
    let count = plain.length;
    for (const entry of new Set(messages.map((message) => message.entry))) {
      if (entry !== undefined) count += await this.#eraseExchange(entry);
    }
    return count;
  }

  /** With all answers to the same prompt: a prompt without words proves nothing. */
  async #eraseExchange(entry: string): Promise<number> {
    const { texts, ledger, receipts, gate, onErased } = this.#options;
    const [one] = await texts.sharersOfPrompt(entry);
    if (!one) return 0;
    return gate.erase(one.account, async () => {
      const sharers = await texts.sharersOfPrompt(entry);
      const indexes = await receipts.locateAll(sharers);
      if (sharers.length === 0 || indexes.size < sharers.length) return 0;
      const erasures = sharers.map(({ id, account }): ExchangeErasure => {
        const exchange = indexes.get(id) ?? 0;
        return { id: `erase:${exchange}:retention`, account, exchange, by: 'retention', entry: id };
      });
      const { erased } = await eraseExchanges({ ledger, texts }, erasures, (done) => {
        for (const account of new Set(sharers.map((each) => each.account))) onErased({ ...done, account });
      });
      return erased * 2;
    });
  }
}
