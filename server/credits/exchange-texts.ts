/**
 * What was said, erasable. The ledger has only commitments to the texts; here are the texts, with the salts
 * of the commitments. A seam: the meter and the reconciliation know this interface only.
 */
import type { PlacedTurn, TurnStatus } from '../conversations/turn-placement.ts';

export interface RecordedExchange {
  /** From `nextNumber`. */
  readonly number: number;
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Entries in the ledger when the exchange is written: its own comes after them. */
  readonly entriesBefore: number;
  readonly trace: string;
  readonly prompt: string;
  readonly answer: string;
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

export interface Erased {
  /** How many exchanges there were. */
  readonly exchanges: number;
  /** The number of the exchange, when only one was erased. */
  readonly exchange?: number;
  /** Ids of the conversations whose texts were erased: caches of them must be dropped. */
  readonly conversations: readonly string[];
}

export interface ExchangeTexts {
  /** Why nothing can be stored, while that is the case. */
  readonly failure: Error | undefined;
  /** The number of a new exchange. Its entry in the ledger has the id `exchangeId(number)`. */
  nextNumber(): number;
  /** Writes the turn in one unit: guest, account and conversation, two messages, and the exchange. */
  record(exchange: RecordedExchange): Promise<void>;
  read(id: string): Promise<StoredExchange | undefined>;
  /** Up to `limit` exchanges with smaller numbers, newest first. */
  newestBelow(below: number, limit: number): Promise<ExchangeMark[]>;
  /** Deletes permanently what no entry of the ledger mentions, messages included. */
  discard(ids: readonly string[]): Promise<void>;
  /**
   * Deletes permanently, in every file that the store writes, the texts and salts of one exchange, or
   * everything of the account. The erasure is pending from then on until `erased`, so that a crash before its
   * entry is in the ledger leaves a trace of it.
   */
  erase(erasure: Erasure, id?: string): Promise<Erased>;
  erased(erasureId: string): Promise<void>;
  /** The pending erasures. When this resolves, what they erase is permanently gone. */
  pendingErasures(): Promise<Erasure[]>;
}

/** The id of the ledger's entry for an exchange. */
export function exchangeId(number: number): string {
  return `x:${number}`;
}
