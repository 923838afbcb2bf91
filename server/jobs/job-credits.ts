/**
 * The credits of a job: held by an entry of the ledger from its submission on, and charged from that hold.
 * What is to be written is in the job's row first, so that after a crash at any point the ledger follows.
 */
import { HiloError } from '../../shared/errors.ts';
import type { Budgets } from '../credits/budgets.ts';
import { billOf, type Bill } from '../credits/bill.ts';
import { exchangeId } from '../credits/exchange-texts.ts';
import { orLedgerFault } from '../credits/ledger-fault.ts';
import { affordable } from '../credits/ledger-meter.ts';
import type { Meter, Reservation, ReserveRequest, SettleFacts, Settlement } from '../credits/meter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { saltBytes } from '../ledger/commitment.ts';
import type { Job, Pending, SavedPart } from './job.ts';
import type { Settled } from './job-repository.ts';

/** Writes into the ledger what is pending, or finds that it is there. Rejects with `ledger_unavailable`. */
export function settlePending(ledger: Pick<Ledger, 'accounts'>, pending: Pending): Promise<Settled> {
  return orLedgerFault(async () => {
    if (pending.type === 'release') {
      // Without a hold there is nothing to give back, such as after the ledger was restored.
      if (ledger.accounts.openHold(pending.id)) {
        await ledger.accounts.release({ id: pending.id, reason: pending.reason });
      }
      return { charged: 0, entry: undefined };
    }
    const { type: _, ...charge } = pending;
    const { charged, index } = await ledger.accounts.charge(charge);
    return { charged, entry: index };
  });
}

export interface JobMeterOptions {
  readonly ledger: Pick<Ledger, 'accounts'>;
  readonly randomBytes: (size: number) => Buffer;
  readonly budgets: Pick<Budgets, 'room'>;
  /** Of a job with parts: makes the charge of one durable, and holds on to the rest. */
  readonly chargePart: ((pending: Pending, part: EndedPart) => Promise<Settled>) | undefined;
  /** The number of an exchange. */
  readonly nextNumber: () => number;
  /** What is being done comes to nothing: the job made way, and begins again. */
  readonly isWasted: () => boolean;
}

/** An exchange that is about to be charged. */
export type EndedPart = Omit<SavedPart, 'name'> & Pick<SettleFacts, 'finish'>;

/** Pays the exchanges of one run of a job from its hold. */
export class JobMeter implements Meter {
  readonly #options: JobMeterOptions;
  #hold: string;
  /** What is to be charged when the job ends: of a job without parts, what its exchange has cost. */
  #bill: Bill | undefined;
  /** What ends that its budgets set aside for it. */
  readonly #taken = new Set<() => void>();

  constructor(job: Pick<Job, 'hold'>, options: JobMeterOptions) {
    this.#hold = job.hold;
    this.#options = options;
  }

  /** Rejects with `insufficient_credits` when too little of the hold is left, or as a budget does. */
  async reserve(request: ReserveRequest): Promise<Reservation> {
    const { ledger, budgets } = this.#options;
    const { payer } = request;
    const room = await budgets.room(payer.budgets, payer.actor);
    const held = ledger.accounts.openHold(this.#hold)?.amount ?? 0;
    const left = room?.left() ?? held;
    const wanted = affordable(request, Math.min(held, left));
    if (!wanted) {
      const need = affordable(request, Number.MAX_SAFE_INTEGER)?.amount ?? held;
      if (room && left < held) throw room.refusal(need);
      throw new HiloError('insufficient_credits', { values: { balance: held, need } });
    }
    const giveBack = room?.take(wanted.amount) ?? (() => undefined);
    this.#taken.add(giveBack);
    return {
      maxOutputTokens: wanted.maxOutputTokens,
      settle: async (facts) => {
        const settlement = await this.#settle(facts, request);
        // Without parts it is charged when the job has ended.
        if (this.#options.chargePart) this.#giveBack(giveBack);
        return settlement;
      },
      release: () => this.#giveBack(giveBack),
    };
  }

  /** The run is over, and what it has cost is in the ledger. */
  close(): void {
    for (const giveBack of this.#taken) this.#giveBack(giveBack);
  }

  /** How the job ends in the ledger, once it is known that it ends. */
  ending(reason: string, charges: boolean): Pending {
    const bill = charges ? this.#bill : undefined;
    if (!bill) return { type: 'release', id: this.#hold, reason };
    return { type: 'charge', id: this.#hold, ...bill };
  }

  #giveBack(giveBack: () => void): void {
    if (this.#taken.delete(giveBack)) giveBack();
  }

  async #settle(facts: SettleFacts, { payer, trace }: ReserveRequest): Promise<Settlement> {
    const { ledger, randomBytes, chargePart } = this.#options;
    const salts = randomBytes(saltBytes * 2);
    const [promptSalt, answerSalt] = [salts.subarray(0, saltBytes), salts.subarray(saltBytes)];
    const bill = billOf(facts, { actor: payer.actor, trace }, { promptSalt, answerSalt });
    const held = ledger.accounts.openHold(this.#hold)?.amount ?? 0;
    const charge = Math.min(bill.charge, held);
    const texts = { promptSalt: promptSalt.toString('base64'), answerSalt: answerSalt.toString('base64') };
    // A part that failed is tried again, or ends the job: its hold goes on as it is.
    if (!chargePart || facts.finish === 'failed' || this.#options.isWasted()) {
      this.#bill = chargePart ? undefined : bill;
      return { charged: charge, balance: 0, receipt: { index: 0, ...texts } };
    }
    const next = { id: exchangeId(this.#options.nextNumber()), amount: held - charge };
    const { answer, route, model, usage, finish } = facts;
    const part = { answer, route, model, usage, finish, charged: charge, receipt: texts };
    const settled = await chargePart({ type: 'charge', id: this.#hold, ...bill, next }, part);
    this.#hold = next.id;
    return { charged: settled.charged, balance: 0, receipt: { index: settled.entry ?? 0, ...texts } };
  }
}
