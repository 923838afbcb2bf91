/**
 * The accounts as a fold of the entries. Pure: it never reads a clock, so that everyone who reads the file
 * gets the same balances for ever. An entry is either applied whole or refused with a reason and without
 * effect.
 *
 * Double entry, each amount moves once: issued → available (grant, import, allowance) → held (hold) → revenue
 * (charge; settle in version 1), from available to revenue (charge without a hold), back from held to
 * available (the rest of a charge, release, expire), from revenue to available (refund) and from available to
 * issued (what lapses of an allowance). Therefore `available + held + spent = granted` for each account after
 * every entry, and no part is ever negative.
 */
import type { Entry, EntryOf } from './entries.ts';
import { insufficient, newAccount, takeFrom, type EntryRefusal } from './fold-rules.ts';
import { VERSIONS, type FoldState, type KeyPeriod, type LedgerVersion, type OpenHold } from './fold-state.ts';
import { idWindowEntries, type Account, type FoldTables, type MemoryTables } from './fold-tables.ts';

/** Sum of all grants; beyond it sums would no longer be exact. */
const issuedMax = Number.MAX_SAFE_INTEGER;

export class AccountsFold<Tables extends FoldTables = MemoryTables> {
  readonly tables: Tables;
  #count = 0;
  #version: LedgerVersion = 1;
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

  /** The version of the rules for the next entry. */
  get version(): LedgerVersion {
    return this.#version;
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
    return this.tables.account(name) ?? newAccount();
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
    const version = VERSIONS[entry.type] ?? this.#version;
    if (version !== this.#version) {
      return { reason: 'other_version', expected: `version ${this.#version}`, found: entry.type };
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
      version: this.#version,
      origin: this.#origin,
      keys: this.#keys.map((period) => ({ ...period })),
      issued: this.#issued,
      revenue: this.#revenue,
      accounts: this.#accountCount,
      holds: [...this.#holds].map(([id, h]) => [id, h.account, h.amount, h.allowance, h.index, h.expires]),
    };
  }

  /** Continues from a state taken between two blocks, on the tables of the same moment. */
  static restore<Tables extends FoldTables>(state: FoldState, tables: Tables): AccountsFold<Tables> {
    const fold = new AccountsFold(tables);
    fold.#count = state.count;
    fold.#version = state.version;
    fold.#origin = state.origin;
    fold.#keys = state.keys.map((period) => ({ ...period }));
    fold.#issued = state.issued;
    fold.#revenue = state.revenue;
    fold.#accountCount = state.accounts;
    for (const [id, account, amount, allowance, index, expires] of state.holds) {
      fold.#holds.set(id, { account, amount, allowance, index, expires });
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
      case 'version':
        return this.#startVersion(entry);
      case 'allowance':
        return this.#renew(entry);
      case 'hold':
        return this.#hold(entry);
      case 'charge':
        return this.#charge(entry);
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
    this.#version = entry.version === '2' ? 2 : 1;
    this.#keys.push({ from: 0, key: entry.key });
    return undefined;
  }

  #startVersion(entry: EntryOf<'version'>): EntryRefusal | undefined {
    if (this.#holds.size > 0) {
      return { reason: 'holds_open', expected: 'no open hold', found: `${this.#holds.size}` };
    }
    this.#version = Number(entry.version) as LedgerVersion;
    return undefined;
  }

  #issue(entry: EntryOf<'grant'> | EntryOf<'import'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    const refusal = this.#duplicate(entry.id) ?? this.#beyondIssuable(amount);
    if (refusal !== undefined) return refusal;
    this.tables.noteId(entry.id, this.#count, true);
    this.#add(entry.account, this.#ownAccount(entry.account), amount);
    return undefined;
  }

  #renew(entry: EntryOf<'allowance'>): EntryRefusal | undefined {
    const [amount, carried, lapsed] = [Number(entry.amount), Number(entry.carried), Number(entry.lapsed)];
    const left = this.tables.account(entry.account)?.allowance ?? 0;
    const refusal = this.#duplicate(entry.id) ?? this.#beyondIssuable(amount - lapsed);
    if (refusal !== undefined) return refusal;
    if (carried + lapsed !== left) {
      return { reason: 'other_allowance', expected: `${left} left`, found: `${carried} + ${lapsed}` };
    }
    this.tables.noteId(entry.id, this.#count, true);
    const account = this.#ownAccount(entry.account);
    account.allowance = carried + amount;
    this.#add(entry.account, account, amount - lapsed);
    return undefined;
  }

  #beyondIssuable(amount: number): EntryRefusal | undefined {
    const most = issuedMax - this.#issued;
    return amount > most
      ? { reason: 'too_much_issued', expected: `at most ${most}`, found: `${amount}` }
      : undefined;
  }

