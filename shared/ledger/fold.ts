/**
 * The accounts as a fold of the entries. Pure: it never reads a clock, so that everyone who reads the file
 * gets the same balances for ever. An entry is either applied whole or refused with a reason and without
 * effect.
 *
 * Double entry, each amount moves once: issued → available (grant, import) → held (hold) → revenue (settle),
 * back from held to available (settle's rest, release, expire) and from revenue to available (refund).
 * Therefore `available + held + spent = granted` for each account after every entry, and no part is ever
 * negative.
 */
import type { Entry, EntryOf } from './entries.ts';
import { idWindowEntries, type Account, type FoldTables, type MemoryTables } from './fold-tables.ts';

export interface OpenHold {
  account: string;
  amount: number;
  /** Index of the hold's entry. */
  index: number;
  /** When the writer may append `expire`, as written in the entry. */
  expires: string;
}

export type EntryRefusalReason =
  | 'no_genesis'
  | 'second_genesis'
  | 'duplicate_id'
  | 'insufficient_credits'
  | 'too_much_issued'
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

/** The key that signs checkpoints of trees larger than `from`, until a later one takes over. */
export interface KeyPeriod {
  from: number;
  key: string;
}

/** What the fold knows beside its tables: plain data that `AccountsFold.restore` takes. */
export interface FoldState {
  count: number;
  origin: string;
  keys: KeyPeriod[];
  issued: number;
  revenue: number;
  /** How many accounts there are. */
  accounts: number;
  holds: [id: string, account: string, amount: number, index: number, expires: string][];
}

/** Sum of all grants; beyond it sums would no longer be exact. */
const issuedMax = Number.MAX_SAFE_INTEGER;

export class AccountsFold<Tables extends FoldTables = MemoryTables> {
  readonly tables: Tables;
  #count = 0;
  #origin = '';
  #keys: KeyPeriod[] = [];
  #issued = 0;
  #revenue = 0;
  #accountCount = 0;
  #holds = new Map<string, OpenHold>();
  #settled: EntryOf<'settle'> | undefined;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  /** How many entries were applied; the next entry's index. */
  get count(): number {
    return this.#count;
  }

  get origin(): string {
    return this.#origin;
  }

  get keys(): readonly KeyPeriod[] {
    return this.#keys;
  }

  get issued(): number {
    return this.#issued;
  }

  get revenue(): number {
    return this.#revenue;
  }

  /** How many accounts there are. */
  get accountCount(): number {
    return this.#accountCount;
  }

  get openHolds(): ReadonlyMap<string, Readonly<OpenHold>> {
    return this.#holds;
  }

  account(name: string): Readonly<Account> {
    return this.tables.account(name) ?? { granted: 0, available: 0, held: 0, spent: 0 };
  }

  /** Index of the newest entry that carries the id, when it is still remembered. */
  indexOfId(id: string): number | undefined {
    return this.#holds.get(id)?.index ?? this.tables.indexOfId(id);
  }

  /** The key in force for a checkpoint of this size. */
  keyAt(size: number): string | undefined {
    return this.#keys.findLast((period) => period.from < size)?.key;
  }

  /** A block begins: an exchange must not follow a settle of the block before. */
  startBlock(): void {
    this.#settled = undefined;
  }

  /** Applies the next entry, or says why it is illegal and changes nothing. */
  apply(entry: Entry): EntryRefusal | undefined {
    if (this.#keys.length === 0 && entry.type !== 'genesis') {
      return { reason: 'no_genesis', expected: 'genesis', found: entry.type };
    }
    const refusal = this.#applyByType(entry);
    if (refusal !== undefined) return refusal;
    this.#settled = entry.type === 'settle' ? entry : undefined;
    this.#count += 1;
    if (this.#count % idWindowEntries === 0) this.tables.startIdWindow(this.#count);
    return undefined;
  }

  state(): FoldState {
    return {
      count: this.#count,
      origin: this.#origin,
      keys: this.#keys.map((period) => ({ ...period })),
      issued: this.#issued,
      revenue: this.#revenue,
      accounts: this.#accountCount,
      holds: [...this.#holds].map(([id, h]) => [id, h.account, h.amount, h.index, h.expires]),
    };
  }

  /** Continues from a state taken between two blocks, on the tables of the same moment. */
  static restore<Tables extends FoldTables>(state: FoldState, tables: Tables): AccountsFold<Tables> {
    const fold = new AccountsFold(tables);
    fold.#count = state.count;
    fold.#origin = state.origin;
    fold.#keys = state.keys.map((period) => ({ ...period }));
    fold.#issued = state.issued;
    fold.#revenue = state.revenue;
    fold.#accountCount = state.accounts;
    for (const [id, account, amount, index, expires] of state.holds) {
      fold.#holds.set(id, { account, amount, index, expires });
    }
    return fold;
  }

  #applyByType(entry: Entry): EntryRefusal | undefined {
    switch (entry.type) {
      case 'genesis':
        return this.#genesis(entry);
      case 'grant':
      case 'import':
        return this.#issue(entry);
      case 'hold':
        return this.#hold(entry);
      case 'settle':
        return this.#settle(entry);
      case 'release':
      case 'expire':
        return this.#giveBack(entry);
      case 'refund':
        return this.#refund(entry);
      case 'exchange':
        return this.#exchange(entry);
      case 'erase':
        return this.#erase(entry);
      case 'reject':
        return this.#noteId(entry.id);
      case 'keyrot':
        this.#keys.push({ from: this.#count, key: entry.key });
        return undefined;
      case 'recovery':
        break;
    }
    return undefined;
  }

  #genesis(entry: EntryOf<'genesis'>): EntryRefusal | undefined {
    if (this.#count > 0) return { reason: 'second_genesis', expected: 'any other type', found: 'genesis' };
    this.#origin = entry.origin;
    this.#keys.push({ from: 0, key: entry.key });
    return undefined;
  }

  #issue(entry: EntryOf<'grant'> | EntryOf<'import'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    const duplicate = this.#duplicate(entry.id);
    if (duplicate !== undefined) return duplicate;
    if (this.#issued + amount > issuedMax) {
      return {
        reason: 'too_much_issued',
        expected: `at most ${issuedMax - this.#issued}`,
        found: entry.amount,
      };
    }
    this.tables.noteId(entry.id, this.#count, true);
    this.#issued += amount;
    let account = this.tables.account(entry.account);
    if (account === undefined) {
      account = { granted: 0, available: 0, held: 0, spent: 0 };
      this.#accountCount += 1;
    }
    account.granted += amount;
    account.available += amount;
    this.tables.setAccount(entry.account, account);
    return undefined;
  }

  #hold(entry: EntryOf<'hold'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    const duplicate = this.#duplicate(entry.id);
    if (duplicate !== undefined) return duplicate;
    const account = this.tables.account(entry.account);
    const available = account?.available ?? 0;
    if (available < amount) {
      return { reason: 'insufficient_credits', expected: `at most ${available}`, found: entry.amount };
    }
    const index = this.#count;
    if (account !== undefined) {
      account.available -= amount;
      account.held += amount;
      this.tables.setAccount(entry.account, account);
    }
    this.#holds.set(entry.id, { account: entry.account, amount, index, expires: entry.expires });
    return undefined;
  }

