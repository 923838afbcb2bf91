/**
 * The credits that a guest is given. The gift comes in portions: a message whose hold the balance does not
 * cover brings as many as it needs, out of the allowance of the guest's address. What a hold does not spend
 * stays in the account.
 *
 * A heavy guest must not leave nothing for the others behind an office's address. Once half of the allowance
 * is used, the rest is kept for guests who have had nothing yet, just enough for a first answer each.
 *
 * Each portion is counted in the ledger by the id of its grant, so that a guest gets each once, for ever.
 */
import { HiloError } from '../../shared/errors.ts';
import type { Accounts } from '../ledger/accounts.ts';
import type { Allowances } from './address-allowances.ts';
import { orLedgerFault } from './ledger-fault.ts';
import type { Payer } from './meter.ts';

export const GIFT_LIMITS = {
  /** Of one guest: each is an id that the ledger remembers for ever. */
  portions: 20,
  /** The part of an address's allowance that is kept for guests who have had nothing yet. */
  keptPart: 0.5,
} as const;

export interface GuestGiftsOptions {
  readonly accounts: Pick<Accounts, 'account' | 'grant' | 'hasId' | 'prepare'>;
  readonly allowances: Allowances<'guests'>;
  /** Other accounts get nothing. */
  readonly isGuest: (account: string) => boolean;
  /** For each guest. */
  readonly credits: number;
  /** The amount of the allowance `guests`. */
  readonly creditsPerAddress: number;
}

/** What the hold of a message needs. */
export interface Need {
  /** With the shortest answer that is worth a call. */
  readonly least: number;
  /** With the longest answer that the route allows. */
  readonly full: number;
}

export class GuestGifts {
  readonly #options: GuestGiftsOptions;

  constructor(options: GuestGiftsOptions) {
    this.#options = options;
  }

  get creditsPerAddress(): number {
    return this.#options.creditsPerAddress;
  }

  isGuest(account: string): boolean {
    return this.#options.isGuest(account);
  }

  /** What has not come yet. Whether it comes also depends on what others at the address use. */
  async left(account: string): Promise<number> {
    if (!this.isGuest(account)) return 0;
    using _loaded = await this.#load(account);
    return this.#worth(this.#portionsHad(account), GIFT_LIMITS.portions);
  }

  /**
   * Grants what the account lacks for a message, or as much of it as there is for it. One call at a time for
   * an account. Rejects with `ledger_unavailable`.
   */
  async topUp({ account, address }: Payer, { least, full }: Need): Promise<void> {
    const { accounts, allowances } = this.#options;
    using _loaded = await this.#load(account);
    const had = this.#portionsHad(account);
    const { available } = accounts.account(account);
    if (available >= full || had === GIFT_LIMITS.portions) return;
    const lacks = { least: least - available, full: full - available };
    const amount = await allowances
      .take('guests', address, (left) => this.#share(left, had, lacks))
      .catch((error: unknown) => {
        throw new HiloError('ledger_unavailable', { cause: error });
      });
    if (amount === 0) return;
    const id = idOf(account, this.#portionsWorth(had, amount));
    const granted = accounts.grant({ account, amount, id, by: 'hilo', reason: 'gift' });
    // The hold that follows fails if this does.
    granted.catch(() => {});
  }

  /** Milliseconds until the address has enough for this guest; undefined when waiting does not help. */
  async waitMs({ account, address }: Payer, least: number): Promise<number | undefined> {
    if (!this.isGuest(account)) return undefined;
    using _loaded = await this.#load(account);
    const lacks = least - this.#options.accounts.account(account).available;
    const had = this.#portionsHad(account);
    if (this.#worth(had, GIFT_LIMITS.portions) < lacks) return undefined;
    // A first portion may be smaller than others, and nothing is kept from it.
    const needed = had === 0 ? lacks : this.#kept + this.#worth(had, this.#portionsWorth(had, lacks));
    return await this.#options.allowances.waitMs('guests', address, needed);
  }

  /** How much of what the address has left this guest gets for a message; nothing that would not help it. */
  #share(left: number, had: number, lacks: Need): number {
    const wanted = this.#portionsWorth(had, lacks.full);
    const forAll = this.#wholePortions(had, wanted, left - this.#kept);
    const first = had === 0 ? this.#worth(0, this.#portionsWorth(0, lacks.least)) : 0;
    const share = Math.min(left, Math.max(forAll, first));
    return share < lacks.least ? 0 : share;
  }

  get #kept(): number {
    return Math.floor(this.#options.creditsPerAddress * GIFT_LIMITS.keptPart);
  }

  /** The worth of the portions up to `wanted`, or of as many as fit. */
  #wholePortions(had: number, wanted: number, most: number): number {
    let portions = wanted;
    while (portions > had && this.#worth(had, portions) > most) portions -= 1;
    return this.#worth(had, portions);
  }

  /** The number of the first portion with which an amount is reached, or of the last portion. */
  #portionsWorth(had: number, amount: number): number {
    let portions = Math.min(had + 1, GIFT_LIMITS.portions);
    while (portions < GIFT_LIMITS.portions && this.#worth(had, portions) < amount) portions += 1;
    return portions;
  }

  /** The portions after `had` up to `portions`. All together are worth exactly the gift. */
  #worth(had: number, portions: number): number {
    const upTo = (count: number) => Math.floor((this.#options.credits * count) / GIFT_LIMITS.portions);
    return upTo(portions) - upTo(had);
  }

  /** Brings the account and its portions into memory. */
  #load(account: string): Promise<Disposable> {
    const numbers = Array.from({ length: GIFT_LIMITS.portions }, (_, before) => before + 1);
    const needs = numbers.map((number) => ({ account, id: idOf(account, number) }));
    return orLedgerFault(() => this.#options.accounts.prepare(needs));
  }

  #portionsHad(account: string): number {
    let portions: number = GIFT_LIMITS.portions;
    while (portions > 0 && !this.#options.accounts.hasId(idOf(account, portions))) portions -= 1;
    return portions;
  }
}

/** An account with an entry of this id gets nothing more. */
export function lastPortionId(account: string): string {
  return idOf(account, GIFT_LIMITS.portions);
}

function idOf(account: string, portions: number): string {
  return `gift:${account}:${portions}`;
}
