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

export interface Account {
  granted: number;
  available: number;
  held: number;
  spent: number;
}

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

/** Plain data that `AccountsFold.restore` takes; equal folds give equal states. */
export interface FoldState {
  count: number;
  origin: string;
  keys: KeyPeriod[];
  accounts: [name: string, granted: number, available: number, held: number, spent: number][];
  holds: [id: string, account: string, amount: number, index: number, expires: string][];
  permanentIds: [id: string, index: number][];
  recentIds: [id: string, index: number][];
  previousIds: [id: string, index: number][];
  refunds: [settle: number, charged: number, refunded: number][];
}

/**
 * Ids of holds, rejections and erasures are remembered for at least this many entries, and then forgotten, so
 * that memory stays bounded. Ids of grants, imports and refunds, which make money, are remembered for ever.
 */
export const idWindowEntries = 2 ** 19;

/** Sum of all grants; beyond it sums would no longer be exact. */
const issuedMax = Number.MAX_SAFE_INTEGER;

export class AccountsFold {
  #count = 0;
  #origin = '';
  #keys: KeyPeriod[] = [];
  #issued = 0;
  #revenue = 0;
  #accounts = new Map<string, Account>();
  #holds = new Map<string, OpenHold>();
  #permanentIds = new Map<string, number>();
  #recentIds = new Map<string, number>();
  #previousIds = new Map<string, number>();
  #refunds = new Map<number, { charged: number; refunded: number }>();
  #settled: EntryOf<'settle'> | undefined;

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

  get accounts(): ReadonlyMap<string, Readonly<Account>> {
    return this.#accounts;
  }

  get openHolds(): ReadonlyMap<string, Readonly<OpenHold>> {
    return this.#holds;
  }

  account(name: string): Readonly<Account> {
    return this.#accounts.get(name) ?? { granted: 0, available: 0, held: 0, spent: 0 };
  }

  /** Index of the newest entry that carries the id, when it is still remembered. */
  indexOfId(id: string): number | undefined {
    const resolved = this.#recentIds.get(id) ?? this.#previousIds.get(id);
    return this.#holds.get(id)?.index ?? resolved ?? this.#permanentIds.get(id);
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
    if (this.#count % idWindowEntries === 0) {
      this.#previousIds = this.#recentIds;
      this.#recentIds = new Map();
    }
    return undefined;
  }

  state(): FoldState {
    return {
      count: this.#count,
      origin: this.#origin,
      keys: this.#keys.map((period) => ({ ...period })),
      accounts: [...this.#accounts].map(([name, a]) => [name, a.granted, a.available, a.held, a.spent]),
      holds: [...this.#holds].map(([id, h]) => [id, h.account, h.amount, h.index, h.expires]),
      permanentIds: [...this.#permanentIds],
      recentIds: [...this.#recentIds],
      previousIds: [...this.#previousIds],
      refunds: [...this.#refunds].map(([settle, r]) => [settle, r.charged, r.refunded]),
    };
  }

  /** Continues from a state taken between two blocks. */
  static restore(state: FoldState): AccountsFold {
    const fold = new AccountsFold();
    fold.#count = state.count;
    fold.#origin = state.origin;
    fold.#keys = state.keys.map((period) => ({ ...period }));
    for (const [name, granted, available, held, spent] of state.accounts) {
      fold.#accounts.set(name, { granted, available, held, spent });
      fold.#issued += granted;
      fold.#revenue += spent;
    }
    for (const [id, account, amount, index, expires] of state.holds) {
      fold.#holds.set(id, { account, amount, index, expires });
    }
    fold.#permanentIds = new Map(state.permanentIds);
    fold.#recentIds = new Map(state.recentIds);
    fold.#previousIds = new Map(state.previousIds);
    for (const [settle, charged, refunded] of state.refunds) fold.#refunds.set(settle, { charged, refunded });
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
    this.#permanentIds.set(entry.id, this.#count);
    this.#issued += amount;
    const account = this.#accounts.get(entry.account);
    if (account === undefined) {
      this.#accounts.set(entry.account, { granted: amount, available: amount, held: 0, spent: 0 });
    } else {
      account.granted += amount;
      account.available += amount;
    }
    return undefined;
  }

  #hold(entry: EntryOf<'hold'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    const duplicate = this.#duplicate(entry.id);
    if (duplicate !== undefined) return duplicate;
    const account = this.#accounts.get(entry.account);
    const available = account?.available ?? 0;
    if (available < amount) {
      return { reason: 'insufficient_credits', expected: `at most ${available}`, found: entry.amount };
    }
    const index = this.#count;
    if (account !== undefined) {
      account.available -= amount;
      account.held += amount;
    }
    this.#holds.set(entry.id, { account: entry.account, amount, index, expires: entry.expires });
    return undefined;
  }

  #settle(entry: EntryOf<'settle'>): EntryRefusal | undefined {
    const charged = Number(entry.amount);
    const refusal = this.#resolve(entry, charged + Number(entry.returned));
    if (refusal !== undefined) return refusal;
    const account = this.#accounts.get(entry.account);
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
    this.#recentIds.set(entry.id, this.#count);
    const account = this.#accounts.get(entry.account);
    if (account !== undefined) {
      account.held -= amount;
      account.available += amount;
    }
    return undefined;
  }

  #refund(entry: EntryOf<'refund'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    const charged = Number(entry.charged);
    const settle = Number(entry.of);
    const duplicate = this.#duplicate(entry.id);
    if (duplicate !== undefined) return duplicate;
    const account = this.#accounts.get(entry.account);
    const earlier = this.#refunds.get(settle) ?? { charged, refunded: 0 };
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
    this.#permanentIds.set(entry.id, this.#count);
    account.spent -= amount;
    account.available += amount;
    this.#revenue -= amount;
    this.#refunds.set(settle, { charged, refunded: earlier.refunded + amount });
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
    if (duplicate === undefined) this.#recentIds.set(id, this.#count);
    return duplicate;
  }

  #duplicate(id: string): EntryRefusal | undefined {
    const known = this.indexOfId(id);
    if (known === undefined) return undefined;
    return { reason: 'duplicate_id', expected: 'a new id', found: `${id} of #${known}` };
  }
}
