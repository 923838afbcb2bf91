/**
 * What was said, erasable. The ledger has only commitments to the texts; here are the texts, with the salts
 * of the commitments. A seam: the meter and the reconciliation know this interface only.
 */
import type { SentAttachment } from '../attachments/attachment.ts';
import type { PlacedTurn, TurnStatus } from '../conversations/turn-placement.ts';

export interface RecordedExchange {
  /** From `nextNumber`. */
  readonly number: number;
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * Entries in the ledger when the exchange was written that was the oldest without a durable one: this
   * exchange's own comes after them too.
   */
  readonly entriesBefore: number;
  readonly trace: string;
  readonly prompt: string;
  readonly answer: string;
  readonly attachments?: readonly SentAttachment[] | undefined;
  readonly status: TurnStatus;
  readonly promptSalt: Uint8Array;
  readonly answerSalt: Uint8Array;
  readonly placed: PlacedTurn;
}

export interface StoredExchange {
  readonly number: number;
  readonly account: string;
  readonly at: number;
  readonly prompt: string;
  readonly answer: string;
  readonly promptSalt: Uint8Array;
  readonly answerSalt: Uint8Array;
}

/** An exchange without its content. */
export interface ExchangeMark {
  /** Later exchanges have greater ones. */
  readonly number: number;
  /** The id of its entry in the ledger. */
  readonly id: string;
  readonly entriesBefore: number;
}

/** An erasure whose entry is not known to be in the ledger yet. */
export interface Erasure {
  /** The id of its entry in the ledger. */
  readonly id: string;
  readonly account: string;
  /** Index of the exchange whose texts go; null for all of the account's. */
  readonly exchange: number | null;
  readonly by: string;
}

/** The erasure of one exchange. */
export interface ExchangeErasure extends Erasure {
  readonly exchange: number;
  /** The id of the exchange's entry. */
  readonly entry: string;
}

/** An exchange that answers the same prompt as another one. */
export interface PromptSharer extends ExchangeMark {
  readonly account: string;
}

export interface Erased {
  /** How many exchanges there were. */
  readonly exchanges: number;
  /** Their numbers, whether there were texts of them or not; absent when they were too many to name. */
  readonly numbers?: readonly number[];
  /** Everything of the account was erased. */
  readonly isEverything?: true;
  /** Whose conversations went with it, if the account is somebody's. */
  readonly owner?: string | null;
  /** Ids of the conversations whose texts were erased: caches of them must be dropped. */
  readonly conversations: readonly string[];
}

export interface ExchangeTexts {
  /** Why nothing can be stored, while that is the case. */
  readonly failure: Error | undefined;
  /** The number of a new exchange. Its entry in the ledger has the id `exchangeId(number)`. */
  nextNumber(): number;
  /**
   * Writes the turn in one unit: guest, account and conversation, its messages, and the exchange. Rejects
   * with `PromptErased`.
   */
  record(exchange: RecordedExchange): Promise<void>;
  read(id: string): Promise<StoredExchange | undefined>;
  /** Up to `limit` exchanges with smaller numbers, newest first. */
  newestBelow(below: number, limit: number): Promise<ExchangeMark[]>;
  /** The newest exchange of an account, whoever has paid for it. */
  newestOf(account: string): Promise<ExchangeMark | undefined>;
  /** Deletes permanently what no entry of the ledger mentions, messages included. */
  discard(ids: readonly string[]): Promise<void>;
  /** All exchanges that answer the prompt of this one, itself included; none when its texts are gone. */
  sharersOfPrompt(id: string): Promise<readonly PromptSharer[]>;
  /**
   * Deletes permanently, in every file that the store writes, the texts and salts of these exchanges. The
   * erasures are pending from then on until `erased`, so that a crash before their entries are in the ledger
   * leaves a trace of them.
   */
  erase(erasures: readonly ExchangeErasure[]): Promise<Erased>;
  /** The same for everything of the account. */
  eraseAll(erasure: Erasure): Promise<Erased>;
  erased(erasureId: string): Promise<void>;
  /** The pending erasures. When this resolves, what they erase is permanently gone. */
  pendingErasures(): Promise<Erasure[]>;
}

/** A prompt that should be answered once more was erased in the meantime: nothing was written. */
export class PromptErased extends Error {
  override readonly name = 'PromptErased';
}

/** The id of the ledger's entry for an exchange. */
export function exchangeId(number: number): string {
  return `x:${number}`;
}

/** Undefined for an id of version 0.1. */
export function exchangeNumber(id: string): number | undefined {
  const number = /^x:([1-9][0-9]{0,15})$/.exec(id)?.[1];
  return number === undefined ? undefined : Number(number);
}
