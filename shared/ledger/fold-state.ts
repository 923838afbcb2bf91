/** What the fold knows beside its tables. */
import type { EntryType } from './entries.ts';

export interface OpenHold {
  account: string;
  amount: number;
  /** The part of it that was taken from the allowance. */
  allowance: number;
  /** Index of the hold's entry. */
  index: number;
  /** When the writer may append `expire`, as written in the entry. */
  expires: string;
}

/** By which rules the entries count. */
export type LedgerVersion = 1 | 2;

/** The types that only one version has. */
export const VERSIONS: Partial<Record<EntryType, LedgerVersion>> = {
  settle: 1,
  exchange: 1,
  version: 1,
  charge: 2,
  allowance: 2,
};

/** The key that signs checkpoints of trees larger than `from`, until a later one takes over. */
export interface KeyPeriod {
  from: number;
  key: string;
}

/** What the fold knows beside its tables: plain data that `AccountsFold.restore` takes. */
export interface FoldState {
  count: number;
  version: LedgerVersion;
  origin: string;
  keys: KeyPeriod[];
  issued: number;
  revenue: number;
  /** How many accounts there are. */
  accounts: number;
  holds: [id: string, account: string, amount: number, allowance: number, index: number, expires: string][];
}
