/**
 * Allowances: what an account gets for each day, week or month of the calendar. Each beginning of a period is
 * an entry of the ledger, whose id has the number that the row had before: after a crash between the two, the
 * row follows the entry, and nothing is given twice or lost.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { Entry, EntryOf } from '../../shared/ledger/entries.ts';
import type { Accounts } from '../ledger/accounts.ts';
import type { LedgerLogger } from '../ledger/ledger.ts';
import type { PeriodAllowanceRow } from '../store/team-schema.ts';
import { periodAt, periodsBetween, type PeriodName } from '../support/periods.ts';
import { AccountTurns } from './account-turns.ts';
import { NEVER, type AllowanceRows } from './allowance-rows.ts';
import { orLedgerFault } from './ledger-fault.ts';
import type { Spending } from './spending.ts';

export const ALLOWANCE_LIMITS = {
  /** Renewed at once; many are due at the same midnight. */
  atOnceMax: 200,
  /** After a failure, and while calls still have set aside what should lapse. */
  retryMs: 30_000,
  /** A timer is set for no longer than this: clocks are corrected, and time zones change. */
  lookMs: 60 * 60 * 1_000,
  /** Its account is told when so much of it is used, in percent. */
  nearPercent: 80,
} as const;

export interface AllowanceTerms {
  /** For each period. */
  readonly credits: number;
  readonly period: PeriodName;
  readonly timeZone: string;
  /** What goes over to the next period, at most. */
  readonly carriedMax: number;
}

export interface PeriodAllowance extends AllowanceTerms {
  readonly account: string;
  /** Of this period, with what was carried over, as far as it is not spent. */
  readonly left: number;
  /** When the period ends. */
  readonly until: number;
}

export interface NearAllowance {
  readonly account: string;
  readonly percent: 80 | 100;
  readonly used: number;
  /** What there was at the beginning of the period. */
  readonly limit: number;
  readonly period: PeriodName;
  readonly until: number;
}

export interface PeriodAllowancesOptions {
  readonly rows: Pick<AllowanceRows, 'byAccount' | 'accounts' | 'page' | 'due' | 'nextDue' | 'put'>;
  readonly accounts: Pick<Accounts, 'account' | 'hasId' | 'isLoaded' | 'newestWithId' | 'prepare' | 'renew'>;
  readonly spending: Pick<Spending, 'onSpent'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Pick<LedgerLogger, 'error'>;
}

/** Of the period that runs. */
interface Known {
  readonly limit: number;
  readonly period: PeriodName;
  readonly until: number;
  told: 0 | 80 | 100;
}

export class PeriodAllowances {
  readonly #options: PeriodAllowancesOptions;
  readonly #turns = new AccountTurns();
  readonly #listeners = new Set<(near: NearAllowance) => void>();
  /** Who gets one; undefined: what the period began with was not read yet. */
  readonly #known = new Map<string, Known | undefined>();
  #cancel: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: PeriodAllowancesOptions) {
    this.#options = options;
    options.spending.onSpent(({ account }) => {
      if (this.#known.has(account)) void this.#spent(account);
    });
  }

