/** The tables of the server's fold: bounded memory, the rest on disk. */
import {
  idWindowEntries,
  type Account,
  type FoldNeed,
  type FoldTables,
  type Refunded,
} from '../../shared/ledger/fold-tables.ts';
import { KEY_BYTES, KIND, prefixOf, RECORD_BYTES } from './run-format.ts';
import type { RunSet } from './run-set.ts';
import { StoredTable } from './stored-table.ts';
import { accountFormat, notedFormat, refundedFormat, type Noted } from './table-values.ts';

export const TABLE_LIMITS = {
  /** Unchanged accounts that stay in memory: about 200 bytes each. */
  accountsCachedMax: 100_000,
  /** Ids are asked for once, when they are used; refunds hardly ever. */
  idsCachedMax: 1_000,
  refundsCachedMax: 1_000,
} as const;

export type TableLimits = { readonly [Name in keyof typeof TABLE_LIMITS]: number };

/** While it is not disposed of, what was loaded stays in memory. */
export type Lease = Disposable;

/** What does not depend on the values of a table. */
type AnyTable = Pick<
  StoredTable<object>,
  'adopt' | 'changedRecords' | 'endLease' | 'lease' | 'startGeneration'
>;

export class StoredTables implements FoldTables {
  readonly #accounts: StoredTable<Account>;
  readonly #ids: StoredTable<Noted>;
  readonly #refunds: StoredTable<Refunded>;
  #runs: RunSet;
  /** How many entries there were when each of the older generations ended. */
  #ends: number[] = [];
  /** Ids below it are forgotten, unless they are permanent. */
  #oldestRecent: number;

  /** `count`: how many entries the runs include. */
  constructor(runs: RunSet, count: number, limits: TableLimits = TABLE_LIMITS) {
    const { accountsCachedMax, idsCachedMax, refundsCachedMax } = limits;
    this.#runs = runs;
    this.#oldestRecent = oldestRecentAt(count);
    this.#accounts = new StoredTable(
      { kind: KIND.account, format: accountFormat, cachedMax: accountsCachedMax },
      runs,
    );
    this.#ids = new StoredTable({ kind: KIND.id, format: notedFormat, cachedMax: idsCachedMax }, runs);
    this.#refunds = new StoredTable(
      { kind: KIND.refund, format: refundedFormat, cachedMax: refundsCachedMax },
      runs,
    );
  }

  get runs(): RunSet {
    return this.#runs;
  }

  get oldestRecent(): number {
    return this.#oldestRecent;
  }

  /** Records that the runs do not have. */
  get changes(): number {
    return this.#accounts.changes + this.#ids.changes + this.#refunds.changes;
  }

  /** Records in memory. */
  get size(): number {
    return this.#accounts.size + this.#ids.size + this.#refunds.size;
  }

  account(name: string): Account | undefined {
    return this.#accounts.get(name);
  }

  setAccount(name: string, account: Account): void {
    this.#accounts.set(name, account);
  }

  indexOfId(id: string): number | undefined {
    const noted = this.#ids.get(id);
    return noted && (noted.isPermanent || noted.index >= this.#oldestRecent) ? noted.index : undefined;
  }

  noteId(id: string, index: number, isPermanent: boolean): void {
    this.#ids.set(id, { index, isPermanent });
  }

  startIdWindow(count: number): void {
    this.#oldestRecent = oldestRecentAt(count);
  }

  refunded(charge: number): Refunded | undefined {
    return this.#refunds.get(String(charge));
  }

  setRefunded(charge: number, refunded: Refunded): void {
    this.#refunds.set(String(charge), refunded);
  }

  /** Whether all of it can be asked now. */
  isLoaded({ account, id, charge }: FoldNeed): boolean {
    return (
      (account === undefined || this.#accounts.isLoaded(account)) &&
      (id === undefined || this.#ids.isLoaded(id)) &&
      (charge === undefined || this.#refunds.isLoaded(String(charge)))
    );
  }

  /** Rejects with `SnapshotDamage`. */
  async load(needs: readonly FoldNeed[]): Promise<Lease> {
    const leases = new DisposableStack();
    const lease = async (table: AnyTable, name: string): Promise<void> => {
      await table.lease(name);
      leases.defer(() => table.endLease(name));
    };
    const loads = needs.flatMap(({ account, id, charge }) => [
      ...(account === undefined ? [] : [lease(this.#accounts, account)]),
      ...(id === undefined ? [] : [lease(this.#ids, id)]),
      ...(charge === undefined ? [] : [lease(this.#refunds, String(charge))]),
    ]);
    const failed = (await Promise.allSettled(loads)).find((load) => load.status === 'rejected');
    if (failed === undefined) return leases;
    leases.dispose();
    throw failed.reason;
  }

  /** A snapshot that includes `count` entries will make the memory free of all that changed until now. */
  startGeneration(count: number): void {
    for (const table of this.#all()) table.startGeneration();
    this.#ends.push(count);
  }

  /** Goes on with runs that include `count` entries; closes those before. */
  async adopt(runs: RunSet, count: number): Promise<void> {
    const before = this.#runs;
    const included = this.#ends.findLastIndex((end) => end <= count) + 1;
    this.#ends.splice(0, included);
    this.#runs = runs;
    for (const table of this.#all()) table.adopt(runs, included);
    await before.close();
  }

  /** Everything that changed, as records sorted by key. */
  changedRecords(): Buffer {
    return sortedRecords(Buffer.concat(this.#all().map((table) => table.changedRecords())));
  }

  #all(): readonly AnyTable[] {
    return [this.#accounts, this.#ids, this.#refunds];
  }
}

/** An id is forgotten at the second multiple of the window behind it. */
function oldestRecentAt(count: number): number {
  return (Math.floor(count / idWindowEntries) - 1) * idWindowEntries;
}

function sortedRecords(records: Buffer): Buffer {
  const count = records.length / RECORD_BYTES;
  const prefixes = new Float64Array(count);
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    prefixes[at] = prefixOf(records, at * RECORD_BYTES);
    order[at] = at;
  }
  order.sort((one, other) => {
    const difference = (prefixes[one] ?? 0) - (prefixes[other] ?? 0);
    if (difference !== 0) return difference;
    const [first, second] = [one * RECORD_BYTES, other * RECORD_BYTES];
    return records.compare(records, second, second + KEY_BYTES, first, first + KEY_BYTES);
  });
  const sorted = Buffer.alloc(records.length);
  for (const [position, at] of order.entries()) {
    records.copy(sorted, position * RECORD_BYTES, at * RECORD_BYTES, (at + 1) * RECORD_BYTES);
  }
  return sorted;
}
