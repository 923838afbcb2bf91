/** What the ledger proves to its readers. */
import { HiloError } from '../../shared/errors.ts';
import type { Entry, EntryOf } from '../../shared/ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ExchangeMark } from './exchange-texts.ts';
import { orLedgerFault } from './ledger-fault.ts';
import type { StatementPages } from './wallets.ts';

export interface Checkpoint {
  readonly size: number;
  /** The signed note. */
  readonly note: string;
}

export interface ExchangeReceipt {
  /** Index of the exchange in the ledger. */
  readonly index: number;
  /** C2SP tlog-proof. */
  readonly proof?: string;
  /** Base64; both are absent when the content was erased. */
  readonly promptSalt?: string;
  readonly answerSalt?: string;
}

/** What the ledger has written of an exchange; `exchange` in version 1. */
export type ExchangeEntry = EntryOf<'charge'> | EntryOf<'exchange'>;

export interface ReceiptWithEntry extends ExchangeReceipt {
  readonly proof: string;
  readonly entry: ExchangeEntry;
  readonly charged: number;
}

export interface ReceiptReader {
  readonly account: string;
  /** An API key of the reader, who reads what it has asked for. */
  readonly actor?: string | undefined;
  /** Reads every account's receipts. */
  readonly isAdmin: boolean;
}

/** Where an exchange stands in the ledger. */
export interface LocatedExchange {
  readonly index: number;
  readonly entry: ExchangeEntry;
  /** In version 1 it is in the settle before it. */
  readonly charged: number;
}

/** A seam. Everything rejects with `HiloError` only. */
export interface Receipts {
  readonly origin: string;
  readonly verifierKey: string;
  /** The newest checkpoint that witnesses have signed, or the newest one if there is none. */
  checkpoint(): Checkpoint;
  /** `index` names an exchange (or its settle of version 1); the reader's newest without it. `not_found`. */
  receipt(reader: ReceiptReader, index: number | undefined, signal: AbortSignal): Promise<ReceiptWithEntry>;
  /** RFC 6962 consistency proof; `to` is the newest size when it is left out. `not_found`. */
  consistency(
    from: number,
    to: number | undefined,
    signal: AbortSignal,
  ): Promise<{ from: number; to: number; hashes: readonly Uint8Array[] }>;
  /**
   * The exchange at this index, or that the settle of version 1 there paid for; undefined when there is none.
   */
  exchangeAt(index: number): Promise<{ index: number; entry: ExchangeEntry } | undefined>;
  /** The exchange with this id, which comes after so many entries; undefined while it is not durable. */
  locate(
    mark: Pick<ExchangeMark, 'id' | 'entriesBefore'>,
    signal: AbortSignal,
  ): Promise<LocatedExchange | undefined>;
  /** The indexes of many exchanges, by their ids; those that are not durable yet are left out. */
  locateAll(marks: readonly Pick<ExchangeMark, 'id' | 'entriesBefore'>[]): Promise<Map<string, number>>;
}

interface SaltReader {
  newestOf(account: string): Promise<ExchangeMark | undefined>;
  read(
    id: string,
  ): Promise<
    { readonly account: string; readonly promptSalt: Uint8Array; readonly answerSalt: Uint8Array } | undefined
  >;
}

export interface LedgerReceiptsOptions {
  readonly ledger: Pick<
    Ledger,
    'consistency' | 'entries' | 'entry' | 'head' | 'origin' | 'receipt' | 'verifierKey'
  >;
  readonly texts: SaltReader;
  readonly statements: StatementPages;
  readonly checkpoint: () => Checkpoint;
}

/** A session that only erased since its last exchange gives its number instead. */
const NEWEST_ROWS = 50;
/** An exchange stands among the next few entries after those that were there when its texts were written. */
const ENTRIES_AT_ONCE = 64;

export class LedgerReceipts implements Receipts {
  readonly #options: LedgerReceiptsOptions;

  constructor(options: LedgerReceiptsOptions) {
    this.#options = options;
  }

  get origin(): string {
    return this.#options.ledger.origin;
  }

  get verifierKey(): string {
    return this.#options.ledger.verifierKey;
  }

  checkpoint(): Checkpoint {
    return this.#options.checkpoint();
  }

