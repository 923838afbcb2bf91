/** Balances and statements of accounts, and what an operator does to them. */
import type { Entry, EntryOf } from '../../shared/ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GuestGifts } from './guest-gifts.ts';
import { orLedgerFault } from './ledger-fault.ts';

export interface Balance {
  readonly available: number;
  readonly held: number;
  readonly spent: number;
  readonly granted: number;
  /** What the account of a guest is still given, in portions, as it is used. */
  readonly gift: number;
}

export interface StatementRow {
  /** Index of the entry in the ledger. */
  readonly index: number;
  /** ISO 8601. */
  readonly at: string;
  readonly type: 'charge' | 'grant' | 'allowance' | 'refund' | 'import' | 'erase';
  readonly amount: number;
  readonly reason?: string;
  readonly trace?: string;
  readonly service?: string;
  readonly model?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export interface StatementPage {
  readonly balance: number;
  /** Newest first. */
  readonly rows: readonly StatementRow[];
  /** Ask for the entries before this one; undefined on the last page. */
  readonly next: number | undefined;
}

export interface GrantRequest {
  readonly account: string;
  readonly amount: number;
  readonly reason: string;
  /** A repeated request with the same id changes nothing. */
  readonly id: string;
  readonly by: string;
}

export interface RefundRequest extends Omit<GrantRequest, 'account'> {
  /** Index of the charge that is paid back. */
  readonly charge: number;
}

/** A seam. Everything rejects with `HiloError` only. */
export interface Wallets {
  balance(account: string): Promise<Balance>;
  statement(
    account: string,
    page: { before: number | undefined; limit: number },
    signal: AbortSignal,
  ): Promise<StatementPage>;
  /** Rejects with `conflict` for an id that was used for something else, `ledger_unavailable`. */
  grant(request: GrantRequest): Promise<{ index: number; balance: number }>;
  /** Rejects with `not_found`, `refund_too_high`, `conflict`, `ledger_unavailable`. */
  refund(request: RefundRequest): Promise<{ index: number; balance: number }>;
}

/** Which entries concern an account. */
export interface StatementPages {
  /** Indexes of the account's entries below `before`, newest first. */
  page(account: string, before: number, limit: number): Promise<readonly number[]>;
}

type WalletLedger = Pick<Ledger, 'accounts' | 'entries' | 'head'>;

export class LedgerWallets implements Wallets {
  readonly #ledger: WalletLedger;
  readonly #statements: StatementPages;
  readonly #gifts: Pick<GuestGifts, 'left'>;

  constructor(ledger: WalletLedger, statements: StatementPages, gifts: Pick<GuestGifts, 'left'>) {
    this.#ledger = ledger;
    this.#statements = statements;
    this.#gifts = gifts;
  }

  async balance(account: string): Promise<Balance> {
    const { accounts } = this.#ledger;
    const { available, held, spent, granted } = await orLedgerFault(() => accounts.balances(account));
    return { available, held, spent, granted, gift: await this.#gifts.left(account) };
  }

  async statement(
    account: string,
    { before = this.#ledger.head.size, limit }: { before: number | undefined; limit: number },
    signal: AbortSignal,
  ): Promise<StatementPage> {
    // One more than requested shows whether there is another page.
    const indexes = await this.#statements.page(account, before, limit + 1);
    const shown = indexes.slice(0, limit);
    // In version 1 an exchange comes directly after the settle that paid for it.
    const read = shown.flatMap((index) => [index, index + 1]);
    const entries = await orLedgerFault(() => this.#ledger.entries(read, signal));
    const rows = shown.map((index) => rowOf(entries, index));
    const next = indexes.length > shown.length ? shown.at(-1) : undefined;
    const { available: balance } = await this.balance(account);
    return { balance, rows, next };
  }

  async grant(request: GrantRequest): Promise<{ index: number; balance: number }> {
    const { index, balance } = await orLedgerFault(() => this.#ledger.accounts.grant(request));
    return { index, balance };
  }

  async refund(request: RefundRequest): Promise<{ index: number; balance: number }> {
    const { index, balance } = await orLedgerFault(() => this.#ledger.accounts.refund(request));
    return { index, balance };
  }
}

function rowOf(entries: ReadonlyMap<number, Entry>, index: number): StatementRow {
  const entry = entries.get(index);
  switch (entry?.type) {
    case 'charge':
      return { index, at: entry.at, type: 'charge', amount: -Number(entry.amount), ...saidOf(entry) };
    case 'settle': {
      const { at, amount, id } = entry;
      return { index, at, type: 'charge', amount: -Number(amount), ...paidFor(entries.get(index + 1), id) };
    }
    case 'allowance': {
      const { at, amount, lapsed, period } = entry;
      return { index, at, type: 'allowance', amount: Number(amount) - Number(lapsed), reason: period };
    }
    case 'grant':
    case 'refund':
      return { index, at: entry.at, type: entry.type, amount: Number(entry.amount), reason: entry.reason };
    case 'import':
      return { index, at: entry.at, type: 'import', amount: Number(entry.amount), reason: entry.source };
    case 'erase':
      return { index, at: entry.at, type: 'erase', amount: 0, reason: entry.reason };
    default:
      throw new Error(`Entry ${index} does not belong on a statement`);
  }
}

function paidFor(exchange: Entry | undefined, id: string): Partial<StatementRow> {
  return exchange?.type === 'exchange' && exchange.id === id ? saidOf(exchange) : {};
}

function saidOf(exchange: EntryOf<'charge'> | EntryOf<'exchange'>): Partial<StatementRow> {
  const { trace, model, inputTokens, outputTokens } = exchange;
  const service = exchange.type === 'charge' ? { service: exchange.service } : {};
  return {
    trace,
    ...service,
    model,
    inputTokens: Number(inputTokens),
    outputTokens: Number(outputTokens),
  };
}
