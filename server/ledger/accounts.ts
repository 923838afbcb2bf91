/**
 * Credits on top of the ledger. Every decision is made on the balances in memory, which already count what is
 * queued but not yet durable; the promise resolves when the entry is durable. So any number of requests at
 * once can never spend more than there is. An account that is not in memory is read first; in memory, the
 * decision is made in the caller's turn.
 *
 * Each operation carries an id. The same id with the same body gives the same result again, whether the first
 * try is still being written, is done, or was done before a restart; with another body it is a `conflict`.
 */
import {
  amountText,
  bodyOf,
  exchangeEntry,
  heldBy,
  isResolution,
  otherBody,
  toWords,
  type ExchangeFacts,
} from './account-entries.ts';
import { canonicalText } from './canonical-text.ts';
import type { Entry, EntryOf } from '../../shared/ledger/entries.ts';
import type { OpenHold, EntryRefusal } from '../../shared/ledger/fold.ts';
import { foldNeed, type Account, type FoldNeed } from '../../shared/ledger/fold-tables.ts';
import { LedgerError, notFound } from './ledger-error.ts';
import type { LedgerLog } from './ledger-log.ts';
import type { Lease } from './stored-tables.ts';
import { TimeText } from './time-text.ts';

export interface GrantRequest {
  account: string;
  amount: number;
  id: string;
  by: string;
  reason: string;
}

export interface HoldRequest {
  account: string;
  amount: number;
  id: string;
  /** How long the hold may stay open before `expireDue` ends it. */
  ttlMs: number;
}

export interface SettleRequest {
  id: string;
  /** What the call cost. Never more than the hold is charged. */
  charge: number;
  /** Written right after the settle, in the same block. */
  exchange?: ExchangeFacts;
}

export interface RefundRequest {
  id: string;
  /** Index of the settle that is paid back, in whole or in part. */
  settle: number;
  amount: number;
  by: string;
  reason: string;
}

export interface EraseRequest {
  account: string;
  id: string;
  /** Index of the exchange whose content was deleted; all of the account's content when left out. */
  exchange?: number;
  by: string;
  reason: string;
}

export interface Done {
  /** Index of the entry, by which `receipt` finds it. */
  index: number;
  /** What the account could spend when the entry was decided. */
  balance: number;
}

export interface Settled extends Done {
  charged: number;
  returned: number;
  /** Index of the exchange, when there is one. */
  exchangeIndex?: number;
}

export class Accounts {
  #log: LedgerLog;
  #now: () => number;
  #decided = new TimeText();
  #expires = new TimeText();

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

  /** The balances of an account in memory (see `prepare`), with all that is decided but not yet durable. */
  account(name: string): Readonly<Account> {
    return this.#log.fold.account(name);
  }

  /** A copy of the balances. Rejects with `ledger_unavailable`. */
  balances(account: string): Promise<Account> {
    return this.#whenLoaded({ account }, async () => ({ ...this.account(account) }));
  }

  /** Ids of holds that are still open. */
  openHoldIds(): string[] {
    return [...this.#log.fold.openHolds.keys()];
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

  /** Rejects with `insufficient_credits`, with balance and need, when the account cannot spend that much. */
  hold(request: HoldRequest): Promise<Done> {
    const { account, id } = request;
    const now = this.#now();
    const expires = this.#expires.of(now + request.ttlMs);
    return this.#add({
      account,
      amount: amountText(request.amount),
      at: this.#at(now),
      expires,
      id,
      type: 'hold',
    });
  }

