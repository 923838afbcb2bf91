/**
 * Credits on top of the ledger. Every decision is made on the balances in memory, which already count what is
 * queued but not yet durable; the promise resolves when the entry is durable. So any number of requests at
 * once can never spend more than there is. An account that is not in memory is read first; in memory, the
 * decision is made in the caller's turn.
 *
 * Each operation carries an id. The same id with the same body gives the same result again, whether the first
 * try is still being written, is done, or was done before a restart; with another body it is a `conflict`.
 */
import { amountText, bodyOf, chargeEntry, holdEntry, otherBody, toWords } from './account-entries.ts';
import type {
  ChargeRequest,
  Charged,
  Done,
  EraseRequest,
  GrantRequest,
  HoldRequest,
  RefundRequest,
  Renewed,
  RenewRequest,
} from './account-requests.ts';
import { canonicalText } from './canonical-text.ts';
import type { Entry, EntryOf } from '../../shared/ledger/entries.ts';
import type { EntryRefusal } from '../../shared/ledger/fold-rules.ts';
import type { OpenHold } from '../../shared/ledger/fold-state.ts';
import { foldNeed, type Account, type FoldNeed } from '../../shared/ledger/fold-tables.ts';
import { insufficient, LedgerError, notFound } from './ledger-error.ts';
import type { LedgerLog } from './ledger-log.ts';
import { renewalShares } from './renewal.ts';
import { Reservations, type Reserved } from './reservations.ts';
import type { Lease } from './stored-tables.ts';
import { TimeText } from './time-text.ts';

export class Accounts {
  #log: LedgerLog;
  #now: () => number;
  #decided = new TimeText();
  #expires = new TimeText();
  #reservations = new Reservations();

  constructor(log: LedgerLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /**
   * Brings accounts and ids into memory, where they stay until the lease is disposed of: `account` can be
   * asked for them, and what is done with them is decided in the caller's turn. Rejects with
   * `ledger_unavailable`.
   */
  prepare(needs: readonly FoldNeed[]): Promise<Lease> {
    return this.#log.load(needs);
  }

  /** Whether these are in memory, where they stay for the caller's turn at least. */
  isLoaded(need: FoldNeed): boolean {
    return this.#log.fold.tables.isLoaded(need);
  }

  /**
   * The balances of an account in memory (see `prepare`), with all that is decided but not yet durable. What
   * is set aside counts as held.
   */
  account(name: string): Readonly<Account> {
    const account = this.#log.fold.account(name);
    const reserved = this.#reservations.of(name);
    if (reserved === 0) return account;
    return { ...account, available: account.available - reserved, held: account.held + reserved };
  }

  /** What is held or set aside now. */
  get openCount(): number {
    return this.#log.fold.openHolds.size + this.#reservations.count;
  }

  /** A copy of the balances. Rejects with `ledger_unavailable`. */
  balances(account: string): Promise<Account> {
    return this.#whenLoaded({ account }, async () => ({ ...this.account(account) }));
  }

  /** Ids of holds that are still open. */
  openHoldIds(): string[] {
    return [...this.#log.fold.openHolds.keys()];
  }

  /**
   * Sets credits aside for a call; the account must be in memory. Undefined when it cannot spend that much.
   */
  reserve(account: string, amount: number): Reserved | undefined {
    if (this.account(account).available < amount) return undefined;
    return this.#reservations.take(account, amount);
  }

  openHold(id: string): Readonly<OpenHold> | undefined {
    return this.#log.fold.openHolds.get(id);
  }

  /**
   * Whether an entry has this id, also one that is not durable yet. The id must be in memory (see `prepare`);
   * ids of grants are remembered for ever.
   */
  hasId(id: string): boolean {
    return this.#log.fold.indexOfId(id) !== undefined;
  }

  /** The newest entry with this id; ids are remembered for at least `idWindowEntries` entries. */
  async newestWithId(id: string): Promise<Entry | undefined> {
    const index = await this.#indexOfId(id);
    return index === undefined ? undefined : await this.#log.entry(index);
  }

  grant(request: GrantRequest): Promise<Done> {
    const { account, id, by } = request;
    const reason = toWords(request.reason);
    return this.#add({
      account,
      amount: amountText(request.amount),
      at: this.#at(),
      by,
      id,
      reason,
      type: 'grant',
    });
  }

