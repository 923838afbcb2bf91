/**
 * The credits of a job: held by an entry of the ledger from its submission on, and charged from that hold.
 * What is to be written is in the job's row first, so that after a crash at any point the ledger follows.
 */
import { HiloError } from '../../shared/errors.ts';
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

  constructor(job: Pick<Job, 'hold'>, options: JobMeterOptions) {
    this.#hold = job.hold;
    this.#options = options;
  }

  /** Rejects with `insufficient_credits` when too little of the hold is left. */
  reserve(request: ReserveRequest): Promise<Reservation> {
    const { ledger } = this.#options;
    const held = ledger.accounts.openHold(this.#hold)?.amount ?? 0;
    const wanted = affordable(request, held);
    if (!wanted) {
      const need = affordable(request, Number.MAX_SAFE_INTEGER)?.amount ?? held;
      return Promise.reject(new HiloError('insufficient_credits', { values: { balance: held, need } }));
    }
    return Promise.resolve({
      maxOutputTokens: wanted.maxOutputTokens,
      settle: (facts) => this.#settle(facts, request),
      release: () => undefined,
    });
  }

  /** How the job ends in the ledger, once it is known that it ends. */
  ending(reason: string, charges: boolean): Pending {
    const bill = charges ? this.#bill : undefined;
    if (!bill) return { type: 'release', id: this.#hold, reason };
    return { type: 'charge', id: this.#hold, ...bill };
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
