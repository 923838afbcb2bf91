/**
 * The meter on top of the ledger: hold → settle or release. Whether the balance covers a hold is decided at
 * once, on balances that include every earlier decision; only a guest whose balance does not cover it waits
 * for a portion of the gift. The caller waits for the block with the settle, which comes after the block with
 * the hold.
 */
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { Meter, Payer, Reservation, ReserveRequest, SettleFacts, Settlement } from './meter.ts';
import type { Settled, SettleRequest } from '../ledger/accounts.ts';
import { commitTo, saltBytes } from '../ledger/commitment.ts';
import type { Ledger, LedgerLogger } from '../ledger/ledger.ts';
import { LedgerError } from '../ledger/ledger-error.ts';
import { StoreError } from '../store/store-error.ts';
import { exchangeId, PromptErased, type ExchangeTexts, type RecordedExchange } from './exchange-texts.ts';
import type { AccountGate } from './account-gate.ts';
import { AccountTurns } from './account-turns.ts';
import type { GuestGifts, Need } from './guest-gifts.ts';
import { orLedgerFault } from './ledger-fault.ts';
import { cost, type Price } from './price-table.ts';

const HOUR_MS = 60 * 60 * 1_000;

export const METER_LIMITS = {
  /** Providers count more tokens than the estimate: their templates add some. The rest is returned. */
  inputMargin: 1.25,
  inputMarginTokens: 64,
  /** An answer with fewer tokens is not worth a call. */
  outputTokensMin: 16,
  /** After this pause one of the answers that hold the credits may have ended. */
  heldRetryMs: 5_000,
} as const;

export interface LedgerMeterOptions {
  readonly ledger: Ledger;
  readonly texts: ExchangeTexts;
  readonly gate: AccountGate;
  readonly gifts: GuestGifts;
  readonly clock: { now(): number };
  readonly log: Pick<LedgerLogger, 'error' | 'warn'>;
  readonly randomBytes: (size: number) => Buffer;
  readonly holdTtlMs: number;
}

export class LedgerMeter implements Meter {
  readonly #options: LedgerMeterOptions;
  readonly #inUse = new Set<string>();
  /** Messages that wait for a portion of a guest's gift, and those of the same guest behind them. */
  readonly #turns = new AccountTurns();
  /** Exchanges that failed and could not be undone yet, and whether the store may have texts of them. */
  readonly #notUndone = new Map<string, boolean>();

  constructor(options: LedgerMeterOptions) {
    this.#options = options;
  }

