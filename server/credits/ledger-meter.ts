/**
 * The meter on top of the ledger: credits are set aside in memory for the time of the call, and its end is
 * one entry. Whether the balance covers a call is decided at once, on balances that include every earlier
 * decision; only a guest whose balance does not cover it waits for a portion of the gift. A crash forgets
 * what was set aside, which returns it.
 */
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { Meter, Payer, Reservation, ReserveRequest, SettleFacts, Settlement } from './meter.ts';
import type { FoldNeed } from '../../shared/ledger/fold-tables.ts';
import type { Charged } from '../ledger/account-requests.ts';
import type { Reserved } from '../ledger/reservations.ts';
import { saltBytes } from '../ledger/commitment.ts';
import type { Ledger, LedgerLogger } from '../ledger/ledger.ts';
import { LedgerError } from '../ledger/ledger-error.ts';
import { StoreError } from '../store/store-error.ts';
import { exchangeId, PromptErased, type ExchangeTexts, type RecordedExchange } from './exchange-texts.ts';
import type { AccountGate } from './account-gate.ts';
import { AccountTurns } from './account-turns.ts';
import type { GuestGifts, Need } from './guest-gifts.ts';
import { orLedgerFault } from './ledger-fault.ts';
import type { BudgetRoom, Budgets } from './budgets.ts';
import { billOf, type Salts } from './bill.ts';
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
  readonly budgets?: Pick<Budgets, 'room'> | undefined;
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

  reserve(request: ReserveRequest): Promise<Reservation> {
    const needs = [{ account: request.payer.account }];
    return this.#admit(request, needs, (wanted, room) => this.#reserve(request, wanted, room));
  }

  /** Durable, for what may outlive this process: the hold `id` stays open until it is charged or released. */
  hold(request: ReserveRequest, id: string): Promise<Held> {
    const { account } = request.payer;
    const { accounts } = this.#options.ledger;
    return this.#admit(request, [{ account }, { id }], ({ amount, maxOutputTokens }) =>
      orLedgerFault(async () => {
        const { balance } = await accounts.hold({ account, amount, id });
        return { amount, maxOutputTokens, balance };
      }),
    );
  }

  /** `take` is called in the turn in which the balance was looked at. */
  async #admit<Taken>(
    request: ReserveRequest,
    needs: readonly FoldNeed[],
    take: (wanted: Wanted, room: BudgetRoom | undefined) => Taken | Promise<Taken>,
  ): Promise<Taken> {
    const { ledger, gifts, budgets } = this.#options;
    const { payer } = request;
    const { account } = payer;
    this.#requireAccounting();
    const need = needOf(request);
    const looking = budgets?.room(payer.budgets, payer.actor);
    const room = looking instanceof Promise ? await looking : looking;
    const takeWanted = () => {
      const wanted = this.#affordable(request, room?.left());
      if (wanted) return take(wanted, room);
      if (room && room.left() < need.least) throw room.refusal(need.least);
      return this.#refuse(payer, need.least);
    };
    // What is decided in the caller's turn needs no lease of what is in memory.
    const isLoaded = needs.every((each) => ledger.accounts.isLoaded(each));
    if (isLoaded && this.#isAtOnce(account, need)) return await takeWanted();
    using _loaded = await orLedgerFault(() => ledger.accounts.prepare(needs));
    if (this.#isAtOnce(account, need) || !gifts.isGuest(account)) return await takeWanted();
    return await this.#turns.run(account, async () => {
      await gifts.topUp(payer, need);
      return takeWanted();
    });
  }

  /** The balance covers it, and it does not take the credits that another message is waiting for. */
  #isAtOnce(account: string, { full }: Need): boolean {
    return !this.#turns.isTaken(account) && this.#options.ledger.accounts.account(account).available >= full;
  }

  /** Once the account is in memory, the decision is made at once. Undefined when it has too little. */
  #affordable(request: ReserveRequest, budgeted = Number.MAX_SAFE_INTEGER): Wanted | undefined {
    // The ledger may have failed while the account or a portion was waited for.
    this.#requireAccounting();
    const { available } = this.#options.ledger.accounts.account(request.payer.account);
    return affordable(request, Math.min(available, budgeted));
  }

  #reserve(
    { payer, trace }: ReserveRequest,
    { amount, maxOutputTokens }: Wanted,
    room: BudgetRoom | undefined,
  ): Reservation {
    const reserved = this.#options.ledger.accounts.reserve(payer.account, amount);
    if (reserved === undefined) throw new Error('What the account can pay for was refused');
    const giveBack = room?.take(amount);
    let isEnding = false;
    return {
      maxOutputTokens,
      settle: async (facts) => {
        if (isEnding) throw new Error('An exchange ends once');
        isEnding = true;
        const { actor, home = payer.account } = payer;
        try {
          return await this.#settle({ reserved, actor, home, trace }, facts);
        } finally {
          giveBack?.();
        }
      },
      release: () => {
        if (isEnding) return;
        isEnding = true;
        reserved.release();
        giveBack?.();
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
    const { prompt, answer, attachments, finish, placement } = facts;
    const status = finish === 'failed' || finish === 'cancelled' ? finish : 'ok';
    const { trace } = paid;
    return placement.place({ exchange, trace, prompt, answer, attachments, status }, (placed) =>
      this.#options.gate.write(paid.home, () =>
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
      const { paid, facts, salts } = ended;
      const bill = billOf(facts, paid, salts);
      const { reserved } = paid;
      const charged = await ledger.accounts.charge({ id: exchangeId(number), reserved, ...bill });
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
    const { prompt, answer, attachments } = facts;
    const said = { account: paid.home, at: clock.now(), trace: paid.trace, prompt, answer, attachments };
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

/** What a call may use at most, as far as it can be paid for. */
export interface Wanted {
  readonly amount: number;
  readonly maxOutputTokens: number;
}

/** What is set aside, and for how long an answer; undefined when so many credits are too few. */
export function affordable(
  request: Omit<ReserveRequest, 'payer' | 'trace'>,
  available: number,
): Wanted | undefined {
  const { images, amount: whole } = request;
  if (whole !== undefined) {
    return whole <= available ? { amount: whole, maxOutputTokens: request.maxOutputTokens } : undefined;
  }
  const each = request.candidates.map(({ price }) => price);
  if (images !== undefined) {
    const amount = greatestImageCost(each, images);
    return amount <= available ? { amount, maxOutputTokens: 0 } : undefined;
  }
  const inputTokens = heldInput(request);
  const most = affordableOutput(each, inputTokens, available);
  const maxOutputTokens = Math.min(request.maxOutputTokens, most);
  if (maxOutputTokens < leastOutput(request)) return undefined;
  return { amount: greatestCost(each, inputTokens, maxOutputTokens), maxOutputTokens };
}

/** Credits that are held durably. */
export interface Held extends Wanted {
  readonly balance: number;
}

interface Paid {
  readonly reserved: Reserved;
  readonly actor: string;
  readonly home: string;
  readonly trace: string;
}

interface Ended {
  readonly paid: Paid;
  readonly facts: SettleFacts;
  readonly salts: Salts;
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

function needOf(request: Sizes): Need {
  if (request.amount !== undefined) return { least: request.amount, full: request.amount };
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

/** When a connection breaks, it is not known whether the transaction was committed. */
function mayBeWritten(thrown: unknown): boolean {
  return !(thrown instanceof StoreError) || thrown.kind === 'unreachable';
}

function asHiloError(thrown: unknown): HiloError {
  return thrown instanceof LedgerError
    ? new HiloError('ledger_unavailable', { cause: thrown })
    : toHiloError(thrown);
}
