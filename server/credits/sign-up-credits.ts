/**
 * The credits that a new user starts with, out of an allowance of the address, so that making many accounts
 * mints nothing. What a guest who registers was given before counts; it gets no more portions of a guest's
 * gift.
 */
import type { Accounts } from '../ledger/accounts.ts';
import type { LedgerLogger } from '../ledger/ledger.ts';
import type { Allowances } from './address-allowances.ts';
import { lastPortionId } from './guest-gifts.ts';

export interface SignUpCreditsOptions {
  readonly accounts: Pick<Accounts, 'account' | 'grant' | 'hasId' | 'prepare'>;
  readonly allowances: Allowances<'signUps'>;
  readonly isGuest: (account: string) => boolean;
  /** For each user. */
  readonly credits: number;
  readonly log: Pick<LedgerLogger, 'error'>;
}

export class SignUpCredits {
  readonly #options: SignUpCreditsOptions;

  constructor(options: SignUpCreditsOptions) {
    this.#options = options;
  }

  /**
   * Gives a new account what it lacks, or what its address has left; all of it when an administrator made the
   * account, who has no address here. Never rejects: an account without credits is still an account.
   */
  async give(account: string, address: string | undefined): Promise<void> {
    try {
      await this.#give(account, address);
    } catch (error) {
      this.#options.log.error({ err: error }, 'A new user got no credits');
    }
  }

  /** For an account that was given nothing yet, such as one that a crash has cut off. Never rejects. */
  async giveFirst(account: string, address: string): Promise<void> {
    try {
      using _loaded = await this.#options.accounts.prepare([{ account }]);
      if (this.#options.accounts.account(account).granted > 0) return;
    } catch (error) {
      this.#options.log.error({ err: error }, 'The credits of a user could not be looked up');
      return;
    }
    await this.give(account, address);
  }

  async #give(account: string, address: string | undefined): Promise<void> {
    const { accounts, allowances, isGuest, credits } = this.#options;
    const [portion, whole] = [lastPortionId(account), `signup:${account}`];
    using _loaded = await accounts.prepare([
      { account, id: portion },
      { account, id: whole },
    ]);
    const lacks = credits - accounts.account(account).granted;
    if (lacks <= 0 || accounts.hasId(whole)) return;
    const amount = address === undefined ? lacks : await allowances.take('signUps', address, lacks);
    if (amount === 0) return;
    const id = isGuest(account) && !accounts.hasId(portion) ? portion : whole;
    await accounts.grant({ account, amount, id, by: 'hilo', reason: 'sign-up' });
  }
}