  async reserve(request: ReserveRequest): Promise<Reservation> {
    const { ledger, texts, gifts } = this.#options;
    const { payer } = request;
    this.#requireAccounting();
    const { accounts } = ledger;
    const number = texts.nextNumber();
    const id = exchangeId(number);
    using _loaded = await orLedgerFault(() => accounts.prepare([{ account: payer.account, id }]));
    const need = needOf(request);
    const isCovered = accounts.account(payer.account).available >= need.full;
    // A message must not take the credits that another one is waiting for.
    const isAtOnce = isCovered && !this.#turns.isTaken(payer.account);
    const hold = () => this.#hold(request, number) ?? this.#refuse(payer, need.least);
    if (isAtOnce || !gifts.isGuest(payer.account)) return await hold();
    return await this.#turns.run(payer.account, async () => {
      await gifts.topUp(payer, need);
      return hold();
    });
  }

  /** Once the account is in memory, the decision is made at once. Undefined when it has too little. */
  #hold(request: ReserveRequest, number: number): Reservation | undefined {
    const { ledger, holdTtlMs } = this.#options;
    // The ledger may have failed while the account or a portion was waited for.
    this.#requireAccounting();
    const { accounts } = ledger;
    const { account } = request.payer;
    const each = request.candidates.map(({ price }) => price);
    const inputTokens = heldInput(request);
    const affordable = affordableOutput(each, inputTokens, accounts.account(account).available);
    const maxOutputTokens = Math.min(request.maxOutputTokens, affordable);
    if (maxOutputTokens < leastOutput(request)) return undefined;
    const id = exchangeId(number);
    const amount = greatestCost(each, inputTokens, maxOutputTokens);
    const held = accounts.hold({ account, amount, id, ttlMs: holdTtlMs });
    // No caller waits for the hold alone: if it fails, the ledger has stopped, and what comes after fails
    // too.
    held.catch(() => {});
    if (!accounts.openHold(id)) throw new Error(`The hold ${id} was refused`);
    this.#inUse.add(id);
    return {
      maxOutputTokens,
      settle: (facts) => this.#ending(id, this.#settle({ account, id, number, trace: request.trace }, facts)),
      release: (reason) => this.#ending(id, this.#release(id, reason)),
    };
  }

  /**
   * Whether an exchange in progress has this hold: however long it waits or runs, it will be paid for. A hold
   * also stays open while there may be texts of its exchange, because the next start finds them by it.
   */
  isInUse(id: string): boolean {
    return this.#inUse.has(id) || this.#notUndone.has(id);
  }

  /** Call this from time to time: it undoes what could not be undone at once. */
  async undoRest(): Promise<void> {
    const { ledger, texts } = this.#options;
    if (ledger.failure ?? texts.failure) return;
    for (const [id, isWritten] of this.#notUndone) await this.#undoOne(id, isWritten);
  }

  async #ending<Result>(id: string, ending: Promise<Result>): Promise<Result> {
    try {
      return await ending;
    } finally {
      this.#inUse.delete(id);
    }
  }

  /** Says what would help: a wait for one's own answers, or for what others at the address have had. */
  async #refuse(payer: Payer, need: number): Promise<never> {
    const { gifts, ledger } = this.#options;
    const { available: balance, held } = ledger.accounts.account(payer.account);
    // What is not used of a hold comes back when its answer ends.
    if (balance + held >= need) {
      const retryAfterMs = METER_LIMITS.heldRetryMs;
      throw new HiloError('credits_held', { values: { balance, held, need }, retryAfterMs });
    }
    const retryAfterMs = await gifts.waitMs(payer, need);
    if (retryAfterMs === undefined) {
      throw new HiloError('insufficient_credits', { values: { balance, need } });
    }
    const hours = Math.max(1, Math.ceil(retryAfterMs / HOUR_MS));
    const credits = gifts.creditsPerAddress;
    const values = { balance, need, credits, hours };
    throw new HiloError('address_credits_used', { values, retryAfterMs });
  }

  /** A model should not work on an answer that cannot be recorded afterwards. */
  #requireAccounting(): void {
    const failure = this.#options.ledger.failure ?? this.#options.texts.failure;
    if (failure) throw new HiloError('ledger_unavailable', { cause: failure });
  }

  async #settle(held: Held, facts: SettleFacts): Promise<Settlement> {
    const { ledger, randomBytes } = this.#options;
    const salts = randomBytes(saltBytes * 2);
    const promptSalt = salts.subarray(0, saltBytes);
    const answerSalt = salts.subarray(saltBytes);
    const {
      charged,
      balance,
      exchangeIndex = 0,
    } = await this.#write(held, facts, { promptSalt, answerSalt });
    const receipt = {
      index: exchangeIndex,
      proof: await orLedgerFault(() => ledger.receipt(exchangeIndex)),
      promptSalt: promptSalt.toString('base64'),
      answerSalt: answerSalt.toString('base64'),
    };
    return { charged, balance, receipt };
  }

  /** First the turn's place, then the texts, then the block that commits to them. */
  #write(held: Held, facts: SettleFacts, salts: Salts): Promise<Settled> {
    this.#requireAccounting();
    const { prompt, answer, finish, placement } = facts;
    const status = finish === 'failed' || finish === 'cancelled' ? finish : 'ok';
    const { number: exchange, trace } = held;
    return placement.place({ exchange, trace, prompt, answer, status }, (placed) =>
      this.#options.gate.write(held.account, () => this.#writePlaced(held, facts, salts, { status, placed })),
    );
  }

  /** If one of the two fails, everything is undone. */
  async #writePlaced(
    held: Held,
    facts: SettleFacts,
    salts: Salts,
    where: Pick<RecordedExchange, 'placed' | 'status'>,
  ): Promise<Settled> {
    const { ledger, texts, clock } = this.#options;
    const { id, number, account, trace } = held;
    const { prompt, answer } = facts;
    try {
      const at = clock.now();
      const entriesBefore = ledger.head.size;
      if (!facts.placement.keepsNothing)
        await texts.record({ number, account, at, entriesBefore, trace, prompt, answer, ...salts, ...where });
    } catch (thrown) {
      if (thrown instanceof PromptErased) {
        await this.#release(id, 'erased');
        throw new HiloError('cancelled', { cause: thrown });
      }
      await this.#undo(held, thrown, mayBeWritten(thrown));
      throw new HiloError('ledger_unavailable', { cause: thrown });
    }
    try {
      const bill = this.#bill(held, facts, salts);
      const settled = await ledger.accounts.settle({ id, ...bill });
      const { charge } = bill;
      if (settled.charged < charge) this.#tellOfCut(held, charge, settled.charged);
      return settled;
    } catch (thrown) {
      await this.#undo(held, thrown, true);
      // The hold was open for so long that it has expired.
      if (isConflict(thrown)) throw new HiloError('upstream_timeout', { cause: thrown });
      throw asHiloError(thrown);
    }
  }

  /** The model used more tokens than its prompt and its limit allow; the operator pays the difference. */
  #tellOfCut({ account, trace }: Held, charge: number, charged: number): void {
    this.#options.log.warn({ trace, account, charge, charged }, 'A charge was cut to what was held for it');
  }

  #bill({ trace }: Held, facts: SettleFacts, { promptSalt, answerSalt }: Salts): Omit<SettleRequest, 'id'> {
    const { model, price, degraded, finish, usage, prompt, answer } = facts;
    const { inputTokens, outputTokens, source } = usage;
    const commitments = { prompt: commitTo(promptSalt, prompt), answer: commitTo(answerSalt, answer) };
    return {
      charge: degraded || finish === 'failed' ? 0 : cost(price, inputTokens, outputTokens),
      exchange: { model, inputTokens, outputTokens, usage: source, finish, trace, degraded, ...commitments },
    };
  }

  /**
   * Nothing was settled: the credits are returned, and no text may stay. After a failure of the ledger it is
   * not known what the disk contains, and the next start decides.
   */
  async #undo({ id }: Held, cause: unknown, isWritten: boolean): Promise<void> {
    const { ledger, log } = this.#options;
    if (ledger.failure) return;
    log.error({ err: cause, id }, 'An exchange could not be written down');
    this.#notUndone.set(id, isWritten);
    await this.#undoOne(id, isWritten);
  }

  /** The order matters: texts whose hold has ended would never be found. */
  async #undoOne(id: string, isWritten: boolean): Promise<void> {
    const { ledger, texts, log } = this.#options;
    try {
      if (isWritten) await texts.discard([id]);
      if (ledger.accounts.openHold(id)) await ledger.accounts.release({ id, reason: 'not written' });
      this.#notUndone.delete(id);
    } catch (error) {
      log.error({ err: error, id }, 'An exchange could not be undone yet');
    }
  }

  async #release(id: string, reason: string): Promise<void> {
    try {
      await this.#options.ledger.accounts.release({ id, reason });
    } catch (thrown) {
      // It has expired: everything was returned before.
      if (!isConflict(thrown)) throw asHiloError(thrown);
    }
  }
}

