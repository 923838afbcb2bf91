/**
 * The tables, the same in both dialects. Numbers are integers below 2^53, times are milliseconds since 1970,
 * what is true or false is 1 or 0. Rows that every message writes are found by integers.
 */
import type { Kysely } from 'kysely';

export interface Tables {
  guests: GuestRow;
  accounts: AccountRow;
  conversations: ConversationRow;
  messages: MessageRow;
  exchanges: ExchangeRow;
  erasures: ErasureRow;
  statements: StatementRow;
  sequences: SequenceRow;
  properties: PropertyRow;
}

export type Database = Kysely<Tables>;

export interface GuestRow {
  /** UUIDv7. */
  id: string;
  /** SHA-256 of the token; a guest of the text face has none. */
  token_hash: Uint8Array | null;
  account: number;
  created_at: number;
  seen_at: number;
}

/** An account of the ledger, by a number. Its balance is the ledger's. */
export interface AccountRow {
  number: number;
  name: string;
  /** Such as `guest:<uuid>`; null for an account that belongs to nobody. */
  owner: string | null;
}

export interface ConversationRow {
  number: number;
  /** UUIDv7. */
  id: string;
  owner: string;
  title: string;
  status: 'open';
  created_at: number;
  updated_at: number;
}

export type MessageStatus = 'ok' | 'cancelled' | 'failed' | 'erased';

/** A tree: what follows a message names it as its parent. */
export interface MessageRow {
  number: number;
  conversation: number;
  parent: number | null;
  role: 'user' | 'assistant';
  text: string;
  status: MessageStatus;
  exchange: number;
  /** The account that paid. Together with a client's own id of the message, it is unique. */
  account: number | null;
  client_message_id: string | null;
  created_at: number;
}

/** What a receipt needs. The ledger has only commitments to the two texts, under these salts. */
export interface ExchangeRow {
  number: number;
  /** The id of its entry in the ledger when that is not `x:<number>`: rows of version 0.1. */
  entry_id: string | null;
  account: number;
  at: number;
  /** Entries in the ledger when the row came: that of its exchange comes after them. */
  entries_before: number;
  trace: string | null;
  /** Numbers of its messages. */
  prompt: number;
  answer: number;
  prompt_salt: Uint8Array;
  answer_salt: Uint8Array;
}

/** An erasure whose entry is not known to be in the ledger yet. */
export interface ErasureRow {
  /** The id of its entry. */
  id: string;
  account: string;
  /** Index in the ledger of the exchange whose texts go; null for everything of the account. */
  exchange: number | null;
  by: string;
  /** The exchange's number; with null above, the greatest number that the erasure covers. */
  number: number;
}

export interface StatementRow {
  account: number;
  /** Index in the ledger. */
  entry: number;
}

export interface SequenceRow {
  name: string;
  /** No number from here on has been handed out. */
  next: number;
}

export interface PropertyRow {
  name: string;
  value: string;
}
