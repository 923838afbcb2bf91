/** Why the fold refuses an entry, and how an amount moves within an account. */
import type { Account } from './fold-tables.ts';

export type EntryRefusalReason =
  | 'no_genesis'
  | 'second_genesis'
  | 'other_version'
  | 'holds_open'
  | 'duplicate_id'
  | 'insufficient_credits'
  | 'too_much_issued'
  | 'other_allowance'
  | 'no_such_hold'
  | 'other_hold'
  | 'wrong_sum'
  | 'not_after_settle'
  | 'bad_reference'
  | 'too_much_refunded';

export interface EntryRefusal {
  reason: EntryRefusalReason;
  expected: string;
  found: string;
}

export function newAccount(): Account {
  return { granted: 0, available: 0, held: 0, spent: 0, allowance: 0 };
}

export function insufficient(account: Account | undefined, amount: number): EntryRefusal | undefined {
  const available = account?.available ?? 0;
  if (available >= amount) return undefined;
  return { reason: 'insufficient_credits', expected: `at most ${available}`, found: `${amount}` };
}

/** Takes it from what is available; returns how much of it the allowance had. */
export function takeFrom(account: Account, amount: number): number {
  const allowance = Math.min(account.allowance, amount);
  account.available -= amount;
  account.allowance -= allowance;
  return allowance;
}