  /** Renews what has become due, and goes on to do so. Rejects when the store cannot be read. */
  async start(): Promise<void> {
    for (const account of await this.#options.rows.accounts()) this.#known.set(account, undefined);
    await this.#look();
  }

  onNear(listener: (near: NearAllowance) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * In force when it resolves: it takes the place of an earlier one, of whose rest no more than `carriedMax`
   * is carried over; the same terms again change nothing. Rejects with `ledger_unavailable`; then it is
   * renewed as soon as the ledger works.
   */
  async set(
    account: string,
    { credits, period, timeZone, carriedMax }: AllowanceTerms,
  ): Promise<PeriodAllowance> {
    const terms = { amount: credits, period, time_zone: timeZone, carried_max: carriedMax };
    return this.#view(await this.#change(account, terms));
  }

  /** What is left lapses. False when the account had none. */
  async remove(account: string): Promise<boolean> {
    const row = await this.#options.rows.byAccount(account);
    if (!row || row.amount === 0) return false;
    await this.#change(account, { amount: 0, carried_max: 0 });
    return true;
  }

  async of(account: string): Promise<PeriodAllowance | undefined> {
    const row = this.#known.has(account) ? await this.#options.rows.byAccount(account) : undefined;
    return row && row.amount > 0 ? this.#view(row) : undefined;
  }

  /** By account, those after a name. */
  async page(after: string, limit: number): Promise<PeriodAllowance[]> {
    const rows = await this.#options.rows.page(after, limit);
    return Promise.all(rows.map((row) => this.#view(row)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#looking;
  }

  /** The row first, as due: if the server dies before the entry, the next start writes it. */
  #change(account: string, changes: Partial<PeriodAllowanceRow>): Promise<PeriodAllowanceRow> {
    return this.#turns.run(account, async () => {
      const { rows } = this.#options;
      const earlier = await rows.byAccount(account);
      if (earlier && isSame(earlier, changes)) return await this.#renew(earlier);
      const base = earlier ?? { account, amount: 0, period: 'month', time_zone: 'UTC', carried_max: 0 };
      const revision = earlier ? earlier.revision + 1 : 0;
      const row: PeriodAllowanceRow = { ...base, ...changes, revision, starts: '', until: 0 };
      await rows.put(row);
      try {
        return await this.#renew(row);
      } finally {
        this.#schedule();
      }
    });
  }

  async #renew(due: PeriodAllowanceRow): Promise<PeriodAllowanceRow> {
    const { rows } = this.#options;
    const row = await this.#followEntries(due);
    if (row !== due || !this.#known.has(row.account)) this.#followed(row);
    if (row.until > this.#options.clock.now()) return row;
    const { entry, limit } = await this.#begin(row);
    const next = after(row, entry);
    await rows.put(next);
    const { account, period, until } = next;
    if (row.amount === 0) this.#known.delete(account);
    else this.#known.set(account, { limit, period, until, told: 0 });
    return next;
  }

  /** An earlier run, or a try before this one, has written entries and died before the row. */
  async #followEntries(row: PeriodAllowanceRow): Promise<PeriodAllowanceRow> {
    const { accounts, rows } = this.#options;
    const id = idOf(row);
    using _loaded = await orLedgerFault(() => accounts.prepare([{ id }]));
    if (!accounts.hasId(id)) return row;
    const next = after(row, await this.#entry(id));
    await rows.put(next);
    return this.#followEntries(next);
  }

  /** What the period began with is read from its entry, when somebody spends of it. */
  #followed({ account, amount }: PeriodAllowanceRow): void {
    if (amount > 0) this.#known.set(account, undefined);
    else this.#known.delete(account);
  }

  /** Writes the entry of the period that runs now. */
  async #begin(row: PeriodAllowanceRow) {
    const { accounts, clock } = this.#options;
    const { account, amount, carried_max: carriedMax, starts } = row;
    const now = clock.now();
    const period = periodAt(now, row.period, row.time_zone);
    const isEnd = amount === 0;
    const periods = starts === '' ? 1 : Math.max(1, periodsBetween(starts, period.starts, row.period));
    const until = isEnd ? now : period.until;
    const name = isEnd ? 'end' : `${row.period}:${period.starts}`;
    const request = { account, id: idOf(row), by: 'hilo', amount, periods, carriedMax, period: name, until };
    const shares = await orLedgerFault(() => accounts.renew(request));
    const entry = { period: name, until: new Date(until).toISOString(), carried: String(shares.carried) };
    return { entry, limit: shares.carried + shares.amount };
  }

  async #entry(id: string): Promise<EntryOf<'allowance'>> {
    const entry: Entry | undefined = await orLedgerFault(() => this.#options.accounts.newestWithId(id));
    if (entry?.type !== 'allowance') throw new Error(`Entry ${id} is not an allowance`);
    return entry;
  }