  #settle(entry: EntryOf<'settle'>): EntryRefusal | undefined {
    const charged = Number(entry.amount);
    const refusal = this.#resolve(entry, charged + Number(entry.returned));
    if (refusal !== undefined) return refusal;
    // Its hold has ended just now, so the account is marked as changed already.
    const account = this.tables.account(entry.account);
    if (account !== undefined) {
      account.available -= charged;
      account.spent += charged;
    }
    this.#revenue += charged;
    return undefined;
  }

  #giveBack(entry: EntryOf<'release'> | EntryOf<'expire'>): EntryRefusal | undefined {
    return this.#resolve(entry, Number(entry.amount));
  }

  /** Ends an open hold: all of it becomes available again; the caller moves what is charged. */
  #resolve(entry: { id: string; account: string; hold: string }, amount: number): EntryRefusal | undefined {
    const hold = this.#holds.get(entry.id);
    if (hold === undefined) return { reason: 'no_such_hold', expected: 'an open hold', found: entry.id };
    if (hold.account !== entry.account || hold.index !== Number(entry.hold)) {
      const expected = `${hold.account} #${hold.index}`;
      return { reason: 'other_hold', expected, found: `${entry.account} #${entry.hold}` };
    }
    if (hold.amount !== amount)
      return { reason: 'wrong_sum', expected: `${hold.amount}`, found: `${amount}` };
    this.#holds.delete(entry.id);
    this.tables.noteId(entry.id, this.#count, false);
    const account = this.tables.account(entry.account);
    if (account !== undefined) {
      account.held -= amount;
      account.available += amount;
      this.tables.setAccount(entry.account, account);
    }
    return undefined;
  }

  #refund(entry: EntryOf<'refund'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    const charged = Number(entry.charged);
    const settle = Number(entry.of);
    const duplicate = this.#duplicate(entry.id);
    if (duplicate !== undefined) return duplicate;
    const account = this.tables.account(entry.account);
    const earlier = this.tables.refunded(settle) ?? { charged, refunded: 0 };
    if (settle >= this.#count || earlier.charged !== charged) {
      return {
        reason: 'bad_reference',
        expected: `#${settle} charged ${earlier.charged}`,
        found: entry.charged,
      };
    }
    const most = Math.min(charged - earlier.refunded, account?.spent ?? 0);
    if (account === undefined || amount > most) {
      return { reason: 'too_much_refunded', expected: `at most ${most}`, found: entry.amount };
    }
    this.tables.noteId(entry.id, this.#count, true);
    account.spent -= amount;
    account.available += amount;
    this.tables.setAccount(entry.account, account);
    this.#revenue -= amount;
    this.tables.setRefunded(settle, { charged, refunded: earlier.refunded + amount });
    return undefined;
  }

  #exchange(entry: EntryOf<'exchange'>): EntryRefusal | undefined {
    const settle = this.#settled;
    if (settle?.id === entry.id && settle.account === entry.account) return undefined;
    const expected = settle === undefined ? 'its settle just before' : `${settle.account} ${settle.id}`;
    return { reason: 'not_after_settle', expected, found: `${entry.account} ${entry.id}` };
  }

  #erase(entry: EntryOf<'erase'>): EntryRefusal | undefined {
    if (entry.of !== '*' && Number(entry.of) >= this.#count) {
      return { reason: 'bad_reference', expected: `below ${this.#count}`, found: entry.of };
    }
    return this.#noteId(entry.id);
  }

  #noteId(id: string): EntryRefusal | undefined {
    const duplicate = this.#duplicate(id);
    if (duplicate === undefined) this.tables.noteId(id, this.#count, false);
    return duplicate;
  }

  #duplicate(id: string): EntryRefusal | undefined {
    const known = this.indexOfId(id);
    if (known === undefined) return undefined;
    return { reason: 'duplicate_id', expected: 'a new id', found: `${id} of #${known}` };
  }
}
