/**
 * The meter on top of the ledger: credits are set aside in memory for the time of the call, and its end is
 * one entry. Whether the balance covers a call is decided at once, on balances that include every earlier
 * decision; only a guest whose balance does not cover it waits for a portion of the gift. A crash forgets
 * what was set aside, which returns it.
 */
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { Meter, Payer, Reservation, ReserveRequest, SettleFacts, Settlement } from './meter.ts';
import type { Charged, ChargeRequest } from '../ledger/accounts.ts';
import type { Reserved } from '../ledger/reservations.ts';
import { commitTo, saltBytes } from '../ledger/commitment.ts';
import type { Ledger, LedgerLogger } from '../ledger/ledger.ts';
import { LedgerError } from '../ledger/ledger-error.ts';
import { StoreError } from '../store/store-error.ts';
import { exchangeId, PromptErased, type ExchangeTexts, type RecordedExchange } from './exchange-texts.ts';
import type { AccountGate } from './account-gate.ts';
import { AccountTurns } from './account-turns.ts';
import type { GuestGifts, Need } from './guest-gifts.ts';
import { orLedgerFault } from './ledger-fault.ts';
import { cost, imageCost, type Price } from './price-table.ts';

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
}

export class LedgerMeter implements Meter {
  readonly #options: LedgerMeterOptions;
  /** Messages that wait for a portion of a guest's gift, and those of the same guest behind them. */
  readonly #turns = new AccountTurns();
  /**
   * By number, oldest first: exchanges that may have texts, but no durable entry yet, and how many entries
   * there were before.
   */
  readonly #unsettled = new Map<number, number>();
  /** Those of them that failed, whose texts could not be deleted yet. */
  readonly #notUndone = new Set<number>();

  constructor(options: LedgerMeterOptions) {
    this.#options = options;
  }