  async #view(row: PeriodAllowanceRow): Promise<PeriodAllowance> {
    const { accounts } = this.#options;
    const { account, amount: credits, period, time_zone: timeZone, carried_max: carriedMax, until } = row;
    using _loaded = await orLedgerFault(() => accounts.prepare([{ account }]));
    const left = accounts.account(account).allowance;
    return { account, credits, period, timeZone, carriedMax, left, until };
  }

  /** Never rejects. */
  async #spent(account: string): Promise<void> {
    try {
      const known = this.#known.get(account) ?? (await this.#read(account));
      const { accounts } = this.#options;
      if (!known || !accounts.isLoaded({ account })) return;
      const used = known.limit - accounts.account(account).allowance;
      const percent = used >= known.limit ? 100 : 80;
      const isNear = used * 100 >= known.limit * ALLOWANCE_LIMITS.nearPercent;
      if (!isNear || known.told >= percent) return;
      known.told = percent;
      const { limit, period, until } = known;
      for (const listener of this.#listeners) listener({ account, percent, used, limit, period, until });
    } catch (error) {
      this.#options.log.error({ err: error, account }, 'What is left of an allowance could not be told');
    }
  }

  /** After a start: what the period began with is in its entry. */
  async #read(account: string): Promise<Known | undefined> {
    const row = await this.#options.rows.byAccount(account);
    if (!row || row.amount === 0 || row.revision === 0) return undefined;
    const { carried, amount } = await this.#entry(idOf({ ...row, revision: row.revision - 1 }));
    const limit = Number(carried) + Number(amount);
    const { period, until } = row;
    const known = this.#known.get(account) ?? { limit, period, until, told: 0 };
    this.#known.set(account, known);
    return known;
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(0, () => void this.#look());
  }

  /** Never rejects but in `start`. */
  #look(): Promise<void> {
    this.#looking ??= this.#renewDue().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #renewDue(): Promise<void> {
    const { rows, clock, log } = this.#options;
    let waitMs: number = ALLOWANCE_LIMITS.lookMs;
    try {
      for (;;) {
        const due = await rows.due(clock.now(), ALLOWANCE_LIMITS.atOnceMax);
        if (due.length === 0) break;
        await Promise.all(due.map((row) => this.#renewOne(row.account)));
      }
      const next = await rows.nextDue();
      if (next !== undefined) waitMs = Math.min(waitMs, Math.max(1, next - clock.now()));
    } catch (error) {
      log.error({ err: error }, 'Allowances could not be renewed');
      waitMs = ALLOWANCE_LIMITS.retryMs;
    }
    if (this.#isClosed) return;
    this.#cancel?.();
    this.#cancel = clock.after(waitMs, () => void this.#look());
  }

  #renewOne(account: string): Promise<void> {
    const { rows, clock } = this.#options;
    return this.#turns.run(account, async () => {
      const row = await rows.byAccount(account);
      if (row && row.until <= clock.now()) await this.#renew(row);
    });
  }
}

/** Somebody asks again: what is in force, or due, stays as it is. */
function isSame(row: PeriodAllowanceRow, changes: Partial<PeriodAllowanceRow>): boolean {
  const names = Object.keys(changes) as (keyof PeriodAllowanceRow)[];
  return row.amount > 0 && names.every((name) => row[name] === changes[name]);
}

/** Names of accounts may be as long as ids: they stand in an id as a hash. */
function idOf({ account, revision }: Pick<PeriodAllowanceRow, 'account' | 'revision'>): string {
  const hash = createHash('sha256').update(account).digest('base64url').slice(0, HASH_CHARACTERS);
  return `allowance:${hash}:${revision}`;
}

const HASH_CHARACTERS = 22;

/** The row when its entry is written. */
function after(
  row: PeriodAllowanceRow,
  { period, until, carried }: Pick<EntryOf<'allowance'>, 'period' | 'until' | 'carried'>,
): PeriodAllowanceRow {
  const revision = row.revision + 1;
  if (period === 'end') {
    const isOver = carried === '0';
    const again = Date.parse(until) + ALLOWANCE_LIMITS.retryMs;
    return { ...row, revision, starts: '', until: isOver ? NEVER : again };
  }
  return { ...row, revision, starts: period.slice(period.indexOf(':') + 1), until: Date.parse(until) };
}
