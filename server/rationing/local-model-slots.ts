import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { FairQueue, type Ticket } from './fair-queue.ts';
import { RATIONING_LIMITS } from './limits.ts';
import type { ModelSlots, SlotTask, SlotTicket } from './model-slots.ts';

export interface LocalModelSlotsOptions {
  readonly clock: Clock;
  /** Calls at once; undefined for any number. */
  readonly slots: number | undefined;
  readonly queueMax: number;
  /** Assumed for the retry hint until a first call has ended. */
  readonly durationGuessMs?: number;
}

/**
 * The slots of one upstream in the memory of one server. p-limit holds them, and its counts are the only
 * ones: for each waiting task an entry of p-limit waits as well. When that entry gets a slot, the fair queue
 * decides which task runs in it. When a task leaves, its entry keeps waiting for a later task; if none comes,
 * the entry ends at once.
 */
export class LocalModelSlots implements ModelSlots {
  readonly #clock: Clock;
  readonly #queueMax: number;
  readonly #ownerMax: number;
  readonly #limit: LimitFunction;
  readonly #queue = new FairQueue<Waiting>();
  /** Tasks that gave up their slot and will come back; they still count as waiting. */
  #away = 0;
  #meanCallMs: number;
  #ticking = false;

  constructor(options: LocalModelSlotsOptions) {
    this.#clock = options.clock;
    this.#queueMax = options.queueMax;
    this.#meanCallMs = options.durationGuessMs ?? RATIONING_LIMITS.callDurationGuessMs;
    this.#ownerMax = Math.max(1, Math.floor(options.queueMax * RATIONING_LIMITS.queueOwnerShareMax));
    this.#limit = pLimit(options.slots ?? Infinity);
  }

  get waiting(): number {
    return this.#queue.size + this.#away;
  }

  get inFlight(): number {
    return this.#limit.activeCount;
  }

  enter(task: SlotTask): SlotTicket | undefined {
    if (this.#isFree()) return this.#startAtOnce(task);
    if (this.waiting >= this.#queueMax || this.#queue.waitingOf(task) >= this.#ownerMax) {
      throw this.#queueFull();
    }
    this.#tickSoon();
    return this.#wait(new Waiting(task, this.#clock.monotonic() - RATIONING_LIMITS.positionIntervalMs));
  }

  stepAside(_task: SlotTask): void {
    this.#away++;
  }

  comeBack(task: SlotTask): SlotTicket | undefined {
    this.#away--;
    if (this.#isFree()) return this.#startAtOnce(task);
    // It was notified enough while it waited for the first time.
    return this.#wait(new Waiting(task, Infinity), true);
  }

  stayAway(_task: SlotTask): void {
    this.#away--;
  }

  leave(ticket: SlotTicket): void {
    if (ticket instanceof Waiting && ticket.place) this.#queue.remove(ticket.place);
  }

  /** While a slot is free no task waits. */
  #isFree(): boolean {
    return this.#limit.activeCount < this.#limit.concurrency;
  }

  #startAtOnce(task: SlotTask): undefined {
    this.#queue.turnBegan(task);
    void this.#limit(() => this.#run(task));
  }

  #wait(waiting: Waiting, ahead = false): SlotTicket {
    waiting.place = this.#queue.add(waiting.task, waiting, ahead);
    if (this.#limit.pendingCount < this.#queue.size) void this.#limit(() => this.#runNext());
    return waiting;
  }

  async #runNext(): Promise<void> {
    const next = this.#queue.next();
    if (next) await this.#run(next.task);
  }

  async #run(task: SlotTask): Promise<void> {
    const startedAtMs = this.#clock.monotonic();
    try {
      await task.runInSlot();
    } finally {
      this.#learnDuration(this.#clock.monotonic() - startedAtMs);
      this.#queue.turnEnded(task);
    }
  }

  #learnDuration(ms: number): void {
    this.#meanCallMs += (ms - this.#meanCallMs) * RATIONING_LIMITS.callDurationWeight;
  }

  /**
   * The hint is the time when about half of the queue will have been served, so that clients do not all come
   * back for the first free place.
   */
  #queueFull(): HiloError {
    const { queueRetryAfterMinMs, queueRetryAfterMaxMs } = RATIONING_LIMITS;
    const halfMs = (this.#meanCallMs * this.waiting) / this.#limit.concurrency / 2;
    const retryAfterMs = Math.ceil(Math.min(Math.max(halfMs, queueRetryAfterMinMs), queueRetryAfterMaxMs));
    return new HiloError('queue_full', { retryAfterMs, values: { seconds: Math.ceil(retryAfterMs / 1000) } });
  }

  #tickSoon(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#clock.after(RATIONING_LIMITS.positionTickMs, () => this.#tick());
  }

  /**
   * One walk over the queue for all. In one tick a bounded number of tasks is notified, starting with those
   * notified longest ago: neither frequent changes nor a long queue causes a flood of notifications.
   */
  #tick(): void {
    this.#ticking = false;
    if (this.#queue.size === 0) return;
    const nowMs = this.#clock.monotonic();
    const due: { waiting: Waiting; position: number }[] = [];
    let position = 0;
    for (const waiting of this.#queue.inOrder()) {
      position++;
      const isDue = nowMs - waiting.toldAtMs >= RATIONING_LIMITS.positionIntervalMs;
      if (isDue && waiting.position !== position) due.push({ waiting, position });
    }
    due.sort((one, other) => one.waiting.toldAtMs - other.waiting.toldAtMs);
    for (const one of due.slice(0, RATIONING_LIMITS.positionsPerTickMax))
      one.waiting.tell(one.position, nowMs);
    this.#tickSoon();
  }
}

class Waiting implements SlotTicket {
  readonly task: SlotTask;
  place: Ticket<Waiting> | undefined;
  position = 0;
  toldAtMs: number;

  /** It is notified of its position when the interval has passed since `toldAtMs`. */
  constructor(task: SlotTask, toldAtMs: number) {
    this.task = task;
    this.toldAtMs = toldAtMs;
  }

  tell(position: number, nowMs: number): void {
    this.position = position;
    this.toldAtMs = nowMs;
    this.task.tellPosition(position);
  }
}