  async reserve(request: ReserveRequest): Promise<Reservation> {
    const { ledger, gifts } = this.#options;
    const { payer } = request;
    const { account } = payer;
    this.#requireAccounting();
    const need = needOf(request);
    // What is decided in the caller's turn needs no lease of what is in memory.
    const isSimple = ledger.accounts.isLoaded({ account }) && this.#isAtOnce(account, need);
    const taken = isSimple ? this.#take(request) : undefined;
    if (taken) return taken;
    using _loaded = await orLedgerFault(() => ledger.accounts.prepare([{ account }]));
    const take = () => this.#take(request) ?? this.#refuse(payer, need.least);
    if (this.#isAtOnce(account, need) || !gifts.isGuest(account)) return await take();
    return await this.#turns.run(account, async () => {
      await gifts.topUp(payer, need);
      return take();
    });
  }

  /** The balance covers it, and it does not take the credits that another message is waiting for. */
  #isAtOnce(account: string, { full }: Need): boolean {
    const { available } = this.#options.ledger.accounts.account(account);
    return available >= full && !this.#turns.isTaken(account);
  }

  /** Once the account is in memory, the decision is made at once. Undefined when it has too little. */
  #take(request: ReserveRequest): Reservation | undefined {
    // The ledger may have failed while the account or a portion was waited for.
    this.#requireAccounting();
    const { accounts } = this.#options.ledger;
    const { payer, trace } = request;
    const each = request.candidates.map(({ price }) => price);
    const { available } = accounts.account(payer.account);
    const held = heldFor(request, each, available);
    if (!held) return undefined;
    const { credits, maxOutputTokens } = held;
    const reserved = accounts.reserve(payer.account, credits);
    if (reserved === undefined) throw new Error('What the account can pay for was refused');
    let isEnding = false;
    return {
      maxOutputTokens,
      settle: async (facts) => {
        if (isEnding) throw new Error('An exchange ends once');
        isEnding = true;
        return await this.#settle({ reserved, actor: payer.actor, trace }, facts);
      },
      release: () => {
        if (!isEnding) reserved.release();
        isEnding = true;
      },
    };
  }

  /** Call this from time to time: it undoes what could not be undone at once. */
  async undoRest(): Promise<void> {
    const { ledger, texts } = this.#options;
    if (ledger.failure ?? texts.failure) return;
    for (const number of this.#notUndone) await this.#discard(number);
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

  async #settle(paid: Paid, facts: SettleFacts): Promise<Settlement> {
    const { ledger, randomBytes } = this.#options;
    const salts = randomBytes(saltBytes * 2);
    const promptSalt = salts.subarray(0, saltBytes);
    const answerSalt = salts.subarray(saltBytes);
    try {
      this.#requireAccounting();
      const exchange = this.#options.texts.nextNumber();
      const salted = { promptSalt, answerSalt };
      const { charged, balance, index } = await this.#write(exchange, paid, facts, salted);
      const proof = facts.wantsProof ? { proof: await orLedgerFault(() => ledger.receipt(index)) } : {};
      const promptText = promptSalt.toString('base64');
      const answerText = answerSalt.toString('base64');
      return {
        charged,
        balance,
        exchange,
        receipt: { index, ...proof, promptSalt: promptText, answerSalt: answerText },
      };
    } finally {
      paid.reserved.release();
    }
  }

  /** First the turn's place, then the texts, then the block that commits to them. */
  #write(exchange: number, paid: Paid, facts: SettleFacts, salts: Salts): Promise<Charged> {
    const { prompt, answer, finish, placement } = facts;
    const status = finish === 'failed' || finish === 'cancelled' ? finish : 'ok';
    const { trace } = paid;
    return placement.place({ exchange, trace, prompt, answer, status }, (placed) =>
      this.#options.gate.write(paid.reserved.account, () =>
        this.#writePlaced(exchange, { paid, facts, salts }, { status, placed }),
      ),
    );
  }

  /** If one of the two fails, everything is undone. */
  async #writePlaced(
    number: number,
    ended: Ended,
    where: Pick<RecordedExchange, 'placed' | 'status'>,
  ): Promise<Charged> {
    const { ledger } = this.#options;
    await this.#record(number, ended, where);
    try {
      const bill = this.#bill(ended);
      const charged = await ledger.accounts.charge({ id: exchangeId(number), ...bill });
      this.#unsettled.delete(number);
      if (charged.charged < bill.charge) this.#tellOfCut(ended.paid, bill.charge, charged.charged);
      return charged;
    } catch (thrown) {
      await this.#undo(number, thrown);
      throw asHiloError(thrown);
    }
  }

  async #record(
    number: number,
    { paid, facts, salts }: Ended,
    where: Pick<RecordedExchange, 'placed' | 'status'>,
  ): Promise<void> {
    const { ledger, texts, clock } = this.#options;
    if (facts.placement.keepsNothing) return;
    const { prompt, answer } = facts;
    const { account } = paid.reserved;
    const said = { account, at: clock.now(), trace: paid.trace, prompt, answer };
    // The next start finds by it from where on an exchange may have texts and no entry.
    const [oldest = ledger.head.size] = this.#unsettled.values();
    this.#unsettled.set(number, ledger.head.size);
    try {
      await texts.record({ number, entriesBefore: oldest, ...said, ...salts, ...where });
    } catch (thrown) {
      if (thrown instanceof PromptErased) {
        this.#unsettled.delete(number);
        throw new HiloError('cancelled', { cause: thrown });
      }
      if (mayBeWritten(thrown)) await this.#undo(number, thrown);
      else this.#unsettled.delete(number);
      throw new HiloError('ledger_unavailable', { cause: thrown });
    }
  }

  /** The model used more tokens than its prompt and its limit allow; the operator pays the difference. */
  #tellOfCut({ reserved: { account }, trace }: Paid, charge: number, charged: number): void {
    this.#options.log.warn({ trace, account, charge, charged }, 'A charge was cut to what was held for it');
  }

  #bill({ paid, facts, salts: { promptSalt, answerSalt } }: Ended): Omit<ChargeRequest, 'id'> {
    const { service, route, model, price, degraded, finish, usage, prompt, answer } = facts;
    const { reserved, actor, trace } = paid;
    const { inputTokens, outputTokens, source } = usage;
    const by = { actor, service, route, model, finish, trace, degraded };
    const commitments = { prompt: commitTo(promptSalt, prompt), answer: commitTo(answerSalt, answer) };
    return {
      reserved,
      charge: degraded || finish === 'failed' ? 0 : costOf(price, usage),
      exchange: { ...by, inputTokens, outputTokens, usage: source, ...commitments },
    };
  }

  /**
   * Nothing was charged, and no text may stay. After a failure of the ledger it is not known what the disk
   * contains, and the next start decides.
   */
  async #undo(number: number, cause: unknown): Promise<void> {
    const { ledger, log } = this.#options;
    if (ledger.failure) return;
    log.error({ err: cause, id: exchangeId(number) }, 'An exchange could not be written down');
    this.#notUndone.add(number);
    await this.#discard(number);
  }

  async #discard(number: number): Promise<void> {
    const { texts, log } = this.#options;
    try {
      await texts.discard([exchangeId(number)]);
      this.#notUndone.delete(number);
      this.#unsettled.delete(number);
    } catch (error) {
      log.error({ err: error, id: exchangeId(number) }, 'An exchange could not be undone yet');
    }
  }
}

