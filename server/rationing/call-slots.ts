import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { FairQueue, type Ticket, type Turn } from './fair-queue.ts';
import { EXCHANGE_LIMITS } from '../chat/limits.ts';

/** What wants a slot. */
export interface SlotTask extends Turn {
  /** Runs in a slot, which is free again when the promise settles. Must not reject. */
  runInSlot(): Promise<void>;
  /** 1 is next in line. */
  tellPosition(position: number): void;
}

export interface CallSlotsOptions {
  readonly clock: Clock;
  readonly maxInFlight: number;
  readonly queueMax: number;
}

/** A task that waits for a slot. */
export type SlotTicket = Ticket<Waiting>;

interface Waiting {
  readonly task: SlotTask;
  /** A task that comes back for another try has been told enough. */
  readonly quiet: boolean;
  position: number;
  toldAtMs: number;
}

/**
 * The slots for calls of the model. The fair queue decides who is next; p-limit guards the number, so that no
 * fault in the bookkeeping here can put more than `maxInFlight` calls on the model.
 */
export class CallSlots {
  readonly #clock: Clock;
  readonly #maxInFlight: number;
  readonly #queueMax: number;
  readonly #ownerMax: number;
  readonly #limit: LimitFunction;
  readonly #queue = new FairQueue<Waiting>();
  #inFlight = 0;
  /** Tasks that gave their slot up and will come back; they keep their places in the count. */
  #away = 0;
  #meanCallMs: number = EXCHANGE_LIMITS.callDurationGuessMs;
  #ticking = false;

  constructor(options: CallSlotsOptions) {
    this.#clock = options.clock;
    this.#maxInFlight = options.maxInFlight;
    this.#queueMax = options.queueMax;
    this.#ownerMax = Math.max(1, Math.floor(options.queueMax * EXCHANGE_LIMITS.queueOwnerShareMax));
    this.#limit = pLimit(options.maxInFlight);
  }

  get waiting(): number {
    return this.#queue.size + this.#away;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Starts the task soon (then there is no ticket) or lets it wait. Throws `queue_full`. */
  enter(task: SlotTask): SlotTicket | undefined {
    if (this.#inFlight < this.#maxInFlight) {
      this.#startAtOnce(task);
      return undefined;
    }
    if (this.waiting >= this.#queueMax || this.#queue.waitingOf(task) >= this.#ownerMax) {
      throw this.#queueFull();
    }
    this.#tickSoon();
    return this.#queue.add(task, { task, quiet: false, position: 0, toldAtMs: -Infinity });
  }

  /** A running task is about to end its run and will come back. */
  stepAside(): void {
    this.#away++;
  }

  /**
   * Comes back: never refused, and ahead of its session's other tasks, for it has waited for its turn before.
   */
  comeBack(task: SlotTask): SlotTicket | undefined {
    this.#away--;
    if (this.#inFlight < this.#maxInFlight) {
      this.#startAtOnce(task);
      return undefined;
    }
    return this.#queue.add(task, { task, quiet: true, position: 0, toldAtMs: 0 }, true);
  }

  /** Gives up coming back. */
  stayAway(): void {
    this.#away--;
  }

  /** Gives up waiting. */
  leave(ticket: SlotTicket): void {
    this.#queue.remove(ticket);
  }

  /** While a slot is free nobody waits. */
  #startAtOnce(task: SlotTask): void {
    this.#queue.turnBegan(task);
    this.#start(task);
  }

  #start(task: SlotTask): void {
    this.#inFlight++;
    void this.#limit(() => this.#run(task));
  }

  async #run(task: SlotTask): Promise<void> {
    const startedAtMs = this.#clock.monotonic();
    try {
      await task.runInSlot();
    } finally {
      this.#inFlight--;
      this.#learnDuration(this.#clock.monotonic() - startedAtMs);
      this.#queue.turnEnded(task);
      const next = this.#queue.next();
      if (next) this.#start(next.task);
    }
  }

  #learnDuration(ms: number): void {
    this.#meanCallMs += (ms - this.#meanCallMs) * EXCHANGE_LIMITS.callDurationWeight;
  }

  /**
   * The hint is when about half of the queue will have been served, so that not all come back for the first
   * place.
   */
  #queueFull(): HiloError {
    const { queueRetryAfterMinMs, queueRetryAfterMaxMs } = EXCHANGE_LIMITS;
    const halfMs = (this.#meanCallMs * this.waiting) / this.#maxInFlight / 2;
    const retryAfterMs = Math.ceil(Math.min(Math.max(halfMs, queueRetryAfterMinMs), queueRetryAfterMaxMs));
    return new HiloError('queue_full', { retryAfterMs, values: { seconds: Math.ceil(retryAfterMs / 1000) } });
  }

  #tickSoon(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#clock.after(EXCHANGE_LIMITS.positionTickMs, () => this.#tick());
  }

  /**
   * One walk over the queue for all, and each is told seldom: churn in a long queue costs no flood of events.
   */
  #tick(): void {
    this.#ticking = false;
    if (this.#queue.size === 0) return;
    const tellBeforeMs = this.#clock.monotonic() - EXCHANGE_LIMITS.positionIntervalMs;
    let position = 0;
    for (const waiting of this.#queue.inOrder()) {
      position++;
      if (waiting.quiet || waiting.position === position || waiting.toldAtMs > tellBeforeMs) continue;
      waiting.position = position;
      waiting.toldAtMs = tellBeforeMs + EXCHANGE_LIMITS.positionIntervalMs;
      waiting.task.tellPosition(position);
    }
    this.#tickSoon();
  }
}