  async receipt(
    { account, actor = account, isAdmin }: ReceiptReader,
    wanted: number | undefined,
    signal: AbortSignal,
  ): Promise<ReceiptWithEntry> {
    const { ledger, texts } = this.#options;
    const named = wanted ?? (await this.#newest(account, signal));
    const exchange = named === undefined ? undefined : await this.exchangeAt(named);
    if (!exchange) throw notFound(named);
    const { index, entry } = exchange;
    const content = await texts.read(entry.id);
    const isOwn =
      entry.account === account || askedBy(entry, [account, actor]) || content?.account === account;
    if (!isOwn && !isAdmin) throw notFound(named);
    const cosigned = this.checkpoint();
    // Witnesses are some seconds behind; entries they have not signed yet are proved by our own signature.
    const by = index < cosigned.size ? cosigned : undefined;
    const proof = await orLedgerFault(() => ledger.receipt(index, by, signal));
    const before = entry.type === 'exchange' ? await orLedgerFault(() => ledger.entry(index - 1)) : undefined;
    const charged = chargeOf(entry, before);
    if (!content) return { index, proof, entry, charged };
    const promptSalt = Buffer.from(content.promptSalt).toString('base64');
    const answerSalt = Buffer.from(content.answerSalt).toString('base64');
    return { index, proof, promptSalt, answerSalt, entry, charged };
  }

  async consistency(from: number, to = this.#options.ledger.head.size, signal: AbortSignal) {
    const hashes = await orLedgerFault(() => this.#options.ledger.consistency(from, to, signal));
    return { from, to, hashes };
  }

  async exchangeAt(index: number): Promise<{ index: number; entry: ExchangeEntry } | undefined> {
    return orLedgerFault(async () => {
      const { ledger } = this.#options;
      const named = await ledger.entry(index);
      const at = named?.type === 'settle' ? index + 1 : index;
      const entry = at === index ? named : await ledger.entry(at);
      return isExchange(entry) ? { index: at, entry } : undefined;
    });
  }

  locate(
    { id, entriesBefore }: Pick<ExchangeMark, 'id' | 'entriesBefore'>,
    signal: AbortSignal,
  ): Promise<LocatedExchange | undefined> {
    return orLedgerFault(async () => {
      const { ledger } = this.#options;
      let before: Entry | undefined;
      for (let from = entriesBefore; from < ledger.head.size; from += ENTRIES_AT_ONCE) {
        const indexes = Array.from({ length: ENTRIES_AT_ONCE }, (_, offset) => from + offset);
        for (const [index, entry] of await ledger.entries(indexes, signal)) {
          if (isExchange(entry) && entry.id === id) return { index, entry, charged: chargeOf(entry, before) };
          before = entry;
        }
      }
      return undefined;
    });
  }

  /** Each part of the ledger is read once, however many exchanges are in it. */
  locateAll(marks: readonly Pick<ExchangeMark, 'id' | 'entriesBefore'>[]): Promise<Map<string, number>> {
    return orLedgerFault(async () => {
      const { ledger } = this.#options;
      const found = new Map<string, number>();
      const sorted = marks.toSorted((one, other) => one.entriesBefore - other.entriesBefore);
      const wanted = new Set(marks.map(({ id }) => id));
      let from = 0;
      for (const { id, entriesBefore } of sorted) {
        from = Math.max(from, entriesBefore);
        while (!found.has(id) && from < ledger.head.size) {
          const indexes = Array.from({ length: ENTRIES_AT_ONCE }, (_, offset) => from + offset);
          for (const [index, entry] of await ledger.entries(indexes)) {
            if (isExchange(entry) && wanted.has(entry.id)) found.set(entry.id, index);
          }
          from += ENTRIES_AT_ONCE;
        }
      }
      return found;
    });
  }

  /** A team may have paid for it: then the statement of the account does not have it. */
  async #newest(account: string, signal: AbortSignal): Promise<number | undefined> {
    const mark = await this.#options.texts.newestOf(account);
    const said = mark && (await this.locate(mark, signal));
    const paid = await this.#newestCharge(account);
    return said && (paid === undefined || paid < said.index) ? said.index : paid;
  }

  /** Cancelled exchanges included: they have no result that could carry a receipt. */
  async #newestCharge(account: string): Promise<number | undefined> {
    const { ledger, statements } = this.#options;
    return orLedgerFault(async () => {
      for (const index of await statements.page(account, ledger.head.size, NEWEST_ROWS)) {
        const entry = await ledger.entry(index);
        if (entry?.type === 'charge' || entry?.type === 'settle') return index;
      }
      return undefined;
    });
  }
}

/** Another account may have paid. Version 1 of the ledger does not name who has asked. */
export function askedBy(entry: ExchangeEntry, actors: readonly string[]): boolean {
  return entry.type === 'charge' && actors.includes(entry.actor);
}

function isExchange(entry: Entry | undefined): entry is ExchangeEntry {
  return entry?.type === 'charge' || entry?.type === 'exchange';
}

function chargeOf(entry: ExchangeEntry, before: Entry | undefined): number {
  if (entry.type === 'charge') return Number(entry.amount);
  return before?.type === 'settle' ? Number(before.amount) : 0;
}

/** The same error for what does not exist and for what belongs to another account. */
export function notFound(index: number | undefined): HiloError {
  return new HiloError('not_found', { values: { what: index === undefined ? '#' : `#${index}` } });
}
