/**
 * The ledger says what an exchange has cost, and its record how long it took. They come one after the other,
 * in either order, and are brought together by the trace and the route.
 */
import type { ExchangeRecord } from '../observability/exchange-record.ts';
import type { UsageEvent } from './usage-event.ts';
import { timesOf } from './usage-event.ts';

/** Of either side that waits for the other; the oldest are given up. */
const WAITING_MAX = 20_000;

/** An entry of the ledger. */
export interface EnteredEvent {
  readonly index: number;
  event: UsageEvent;
  /** Its record has come, or nobody waits for it any more. */
  isWhole: boolean;
  readonly seenAtMs: number;
}

export class ExchangeMatches {
  readonly #entered = new Map<string, EnteredEvent[]>();
  readonly #records = new Map<string, ExchangeRecord[]>();

  entered(one: EnteredEvent): void {
    const { request, kind } = one.event;
    const record = take(this.#records, request, (each) => each.answeredBy?.route === kind.route);
    if (record) complete(one, record);
    else keep(this.#entered, request, one);
  }

  /** Of an exchange that has an entry, or will have one. */
  ended(record: ExchangeRecord): void {
    const { trace, answeredBy } = record;
    const one = take(this.#entered, trace, ({ event }) => event.kind.route === answeredBy?.route);
    if (one) complete(one, record);
    else keep(this.#records, trace, record);
  }

  /** Its record did not come in time. */
  giveUp(one: EnteredEvent): void {
    take(this.#entered, one.event.request, (each) => each === one);
    one.isWhole = true;
  }

  clear(): void {
    this.#entered.clear();
    this.#records.clear();
  }
}

function complete(one: EnteredEvent, record: ExchangeRecord): void {
  const { event } = one;
  const provider = record.answeredBy?.provider ?? event.kind.provider;
  const kind = { ...event.kind, provider, outcome: record.outcome };
  one.event = { ...event, kind, times: timesOf(record) };
  one.isWhole = true;
}

function keep<Value>(map: Map<string, Value[]>, trace: string, value: Value): void {
  const some = map.get(trace);
  if (some) some.push(value);
  else map.set(trace, [value]);
  if (map.size <= WAITING_MAX) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function take<Value>(
  map: Map<string, Value[]>,
  trace: string,
  isIt: (value: Value) => boolean,
): Value | undefined {
  const some = map.get(trace);
  const at = some?.findIndex(isIt) ?? -1;
  if (!some || at < 0) return undefined;
  const [value] = some.splice(at, 1);
  if (some.length === 0) map.delete(trace);
  return value;
}