  /**
   * Begins the next period of an allowance: what is left is carried over or lapses, and its amount is added.
   * Rejects with `conflict` when the id was used before; then the earlier entry says what became of it.
   */
  renew({ account, id, by, period, until, ...terms }: RenewRequest): Promise<Renewed> {
    return this.#whenLoaded({ account, id }, () => {
      const left = this.#log.fold.account(account).allowance;
      const shares = renewalShares(terms, { left, available: this.account(account).available });
      const entry: EntryOf<'allowance'> = {
        account,
        amount: amountText(shares.amount),
        at: this.#at(),
        by,
        carried: amountText(shares.carried),
        id,
        lapsed: amountText(shares.lapsed),
        period,
        type: 'allowance',
        until: new Date(until).toISOString(),
      };
      return this.#addLoaded([entry], shares);
    });
  }

  /**
   * Holds credits for longer than this process may live. Rejects with `insufficient_credits`, with balance
   * and need, when the account cannot spend that much.
   */
  hold(request: HoldRequest): Promise<Done> {
    const { account, id } = request;
    const now = this.#now();
    const expires = request.ttlMs === undefined ? NEVER : this.#expires.of(now + request.ttlMs);
    const entry = holdEntry({ account, amount: request.amount, at: this.#at(now), expires, id });
    canonicalText(entry);
    return this.#whenLoaded(foldNeed(entry), async () => {
      const balance = this.account(account).available;
      if (balance < request.amount && !this.hasId(id)) throw insufficient(balance, request.amount);
      return await this.#addLoaded([entry], {});
    });
  }

  /** Charges for an exchange, and notes what it was. What is not charged is available again. */
  charge(request: ChargeRequest): Promise<Charged> {
    const { id, reserved, next } = request;
    if (reserved === undefined) {
      const decide = (hold: Readonly<OpenHold> | undefined) =>
        hold === undefined
          ? this.#repeatCharge(request)
          : this.#charge(request, { account: hold.account, hold: String(hold.index) }, hold.amount);
      return this.#whenHoldLoaded(id, decide, next && { id: next.id });
    }
    const { account } = reserved;
    return this.#whenLoaded({ account, id }, () => {
      const most = Math.min(reserved.amount, this.#log.fold.account(account).available);
      reserved.release();
      return this.#charge(request, { account, hold: '-' }, most);
    });
  }

  #charge(
    { id, charge, exchange, next }: ChargeRequest,
    from: { account: string; hold: string },
    most: number,
  ): Promise<Charged> {
    const amount = Math.min(charge, most);
    const at = this.#at();
    const entries: Entry[] = [chargeEntry({ ...from, amount, at, id }, exchange)];
    if (next) {
      // No more than becomes available in the same moment, so that it is never refused.
      const rest = { account: from.account, amount: Math.min(next.amount, most - amount) };
      entries.push(holdEntry({ ...rest, at, expires: NEVER, id: next.id }));
    }
    return this.#addLoaded(entries, { charged: amount });
  }

  /** Gives back all of an open hold: the call failed or never began. */
  release(request: { id: string; reason: string }): Promise<Done> {
    return this.#resolve(request.id, 'release', toWords(request.reason));
  }

  /** Gives back all of an open hold because its time is over. */
  expire(request: { id: string }): Promise<Done> {
    return this.#resolve(request.id, 'expire', '');
  }

  /** Expires every hold whose time is over; returns how many. */
  async expireDue(): Promise<number> {
    const now = new Date(this.#now()).toISOString();
    const due: string[] = [];
    for (const [id, { expires }] of this.#log.fold.openHolds) if (expires <= now) due.push(id);
    await Promise.all(due.map((id) => this.expire({ id })));
    return due.length;
  }

  /**
   * Ends the holds that a server of version 1 has left open, since their calls no longer run. In version 2
   * only what outlives a server has a hold.
   */
  async resolveOrphans(): Promise<number> {
    const now = new Date(this.#now()).toISOString();
    const orphans = [...this.#log.fold.openHolds];
    await Promise.all(
      orphans.map(([id, hold]) =>
        hold.expires <= now ? this.expire({ id }) : this.release({ id, reason: 'restart' }),
      ),
    );
    return orphans.length;
  }

  /** `not_found` when there is no charge at that index. */
  async refund(request: RefundRequest): Promise<Done> {
    const { id, by, charge: of } = request;
    const reason = toWords(request.reason);
    const entry = await this.#log.entry(of);
    if (entry?.type !== 'charge' && entry?.type !== 'settle') throw notFound(`#${of}`);
    const { account, amount: charged } = entry;
    const amount = amountText(request.amount);
    const at = this.#at();
    return await this.#add({ account, amount, at, by, charged, id, of: String(of), reason, type: 'refund' });
  }

  /** Notes that content was deleted. The caller deletes it, with its salts. */
  erase(request: EraseRequest): Promise<Done> {
    const { account, id, by } = request;
    const reason = toWords(request.reason);
    const of = request.exchange === undefined ? '*' : String(request.exchange);
    const entry: Entry = { account, at: this.#at(), by, id, of, reason, type: 'erase' };
    // The account is for the balance in the result only.
    return this.#add(entry, { account, id });
  }

  #resolve(id: string, type: 'release' | 'expire', reason: string): Promise<Done> {
    return this.#whenHoldLoaded(id, (hold) => {
      if (hold === undefined) return this.#repeatResolve(id, type);
      const { account, index } = hold;
      const start = { account, amount: amountText(hold.amount), at: this.#at(), hold: String(index), id };
      return this.#addLoaded([type === 'release' ? { ...start, reason, type } : { ...start, type }], {});
    });
  }

  /** Throws what `canonicalText` throws. */
  #add(entry: Entry, need = foldNeed(entry)): Promise<Done> {
    if (this.isLoaded(need)) return this.#addLoaded([entry], {});
    canonicalText(entry);
    return this.#whenLoaded(need, () => this.#addLoaded([entry], {}));
  }

  /** Runs `decide` in the caller's turn when all is in memory, else when it was read. */
  #whenLoaded<Result>(need: FoldNeed, decide: () => Promise<Result>): Promise<Result> {
    return this.isLoaded(need) ? decide() : this.#loadAndDecide(need, decide);
  }

  async #loadAndDecide<Result>(need: FoldNeed, decide: () => Promise<Result>): Promise<Result> {
    using _lease = await this.#log.load([need]);
    return decide();
  }

  /** With the open hold, if there is one, as it is when its account is in memory. */
  #whenHoldLoaded<Result>(
    id: string,
    decide: (hold: Readonly<OpenHold> | undefined) => Promise<Result>,
    need: FoldNeed = {},
  ): Promise<Result> {
    const hold = this.openHold(id);
    if (hold === undefined) return decide(undefined);
    return this.#whenLoaded({ account: hold.account, ...need }, () => decide(this.openHold(id)));
  }

  /**
   * Decides at once, in the caller's turn, and resolves when the entries are durable. One promise for all of
   * it: there are hundreds of thousands a second. Throws what `canonicalText` throws.
   */
  #addLoaded<Extra extends object>(entries: readonly Entry[], extra: Extra): Promise<Done & Extra> {
    const { fold, failure } = this.#log;
    if (failure !== undefined) return Promise.reject(failure);
    const texts = entries.map(canonicalText);
    const index = fold.count;
    for (const entry of entries) {
      const refusal = fold.apply(entry);
      if (refusal !== undefined) return this.#refused(entry, refusal).then((done) => ({ ...done, ...extra }));
    }
    const first = entries[0];
    const balance = first !== undefined && 'account' in first ? this.account(first.account).available : 0;
    return this.#log.append(texts, { index, balance, ...extra });
  }

  async #refused(entry: Entry, refusal: EntryRefusal): Promise<Done> {
    if (refusal.reason === 'duplicate_id' && 'id' in entry) return await this.#repeat(entry);
    if (refusal.reason === 'insufficient_credits' && entry.type === 'hold') {
      // Nothing was waited for since the account was found to have too little.
      throw insufficient(this.account(entry.account).available, Number(entry.amount));
    }
    const { reason, expected, found } = refusal;
    if (reason === 'too_much_refunded' && entry.type === 'refund') {
      const { of: charge, charged } = entry;
      throw new LedgerError('refund_too_high', `Refused: ${expected}`, { charge, charged });
    }
    throw new LedgerError('conflict', `Refused: ${reason}, expected ${expected}, found ${found}`, { reason });
  }

  async #repeat(entry: Entry & { id: string }): Promise<Done> {
    const earlier = await this.#earlier(entry.id);
    const hold = entry.type === 'hold' ? await this.#holdOf(earlier.entry) : undefined;
    const { index } = hold ?? earlier;
    if (bodyOf(entry) !== bodyOf(hold?.entry ?? earlier.entry)) throw otherBody(entry.id, earlier.entry);
    return this.#again(entry, index);
  }

  /** The hold that an entry has ended. */
  async #holdOf(entry: Entry): Promise<{ entry: EntryOf<'hold'>; index: number } | undefined> {
    if (!('hold' in entry) || entry.hold === '-') return undefined;
    const index = Number(entry.hold);
    const hold = await this.#log.entry(index);
    return hold?.type === 'hold' ? { entry: hold, index } : undefined;
  }

  async #repeatResolve(id: string, type: 'release' | 'expire'): Promise<Done> {
    const { entry, index } = await this.#earlier(id);
    if (entry.type !== type) throw otherBody(id, entry);
    return this.#again(entry, index);
  }

  async #repeatCharge({ id, charge, exchange }: ChargeRequest): Promise<Charged> {
    const { entry, index } = await this.#earlier(id);
    const hold = await this.#holdOf(entry);
    if (entry.type !== 'charge' || hold === undefined) throw otherBody(id, entry);
    const { account, at } = entry;
    const amount = Math.min(charge, Number(hold.entry.amount));
    const wanted = chargeEntry({ account, amount, at, hold: entry.hold, id }, exchange);
    if (bodyOf(wanted) !== bodyOf(entry)) throw otherBody(id, entry);
    return { ...(await this.#again(entry, index)), charged: amount };
  }

  /** The newest entry with this id, once it is durable. */
  async #earlier(id: string): Promise<{ entry: Entry; index: number }> {
    const index = await this.#indexOfId(id);
    const entry = index === undefined ? undefined : await this.#log.entry(index);
    if (index === undefined || entry === undefined) throw notFound(id);
    return { entry, index };
  }

  async #again(entry: Entry, index: number): Promise<Done> {
    return { index, balance: 'account' in entry ? (await this.balances(entry.account)).available : 0 };
  }

  #indexOfId(id: string): Promise<number | undefined> {
    return this.#whenLoaded({ id }, async () => this.#log.fold.indexOfId(id));
  }

  #at(now = this.#now()): string {
    return this.#decided.of(now);
  }
}

/** Of a hold that lives as long as what it is for. */
const NEVER = '9999-12-31T23:59:59.999Z';