interface Held {
  readonly account: string;
  /** Of the exchange. */
  readonly number: number;
  readonly id: string;
  readonly trace: string;
}

interface Salts {
  readonly promptSalt: Buffer;
  readonly answerSalt: Buffer;
}

/** Input tokens that are held for. */
function heldInput({ inputTokens }: ReserveRequest): number {
  return Math.ceil(inputTokens * METER_LIMITS.inputMargin) + METER_LIMITS.inputMarginTokens;
}

function leastOutput({ maxOutputTokens }: ReserveRequest): number {
  return Math.min(maxOutputTokens, METER_LIMITS.outputTokensMin);
}

function needOf(request: ReserveRequest): Need {
  const each = request.candidates.map(({ price }) => price);
  const costOf = (outputTokens: number) => greatestCost(each, heldInput(request), outputTokens);
  return { least: costOf(leastOutput(request)), full: costOf(request.maxOutputTokens) };
}

const NOT_EVEN_THE_INPUT = -1;

/** Output tokens that the balance can pay for, whichever of the prices applies. */
function affordableOutput(prices: readonly Price[], inputTokens: number, available: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { input, output } of prices) {
    const left = available - input * inputTokens;
    if (left < 0) return NOT_EVEN_THE_INPUT;
    if (output > 0) least = Math.min(least, Math.floor(left / output));
  }
  return least;
}

function greatestCost(prices: readonly Price[], inputTokens: number, outputTokens: number): number {
  return Math.max(0, ...prices.map((price) => cost(price, inputTokens, outputTokens)));
}

/** When a connection breaks, it is not known whether the transaction was committed. */
function mayBeWritten(thrown: unknown): boolean {
  return !(thrown instanceof StoreError) || thrown.kind === 'unreachable';
}

function isConflict(thrown: unknown): boolean {
  return thrown instanceof LedgerError && thrown.key === 'conflict';
}

function asHiloError(thrown: unknown): HiloError {
  return thrown instanceof LedgerError
    ? new HiloError('ledger_unavailable', { cause: thrown })
    : toHiloError(thrown);
}
