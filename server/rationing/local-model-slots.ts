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
  /** Of tasks that nobody waits for; served when the other queue is empty. */
  readonly #backgroundQueue = new FairQueue<Waiting>();
  readonly #backgroundRunning = new Set<SlotTask>();
  /** Tasks that gave up their slot and will come back; they still count as waiting. */
  readonly #away = { wanted: 0, background: 0 };
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
    return this.wanted + this.#backgroundQueue.size + this.#away.background;
  }

  get wanted(): number {
    return this.#queue.size + this.#away.wanted;
  }

  get inFlight(): number {
    return this.#limit.activeCount;
  }

  enter(task: SlotTask): SlotTicket | undefined {
    if (this.#isFree()) return this.#startAtOnce(task);
    const queue = this.#queueOf(task);
    // What waits in the background takes no place of the others.
    const waiting = task.giveWay ? this.waiting : this.wanted;
    if (waiting >= this.#queueMax || queue.waitingOf(task) >= this.#ownerMax) throw this.#queueFull();
    this.#tickSoon();
    return this.#wait(new Waiting(task, this.#clock.monotonic() - RATIONING_LIMITS.positionIntervalMs));
  }

  stepAside(task: SlotTask): void {
    this.#away[kindOf(task)]++;
  }

  comeBack(task: SlotTask): SlotTicket | undefined {
    this.#away[kindOf(task)]--;
    if (this.#isFree()) return this.#startAtOnce(task);
    // It was notified enough while it waited for the first time.
    return this.#wait(new Waiting(task, Infinity), true);
  }

  stayAway(task: SlotTask): void {
    this.#away[kindOf(task)]--;
  }

  leave(ticket: SlotTicket): void {
    if (ticket instanceof Waiting && ticket.place) this.#queueOf(ticket.task).remove(ticket.place);
  }

  #queueOf(task: SlotTask): FairQueue<Waiting> {
    return task.giveWay ? this.#backgroundQueue : this.#queue;
  }

  /** While a slot is free no task waits. */
  #isFree(): boolean {
    return this.#limit.activeCount < this.#limit.concurrency;
  }

  #startAtOnce(task: SlotTask): undefined {
    this.#queueOf(task).turnBegan(task);
    void this.#limit(() => this.#run(task));
  }

  #wait(waiting: Waiting, ahead = false): SlotTicket {
    const { task } = waiting;
    waiting.place = this.#queueOf(task).add(task, waiting, ahead);
    const queued = this.#queue.size + this.#backgroundQueue.size;
    if (this.#limit.pendingCount < queued) void this.#limit(() => this.#runNext());
    if (!task.giveWay) this.#askForRoom();
    return waiting;
  }

  /** As many as wait; the ones that began last have the least to lose. */
  #askForRoom(): void {
    const running = [...this.#backgroundRunning];
    for (const task of running.slice(Math.max(0, running.length - this.wanted))) task.giveWay?.();
  }

  async #runNext(): Promise<void> {
    const next = this.#queue.next() ?? this.#backgroundQueue.next();
    if (next) await this.#run(next.task);
  }

  async #run(task: SlotTask): Promise<void> {
    const startedAtMs = this.#clock.monotonic();
    if (task.giveWay) this.#backgroundRunning.add(task);
    try {
      await task.runInSlot();
    } finally {
      this.#backgroundRunning.delete(task);
      if (!task.giveWay) this.#learnDuration(this.#clock.monotonic() - startedAtMs);
      this.#queueOf(task).turnEnded(task);
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

function kindOf(task: SlotTask): 'background' | 'wanted' {
  return task.giveWay ? 'background' : 'wanted';
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