  /** Charges an open hold and gives the rest back; with the exchange it paid for, in one block. */
  settle(request: SettleRequest): Promise<Settled> {
    return this.#whenHoldLoaded(request.id, (hold) =>
      hold === undefined ? this.#repeatSettle(request) : this.#settleOpen(request, hold),
    );
  }

  #settleOpen(request: SettleRequest, hold: Readonly<OpenHold>): Promise<Settled> {
    const { id } = request;
    const charged = Math.min(request.charge, hold.amount);
    const returned = hold.amount - charged;
    const { account, index } = hold;
    const at = this.#at();
    const settle: EntryOf<'settle'> = {
      account,
      amount: amountText(charged),
      at,
      hold: String(index),
      id,
      returned: amountText(returned),
      type: 'settle',
    };
    if (request.exchange === undefined) return this.#addLoaded([settle], { charged, returned });
    const exchange = exchangeEntry(account, id, at, request.exchange);
    return this.#addLoaded([settle, exchange], {
      charged,
      returned,
      exchangeIndex: this.#log.fold.count + 1,
    });
  }

  /** Gives back all of an open hold: the call failed or never began. */
  release(request: { id: string; reason: string }): Promise<Done> {
    return this.#resolve(request.id, 'release', toWords(request.reason));
  }

  /** Gives back all of an open hold because its time is over. */
  expire(request: { id: string }): Promise<Done> {
    return this.#resolve(request.id, 'expire', '');
  }

  /** Expires every hold whose time is over and whose call no longer runs; returns how many. */
  async expireDue(isInUse: (id: string) => boolean = () => false): Promise<number> {
    const now = new Date(this.#now()).toISOString();
    const due = [...this.#log.fold.openHolds]
      .filter(([id, hold]) => hold.expires <= now && !isInUse(id))
      .map(([id]) => id);
    await Promise.all(due.map((id) => this.expire({ id })));
    return due.length;
  }

  /** Ends the holds that a stopped server left open, since their calls no longer run. */
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

  async refund(request: RefundRequest): Promise<Done> {
    const { id, by, settle: of } = request;
    const reason = toWords(request.reason);
    const settle = await this.#log.entry(of);
    if (settle?.type !== 'settle') throw notFound(`#${of}`);
    const { account, amount: charged } = settle;
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
    if (this.#log.fold.tables.isLoaded(need)) return this.#addLoaded([entry], {});
    canonicalText(entry);
    return this.#whenLoaded(need, () => this.#addLoaded([entry], {}));
  }

  /** Runs `decide` in the caller's turn when all is in memory, else when it was read. */
  #whenLoaded<Result>(need: FoldNeed, decide: () => Promise<Result>): Promise<Result> {
    return this.#log.fold.tables.isLoaded(need) ? decide() : this.#loadAndDecide(need, decide);
  }

  async #loadAndDecide<Result>(need: FoldNeed, decide: () => Promise<Result>): Promise<Result> {
    using _lease = await this.#log.load([need]);
    return decide();
  }

  /** With the open hold, if there is one, as it is when its account is in memory. */
  #whenHoldLoaded<Result>(
    id: string,
    decide: (hold: Readonly<OpenHold> | undefined) => Promise<Result>,
  ): Promise<Result> {
    const hold = this.openHold(id);
    if (hold === undefined) return decide(undefined);
    return this.#whenLoaded({ account: hold.account }, () => decide(this.openHold(id)));
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
    const balance = first !== undefined && 'account' in first ? fold.account(first.account).available : 0;
    return this.#log.append(texts, { index, balance, ...extra });
  }

  async #refused(entry: Entry, refusal: EntryRefusal): Promise<Done> {
    if (refusal.reason === 'duplicate_id' && 'id' in entry) return await this.#repeat(entry);
    if (refusal.reason === 'insufficient_credits' && entry.type === 'hold') {
      // Nothing was waited for since the account was found to have too little.
      const balance = this.account(entry.account).available;
      const need = Number(entry.amount);
      throw new LedgerError('insufficient_credits', `The balance is ${balance}, ${need} needed`, {
        balance,
        need,
      });
    }
    const { reason, expected, found } = refusal;
    if (reason === 'too_much_refunded' && entry.type === 'refund') {
      const { of: settle, charged } = entry;
      throw new LedgerError('refund_too_high', `Refused: ${expected}`, { settle, charged });
    }
    throw new LedgerError('conflict', `Refused: ${reason}, expected ${expected}, found ${found}`, { reason });
  }

  async #repeat(entry: Entry & { id: string }): Promise<Done> {
    const earlier = await this.#earlier(entry.id);
    if (entry.type === 'hold' && isResolution(earlier.entry) && heldBy(earlier.entry) === entry.amount) {
      if (earlier.entry.account === entry.account) return this.#again(entry, Number(earlier.entry.hold));
    }
    if (bodyOf(entry) !== bodyOf(earlier.entry)) throw otherBody(entry.id, earlier.entry);
    return this.#again(entry, earlier.index);
  }

  async #repeatResolve(id: string, type: 'release' | 'expire'): Promise<Done> {
    const { entry, index } = await this.#earlier(id);
    if (entry.type !== type) throw otherBody(id, entry);
    return this.#again(entry, index);
  }

  async #repeatSettle(request: SettleRequest): Promise<Settled> {
    const { entry, index } = await this.#earlier(request.id);
    if (entry.type !== 'settle') throw otherBody(request.id, entry);
    const charged = Number(entry.amount);
    const returned = Number(entry.returned);
    const next = await this.#log.entry(index + 1);
    const exchange = next?.type === 'exchange' && next.id === request.id ? next : undefined;
    const wanted = request.exchange && exchangeEntry(entry.account, request.id, '', request.exchange);
    const isSame =
      Math.min(request.charge, charged + returned) === charged && bodyOf(wanted) === bodyOf(exchange);
    if (!isSame) throw otherBody(request.id, entry);
    const done = await this.#again(entry, index);
    return { ...done, ...(exchange === undefined ? {} : { exchangeIndex: index + 1 }), charged, returned };
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