interface Paid {
  readonly reserved: Reserved;
  readonly actor: string;
  readonly trace: string;
}

interface Ended {
  readonly paid: Paid;
  readonly facts: SettleFacts;
  readonly salts: Salts;
}

interface Salts {
  readonly promptSalt: Buffer;
  readonly answerSalt: Buffer;
}

type Sizes = Omit<ReserveRequest, 'payer' | 'trace'>;

/** The most that a call of this size can cost: what would be set aside for it. */
export function greatestCharge(sizes: Sizes): number {
  return needOf(sizes).full;
}

/** Input tokens that credits are set aside for. */
function heldInput({ inputTokens }: Pick<Sizes, 'inputTokens'>): number {
  return Math.ceil(inputTokens * METER_LIMITS.inputMargin) + METER_LIMITS.inputMarginTokens;
}

function leastOutput({ maxOutputTokens }: Pick<Sizes, 'maxOutputTokens'>): number {
  return Math.min(maxOutputTokens, METER_LIMITS.outputTokensMin);
}

/** What is set aside, and for how long an answer; undefined when the balance does not cover it. */
function heldFor(
  request: ReserveRequest,
  prices: readonly Price[],
  available: number,
): { readonly credits: number; readonly maxOutputTokens: number } | undefined {
  const { images } = request;
  if (images !== undefined) {
    const credits = greatestImageCost(prices, images);
    return credits <= available ? { credits, maxOutputTokens: 0 } : undefined;
  }
  const inputTokens = heldInput(request);
  const affordable = affordableOutput(prices, inputTokens, available);
  const maxOutputTokens = Math.min(request.maxOutputTokens, affordable);
  if (maxOutputTokens < leastOutput(request)) return undefined;
  return { credits: greatestCost(prices, inputTokens, maxOutputTokens), maxOutputTokens };
}

function needOf(request: Sizes): Need {
  const each = request.candidates.map(({ price }) => price);
  if (request.images !== undefined) {
    const images = greatestImageCost(each, request.images);
    return { least: images, full: images };
  }
  const costWith = (outputTokens: number) => greatestCost(each, heldInput(request), outputTokens);
  return { least: costWith(leastOutput(request)), full: costWith(request.maxOutputTokens) };
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

function greatestImageCost(prices: readonly Price[], images: number): number {
  return Math.max(0, ...prices.map((price) => imageCost(price, images)));
}

function costOf(price: Price, { inputTokens, outputTokens, images }: SettleFacts['usage']): number {
  return images === undefined ? cost(price, inputTokens, outputTokens) : imageCost(price, images);
}

/** When a connection breaks, it is not known whether the transaction was committed. */
function mayBeWritten(thrown: unknown): boolean {
  return !(thrown instanceof StoreError) || thrown.kind === 'unreachable';
}

function asHiloError(thrown: unknown): HiloError {
  return thrown instanceof LedgerError
    ? new HiloError('ledger_unavailable', { cause: thrown })
    : toHiloError(thrown);
}
