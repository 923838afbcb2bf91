/**
 * The meter on top of the ledger: hold → settle or release. Whether a hold fits is decided at once on balances that
 * count everything decided before; the block with the settle is waited for, and it comes after the hold's.
 */
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type {
  Meter,
  Payer,
  Reservation,
  ReserveRequest,
  SettleFacts,
  Settlement,
} from '../exchange/meter.ts';
import type { Accounts } from '../ledger/accounts.ts';
import { commitTo, saltBytes } from '../ledger/commitment.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { LedgerError } from '../ledger/ledger-error.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { AnonymousGrants } from './anonymous-grants.ts';
import { cost, type Price, type PriceTable } from './price-table.ts';

export const METER_LIMITS = {
  /** Providers count more than the estimate says: their templates add tokens. What is not used is returned. */
  inputMargin: 1.25,
  inputMarginTokens: 64,
  /** An answer of fewer tokens is not worth a call. */
  outputTokensMin: 16,
} as const;

export interface LedgerMeterOptions {
  readonly ledger: Ledger;
  readonly contents: ContentStore;
  readonly prices: PriceTable;
  readonly anonymous: AnonymousGrants;
  readonly clock: { now(): number };
  readonly randomBytes: (size: number) => Buffer;
  readonly holdTtlMs: number;
  /** Makes ids unique over restarts. */
  readonly epoch: string;
}

export class LedgerMeter implements Meter {
  readonly #options: LedgerMeterOptions;

  constructor(options: LedgerMeterOptions) {
    this.#options = options;
  }

  reserve(request: ReserveRequest): Reservation {
    const { ledger, prices, holdTtlMs, epoch } = this.#options;
    if (ledger.failure) throw ledgerUnavailable(ledger.failure);
    const { accounts } = ledger;
    this.#grantFirst(accounts, request.payer);
    const { account } = request.payer;
    const each = request.candidates.map(({ provider, model }) => prices.of(provider, model));
    const inputTokens =
      Math.ceil(request.inputTokens * METER_LIMITS.inputMargin) + METER_LIMITS.inputMarginTokens;
    const { available } = accounts.account(account);
    const affordable = affordableOutput(each, inputTokens, available);
    const maxOutputTokens = Math.min(request.maxOutputTokens, affordable);
    const least = Math.min(request.maxOutputTokens, METER_LIMITS.outputTokensMin);
    if (maxOutputTokens < least) {
      const need = greatestCost(each, inputTokens, least);
      throw new HiloError('insufficient_credits', { values: { balance: available, need } });
    }
    const id = `${epoch}:${request.trace}`;
    const amount = greatestCost(each, inputTokens, maxOutputTokens);
    const held = accounts.hold({ account, amount, id, ttlMs: holdTtlMs });
    // Nobody waits for the hold alone: if it fails, the ledger has stopped, and so fails what comes after it.
    held.catch(() => {});
    return {
      maxOutputTokens,
      settle: (facts) => this.#settle(account, id, request.trace, facts),
      release: (reason) => this.#release(id, reason),
    };
  }

  /** A new account gets its credits with its first message. */
  #grantFirst(accounts: Accounts, { account, address }: Payer): void {
    if (accounts.account(account).granted > 0) return;
    const amount = this.#options.anonymous.take(address);
    if (amount === 0) return;
    const id = `welcome:${account}`;
    const granted = accounts.grant({ account, amount, id, by: 'hilo', reason: 'first message' });
    granted.catch(() => {});
  }

  async #settle(account: string, id: string, trace: string, facts: SettleFacts): Promise<Settlement> {
    const { ledger, contents, prices, clock, randomBytes } = this.#options;
    const { prompt, answer, usage, model } = facts;
    const salts = randomBytes(saltBytes * 2);
    const promptSalt = salts.subarray(0, saltBytes);
    const answerSalt = salts.subarray(saltBytes);
    const charge = facts.degraded
      ? 0
      : cost(prices.of(facts.provider, model), usage.inputTokens, usage.outputTokens);
    try {
      await contents.add({ id, account, at: clock.now(), prompt, answer, promptSalt, answerSalt });
      const {
        charged,
        balance,
        exchangeIndex = 0,
      } = await ledger.accounts.settle({
        id,
        charge,
        exchange: {
          model,
          inputTokens: usage.inputTokens,
          outputTokens: usage.outputTokens,
          usage: usage.source,
          finish: facts.finish,
          trace,
          degraded: facts.degraded,
          prompt: commitTo(promptSalt, prompt),
          answer: commitTo(answerSalt, answer),
        },
      });
      const receipt = {
        index: exchangeIndex,
        proof: await ledger.receipt(exchangeIndex),
        promptSalt: promptSalt.toString('base64'),
        answerSalt: answerSalt.toString('base64'),
      };
      return { charged, balance, receipt };
    } catch (thrown) {
      throw asHiloError(thrown);
    }
  }

  async #release(id: string, reason: string): Promise<void> {
    try {
      await this.#options.ledger.accounts.release({ id, reason });
    } catch (thrown) {
      throw asHiloError(thrown);
    }
  }
}

/** Output tokens that the balance pays for at whichever of the prices will count. */
function affordableOutput(prices: readonly Price[], inputTokens: number, available: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { input, output } of prices) {
    const left = available - input * inputTokens;
    if (left < 0) return 0;
    if (output > 0) least = Math.min(least, Math.floor(left / output));
  }
  return least;
}

function greatestCost(prices: readonly Price[], inputTokens: number, outputTokens: number): number {
  return Math.max(0, ...prices.map((price) => cost(price, inputTokens, outputTokens)));
}

function asHiloError(thrown: unknown): HiloError {
  return thrown instanceof LedgerError ? ledgerUnavailable(thrown) : toHiloError(thrown);
}

function ledgerUnavailable(cause: LedgerError): HiloError {
  return new HiloError('ledger_unavailable', { cause });
}
