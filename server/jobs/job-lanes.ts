/**
 * Decides whose job is next, for each route. In memory is a number for each person, never a job: what waits
 * is in the store. People who have not had a turn since they came go first; after so many of them one of the
 * others has a turn.
 */
import { JOB_LIMITS } from './limits.ts';

interface Person {
  /** Jobs that wait. */
  count: number;
  /** None of them may be tried before. */
  sleepsUntil: number;
}

class Lane {
  /** In the order of their turns. */
  readonly newcomers = new Map<string, Person>();
  readonly served = new Map<string, Person>();
  /** Those who have jobs that run: they are no newcomers when they come again. */
  readonly busy = new Map<string, number>();
  inARow = 0;

  of(owner: string): Person | undefined {
    return this.newcomers.get(owner) ?? this.served.get(owner);
  }

  get isEmpty(): boolean {
    return this.newcomers.size + this.served.size + this.busy.size === 0;
  }

  remove(owner: string): void {
    this.newcomers.delete(owner);
    this.served.delete(owner);
  }
}

export class JobLanes {
  readonly #lanes = new Map<string, Lane>();

  routes(): string[] {
    return [...this.#lanes.keys()];
  }

  add(route: string, owner: string, count = 1): void {
    const lane = this.#lanes.get(route) ?? new Lane();
    this.#lanes.set(route, lane);
    const person = lane.of(owner);
    if (person) {
      person.count += count;
      person.sleepsUntil = 0;
    } else (lane.busy.has(owner) ? lane.served : lane.newcomers).set(owner, { count, sleepsUntil: 0 });
  }

  /** A job that waited waits no longer. */
  remove(route: string, owner: string, count = 1): void {
    const lane = this.#lanes.get(route);
    const person = lane?.of(owner);
    if (!lane || !person) return;
    person.count -= count;
    if (person.count <= 0) lane.remove(owner);
    if (lane.isEmpty) this.#lanes.delete(route);
  }

  /** The jobs of one person belong to another from now on. */
  handOver(from: string, to: string): void {
    for (const [route, lane] of this.#lanes) {
      const { count = 0 } = lane.of(from) ?? {};
      if (count === 0) continue;
      lane.remove(from);
      this.add(route, to, count);
    }
  }

  /** Whose turn it is: their job waits until `remove`, and runs until `turnEnded`. */
  next(route: string, nowMs: number): string | undefined {
    const lane = this.#lanes.get(route);
    if (!lane) return undefined;
    const isTurnOfOthers = lane.inARow >= JOB_LIMITS.newcomersInARow;
    const order = isTurnOfOthers ? [lane.served, lane.newcomers] : [lane.newcomers, lane.served];
    for (const people of order) {
      for (const [owner, person] of people) {
        if (person.sleepsUntil > nowMs) continue;
        people.delete(owner);
        lane.served.set(owner, person);
        lane.busy.set(owner, (lane.busy.get(owner) ?? 0) + 1);
        lane.inARow = people === lane.newcomers ? lane.inARow + 1 : 0;
        return owner;
      }
    }
    return undefined;
  }

  turnEnded(route: string, owner: string): void {
    const lane = this.#lanes.get(route);
    const left = (lane?.busy.get(owner) ?? 1) - 1;
    if (left > 0) lane?.busy.set(owner, left);
    else lane?.busy.delete(owner);
    if (lane?.isEmpty) this.#lanes.delete(route);
  }

  sleep(route: string, owner: string, untilMs: number): void {
    const person = this.#lanes.get(route)?.of(owner);
    if (person) person.sleepsUntil = untilMs;
  }

  /** About how many jobs come before a person's job that has `ahead` of their own before it. */
  position(route: string, owner: string, ahead: number): number {
    const lane = this.#lanes.get(route);
    let position = ahead + 1;
    let people = 0;
    for (const group of lane ? [lane.newcomers, lane.served] : []) {
      for (const [other, { count }] of group) {
        if (other !== owner) position += Math.min(count, ahead + 1);
        people += 1;
        if (people >= JOB_LIMITS.positionPeopleMax) return position;
      }
    }
    return position;
  }
}