  #ownAccount(name: string): Account {
    const account = this.tables.account(name);
    if (account === undefined) this.#accountCount += 1;
    return account ?? newAccount();
  }

  #add(name: string, account: Account, amount: number): void {
    this.#issued += amount;
    account.granted += amount;
    account.available += amount;
    this.tables.setAccount(name, account);
  }

  #hold(entry: EntryOf<'hold'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    const account = this.tables.account(entry.account);
    const refusal = this.#duplicate(entry.id) ?? insufficient(account, amount);
    if (refusal !== undefined) return refusal;
    const allowance = account === undefined ? 0 : takeFrom(account, amount);
    if (account !== undefined) {
      account.held += amount;
      this.tables.setAccount(entry.account, account);
    }
    const { account: name, expires } = entry;
    this.#holds.set(entry.id, { account: name, amount, allowance, index: this.#count, expires });
    return undefined;
  }

  #charge(entry: EntryOf<'charge'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    if (entry.hold !== '-') return this.#chargeHold(entry, amount);
    const account = this.tables.account(entry.account);
    const refusal = this.#duplicate(entry.id) ?? insufficient(account, amount);
    if (refusal !== undefined) return refusal;
    this.tables.noteId(entry.id, this.#count, false);
    if (account !== undefined) {
      takeFrom(account, amount);
      account.spent += amount;
      this.tables.setAccount(entry.account, account);
    }
    this.#revenue += amount;
    return undefined;
  }

  /** What is not charged of the hold becomes available again. */
  #chargeHold(entry: EntryOf<'charge'>, amount: number): EntryRefusal | undefined {
    const held = this.#holds.get(entry.id)?.amount;
    if (held !== undefined && amount > held)
      return { reason: 'wrong_sum', expected: `at most ${held}`, found: entry.amount };
    return this.#resolve(entry, held ?? 0) ?? this.#spend(entry.account, amount);
  }

  /** Of what has become available just now, so the account is marked as changed already. */
  #spend(name: string, amount: number): undefined {
    const account = this.tables.account(name);
    if (account !== undefined) {
      takeFrom(account, amount);
      account.spent += amount;
    }
    this.#revenue += amount;
  }

  #settle(entry: EntryOf<'settle'>): EntryRefusal | undefined {
    const charged = Number(entry.amount);
    return this.#resolve(entry, charged + Number(entry.returned)) ?? this.#spend(entry.account, charged);
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
      account.allowance += hold.allowance;
      this.tables.setAccount(entry.account, account);
    }
    return undefined;
  }

  #refund(entry: EntryOf<'refund'>): EntryRefusal | undefined {
    const amount = Number(entry.amount);
    const charged = Number(entry.charged);
    const of = Number(entry.of);
    const duplicate = this.#duplicate(entry.id);
    if (duplicate !== undefined) return duplicate;
    const account = this.tables.account(entry.account);
    const earlier = this.tables.refunded(of) ?? { charged, refunded: 0 };
    if (of >= this.#count || earlier.charged !== charged) {
      return {
        reason: 'bad_reference',
        expected: `#${of} charged ${earlier.charged}`,
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
    this.tables.setRefunded(of, { charged, refunded: earlier.refunded + amount });
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
