/** The tables of teams, of allowances for a period, and of what was spent. */

export type TeamRole = 'member' | 'manager';
export type BudgetPeriod = 'day' | 'week' | 'month';

/** The most that may be spent in each period. */
export interface Budget {
  readonly credits: number;
  readonly period: BudgetPeriod;
}

export function budgetOf(credits: number | null, period: BudgetPeriod | null): Budget | undefined {
  return credits === null || period === null ? undefined : { credits, period };
}

export function budgetColumns(budget: Budget | null | undefined) {
  return { budget: budget?.credits ?? null, budget_period: budget?.period ?? null };
}

export interface TeamRow {
  /** UUIDv7. */
  id: string;
  name: string;
  /** By which two spellings of one name are the same. */
  name_key: string;
  /** The wallet. */
  account: number;
  /** JSON: ids of routes; null: the wallet pays for every route that the member may use. */
  routes: string | null;
  /** JSON: ids of personas. */
  personas: string | null;
  created_at: number;
}

export interface TeamMemberRow {
  team: string;
  user: string;
  role: TeamRole;
  /** What the member may spend of the wallet in a period; null: as much as is there. */
  budget: number | null;
  budget_period: BudgetPeriod | null;
  added_at: number;
}

/** What an account is given anew in each period. */
export interface PeriodAllowanceRow {
  /** Its name. */
  account: string;
  amount: number;
  period: BudgetPeriod;
  /** Of the IANA database. */
  time_zone: string;
  /** What of the rest goes over to the next period, at most; 0: all of it lapses. */
  carried_max: number;
  /** Counts the changes: part of the ids of its entries. */
  revision: number;
  /** The local date on which the period began whose entry was written last. */
  starts: string;
  /** When that period ends. */
  until: number;
}

/** What was charged on one day of the server's time zone; made from the entries of the ledger. */
export interface SpendingRow {
  /** As in the entry: an account, or an API key (`key:ID`). */
  actor: string;
  /** The account that paid. */
  account: string;
  /** Days since 1970-01-01 of the local calendar. */
  day: number;
  amount: number;
}
