/**
 * Whose webhook is tried next. In memory is one lane for each person and receiver, never a webhook: those are
 * in the store. The webhooks of a lane are tried one after the other, so that a receiver that stalls delays
 * nobody else; lanes take turns.
 */
import type { DueTo } from './webhook-rows.ts';
import { WEBHOOK_LIMITS } from './limits.ts';

export interface Lane {
  readonly owner: string;
  readonly host: string;
  /** When the first of its webhooks is due. */
  dueAt: number;
  /** The receiver has failed: nothing before. */
  pausedUntil: number;
  failures: number;
  isBusy: boolean;
  /** Something has become due while one was tried. */
  hasMore: boolean;
}

export class WebhookLanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #busyOwners = new Map<string, number>();
  readonly #busyHosts = new Map<string, number>();
  #busy = 0;

  get size(): number {
    return this.#lanes.size;
  }

  due({ owner, host, at }: DueTo): void {
    const key = keyOf(owner, host);
    const lane = this.#lanes.get(key);
    if (!lane) {
      const fresh = { owner, host, dueAt: at, pausedUntil: 0, failures: 0, isBusy: false, hasMore: false };
      this.#lanes.set(key, fresh);
      return;
    }
    lane.dueAt = Math.min(lane.dueAt, at);
    if (lane.isBusy) lane.hasMore = true;
  }

  /** It is busy until `ended`. Undefined when nothing may be tried now. */
  next(now: number): Lane | undefined {
    if (this.#busy >= WEBHOOK_LIMITS.inFlightMax) return undefined;
    for (const [key, lane] of this.#lanes) {
      if (startOf(lane) > now || !this.#isFree(lane)) continue;
      this.#lanes.delete(key);
      this.#lanes.set(key, lane);
      lane.isBusy = true;
      lane.hasMore = false;
      this.#count(lane, 1);
      return lane;
    }
    return undefined;
  }

  /** `dueAt` is when the next one of it is due; undefined: there is none. */
  ended(lane: Lane, dueAt: number | undefined, now: number): void {
    this.#count(lane, -1);
    lane.isBusy = false;
    const at = lane.hasMore ? Math.min(now, dueAt ?? now) : dueAt;
    if (at === undefined) this.#lanes.delete(keyOf(lane.owner, lane.host));
    else lane.dueAt = at;
  }

  /** When something may be tried that is not tried now; undefined: only after another one has ended. */
  nextTime(): number | undefined {
    let first: number | undefined;
    for (const lane of this.#lanes.values()) {
      if (!this.#isFree(lane)) continue;
      const at = startOf(lane);
      if (first === undefined || at < first) first = at;
    }
    return this.#busy >= WEBHOOK_LIMITS.inFlightMax ? undefined : first;
  }

  #isFree({ owner, host, isBusy }: Lane): boolean {
    const { inFlightOfOwnerMax, inFlightToHostMax } = WEBHOOK_LIMITS;
    if (isBusy || (this.#busyOwners.get(owner) ?? 0) >= inFlightOfOwnerMax) return false;
    return (this.#busyHosts.get(host) ?? 0) < inFlightToHostMax;
  }

  #count({ owner, host }: Lane, by: 1 | -1): void {
    this.#busy += by;
    add(this.#busyOwners, owner, by);
    add(this.#busyHosts, host, by);
  }
}

function startOf({ dueAt, pausedUntil }: Lane): number {
  return Math.max(dueAt, pausedUntil);
}

function keyOf(owner: string, host: string): string {
  return `${owner} ${host}`;
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
