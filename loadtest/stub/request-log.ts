/** What the stub remembers of its requests, and its listeners. */
import { EventEmitter, once } from 'node:events';
import type { Fault } from './config.ts';

export type StubPhase = 'queued' | 'before_headers' | 'before_first_token' | 'streaming' | 'over';
export type StubOutcome = 'pending' | 'answered' | 'failed' | 'aborted';

export interface StubRecord {
  readonly id: number;
  readonly path: string;
  readonly model: string;
  /** The request's `X-Request-ID`. */
  readonly trace: string | undefined;
  /** The header of that name. */
  readonly traceparent: string | undefined;
  /** The request's parsed body. */
  readonly body: unknown;
  readonly receivedAtMs: number;
  /** How far the stub got; an aborted request keeps the phase in which it was aborted. */
  phase: StubPhase;
  outcome: StubOutcome;
  /** What was made to go wrong; how often each did is in the totals. */
  faults: readonly Fault[];
  tokensSent: number;
  closedAtMs: number | undefined;
}

/**
 *  request   its body has arrived            headers   the head of the response was written
 *  token     its first token was written     abort     the client closed the connection before the end
 *  answered  the answer was written whole    failed    a failure was played to its end
 */
export type StubEvent = 'request' | 'headers' | 'token' | 'abort' | 'answered' | 'failed';

export interface StubTotals {
  received: number;
  answered: number;
  failed: number;
  aborted: number;
  tokens: number;
  faults: Partial<Record<Fault, number>>;
  inFlight: number;
  inFlightMax: number;
  queued: number;
  queuedMax: number;
  /** TCP connections that were accepted. */
  connections: number;
}

export class RequestLog {
  readonly #emitter = new EventEmitter<Record<StubEvent, [StubRecord]>>();
  readonly #recordsMax: number;
  #records: StubRecord[] = [];
  #totals: StubTotals = emptyTotals();
  #lastId = 0;

  /** Keeps the newest `recordsMax` requests (up to twice as many for a while). */
  constructor(recordsMax: number) {
    this.#recordsMax = recordsMax;
    this.#emitter.setMaxListeners(0);
  }

  get records(): readonly StubRecord[] {
    return this.#records;
  }

  get totals(): Readonly<StubTotals> {
    return this.#totals;
  }

  open(
    fields: Pick<StubRecord, 'path' | 'model' | 'trace' | 'traceparent' | 'body' | 'receivedAtMs'>,
  ): StubRecord {
    this.#lastId += 1;
    const record: StubRecord = {
      id: this.#lastId,
      ...fields,
      phase: 'queued',
      outcome: 'pending',
      faults: [],
      tokensSent: 0,
      closedAtMs: undefined,
    };
    this.#totals.received += 1;
    this.#records.push(record);
    const excess = this.#records.length - this.#recordsMax;
    if (excess > this.#recordsMax) this.#records.splice(0, excess);
    this.tell('request', record);
    return record;
  }

  /** Ends a record; a second outcome is ignored. */
  settle(record: StubRecord, outcome: Exclude<StubOutcome, 'pending'>, atMs: number): void {
    if (record.outcome !== 'pending') return;
    record.outcome = outcome;
    record.closedAtMs = atMs;
    this.#totals[outcome] += 1;
    this.#totals.tokens += record.tokensSent;
    for (const fault of record.faults) this.#totals.faults[fault] = (this.#totals.faults[fault] ?? 0) + 1;
    this.tell(outcome === 'aborted' ? 'abort' : outcome, record);
  }

  noteLoad(inFlight: number, queued: number): void {
    const totals = this.#totals;
    totals.inFlight = inFlight;
    totals.queued = queued;
    if (inFlight > totals.inFlightMax) totals.inFlightMax = inFlight;
    if (queued > totals.queuedMax) totals.queuedMax = queued;
  }

  noteConnection(): void {
    this.#totals.connections += 1;
  }

  tell(event: StubEvent, record: StubRecord): void {
    this.#emitter.emit(event, record);
  }

  on(event: StubEvent, listener: (record: StubRecord) => void): () => void {
    this.#emitter.on(event, listener);
    return () => this.#emitter.off(event, listener);
  }

  async next(event: StubEvent): Promise<StubRecord> {
    const [record] = await once(this.#emitter, event);
    return record as StubRecord;
  }

  /** Forgets records and totals; what is in flight stays counted. */
  reset(): void {
    const { inFlight, queued } = this.#totals;
    this.#records = [];
    this.#totals = { ...emptyTotals(), inFlight, inFlightMax: inFlight, queued, queuedMax: queued };
  }
}

function emptyTotals(): StubTotals {
  return {
    received: 0,
    answered: 0,
    failed: 0,
    aborted: 0,
    tokens: 0,
    faults: {},
    inFlight: 0,
    inFlightMax: 0,
    queued: 0,
    queuedMax: 0,
    connections: 0,
  };
}
