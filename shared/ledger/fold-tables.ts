/**
 * What the fold remembers of each account, id and refund. The fold asks these tables at once, so whatever an
 * entry needs must be in memory before the entry is applied: `foldNeed` says what that is. `MemoryTables`
 * keeps everything in memory, which is right for a program that reads a ledger once; the server has tables
 * on disk.
 */
import type { Entry } from './entries.ts';

export interface Account {
  granted: number;
  available: number;
  held: number;
  spent: number;
  /** The part of `available` that may lapse; it is spent before the rest. */
  allowance: number;
}

/** What was paid back of one charge. */
export interface Refunded {
  readonly charged: number;
  readonly refunded: number;
}

/**
 * Ids of charges, holds, rejections and erasures are remembered for at least this many entries, and then
 * forgotten, so that memory stays bounded. Ids of grants, allowances, imports and refunds, which make money,
 * are remembered for ever.
 */
export const idWindowEntries = 2 ** 19;

export interface FoldTables {
  /** The fold changes the object, and then calls `setAccount` with it. */
  account(name: string): Account | undefined;
  setAccount(name: string, account: Account): void;
  /** Index of the newest entry with this id, unless that was forgotten. */
  indexOfId(id: string): number | undefined;
  noteId(id: string, index: number, isPermanent: boolean): void;
  /** `count`, the number of entries, has reached a multiple of `idWindowEntries`. */
  startIdWindow(count: number): void;
  /** By the index of the charge that was paid back. */
  refunded(charge: number): Refunded | undefined;
  setRefunded(charge: number, refunded: Refunded): void;
}

/** What the tables are asked about one entry. */
export interface FoldNeed {
  readonly account?: string;
  readonly id?: string;
  /** Index of a charge that is paid back. */
  readonly charge?: number;
}

const NOTHING: FoldNeed = {};

export function foldNeed(entry: Entry): FoldNeed {
  switch (entry.type) {
    case 'grant':
    case 'import':
    case 'allowance':
    case 'hold':
    case 'charge':
      return { account: entry.account, id: entry.id };
    // The id is that of an open hold.
    case 'settle':
    case 'release':
    case 'expire':
      return { account: entry.account };
    case 'refund':
      return { account: entry.account, id: entry.id, charge: Number(entry.of) };
    case 'erase':
    case 'reject':
      return { id: entry.id };
    case 'genesis':
    case 'version':
    case 'exchange':
    case 'keyrot':
    case 'recovery':
      return NOTHING;
  }
}

export class MemoryTables implements FoldTables {
  readonly accounts = new Map<string, Account>();
  readonly permanentIds = new Map<string, number>();
  readonly refunds = new Map<number, Refunded>();
  recentIds = new Map<string, number>();
  previousIds = new Map<string, number>();

  account(name: string): Account | undefined {
    return this.accounts.get(name);
  }

  setAccount(name: string, account: Account): void {
    if (!this.accounts.has(name)) this.accounts.set(name, account);
  }

  indexOfId(id: string): number | undefined {
    return this.recentIds.get(id) ?? this.previousIds.get(id) ?? this.permanentIds.get(id);
  }

  noteId(id: string, index: number, isPermanent: boolean): void {
    (isPermanent ? this.permanentIds : this.recentIds).set(id, index);
  }

  startIdWindow(): void {
    this.previousIds = this.recentIds;
    this.recentIds = new Map();
  }

  refunded(charge: number): Refunded | undefined {
    return this.refunds.get(charge);
  }

  setRefunded(charge: number, refunded: Refunded): void {
    this.refunds.set(charge, refunded);
  }
}
