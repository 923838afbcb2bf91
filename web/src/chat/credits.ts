/** What the reader has left. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Ask } from '../../../shared/client/client.ts';
import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';

export const CREDIT_LIMITS = {
  /** Nearly used up: below this part of all that was ever granted … */
  lowPart: 0.1,
  /** … or when fewer answers than this are left at the cost of the last one. */
  lowAnswers: 3,
} as const;

export interface Balance {
  /** Who pays; the only one who may erase. */
  readonly account: string;
  /** With what is still given as it is used. */
  readonly left: number;
  readonly granted: number;
  readonly low: boolean;
}

export class Credits {
  readonly #call: Ask;
  readonly #balance = signal<Balance | undefined>(undefined);
  #lastCharge = 0;
  /** What was told meanwhile is newer than an answer. */
  #told = 0;
  #hasGift = false;

  constructor(call: Ask) {
    this.#call = call;
  }

  /** Undefined until the account has been granted something, which its first message does. */
  get balance(): ReadonlySignal<Balance | undefined> {
    return this.#balance;
  }

  async refresh(): Promise<void> {
    this.#told += 1;
    const told = this.#told;
    const outcome = await this.#call('credits.balance', {});
    if (!outcome.ok || told !== this.#told) return;
    const { account, available, held, granted, gift } = outcome.result;
    const toCome = numberOf(gift);
    this.#hasGift = toCome > 0;
    // What is held for a running answer is not spent yet.
    const left = numberOf(available) + numberOf(held) + toCome;
    if (numberOf(granted) > 0) this.#set(textOf(account), left, numberOf(granted) + toCome);
  }

  /** The server has reported what is left. */
  told(left: number, charged = 0): void {
    if (charged > 0) this.#lastCharge = charged;
    const known = this.#balance.peek();
    // How much of the gift was in it, the server alone knows.
    if (!known || this.#hasGift) return void this.refresh();
    this.#told += 1;
    this.#set(known.account, left, known.granted);
  }

  /**
   * What an exchange has cost whose response does not say so, because it was stopped; with the index of the
   * exchange in the ledger.
   */
  async costOf(trace: string): Promise<{ readonly charged: number; readonly index: number } | undefined> {
    const outcome = await this.#call('credits.statement', { limit: 5 });
    if (!outcome.ok || !Array.isArray(outcome.result['rows'])) return undefined;
    const rows = outcome.result['rows'] as readonly Params[];
    const row = rows.find((entry) => entry['type'] === 'charge' && entry['trace'] === trace);
    if (!row) return undefined;
    const charged = Math.max(0, -numberOf(row['amount']));
    this.told(numberOf(outcome.result['balance']), charged);
    return { charged, index: numberOf(row['index']) };
  }

  #set(account: string, left: number, granted: number): void {
    const { lowPart, lowAnswers } = CREDIT_LIMITS;
    const low = left < granted * lowPart || left < this.#lastCharge * lowAnswers;
    this.#balance.value = { account, left, granted, low };
  }
}
