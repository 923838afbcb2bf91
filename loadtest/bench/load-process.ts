/** The process that puts the load on: driven by messages of its parent, one job at a time. */
import { LatencyRecorder } from '../measure/latency.ts';
import { forEachIndex } from '../scenarios/run.ts';
import { RawClient, type Wire } from './raw-client.ts';

export type LoadJob = ExchangeJob | HoldJob | EachJob | { readonly job: 'release' };

/**
 * Exchanges as fast as they go, one at a time for each client. The warm-up begins when every client has had a
 * reply; neither is counted.
 */
export interface ExchangeJob {
  readonly job: 'exchange';
  readonly wire: Wire;
  readonly clients: number;
  readonly warmUpMs: number;
  readonly ms: number;
}

/** So many more clients, each with so many replies, stay connected until `release`. */
export interface HoldJob {
  readonly job: 'hold';
  readonly wire: Wire;
  readonly clients: number;
  /** One when left out; that to the opening line counts. */
  readonly replies?: number;
}

/** Each client that is held has one more exchange, one client after the other, in each round. */
export interface EachJob {
  readonly job: 'each';
  readonly rounds: number;
}

export interface ExchangeResult {
  readonly perSecond: number;
  /** All exchanges, those of the warm-up too. */
  readonly total: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: readonly string[];
}

export interface HoldResult {
  readonly held: number;
  readonly failures: readonly string[];
}

export interface EachResult {
  /** Undefined when there was no exchange. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly failures: readonly string[];
}

const CONNECTING_AT_ONCE = 100;
const FAILURES_KEPT = 3;
/** A client that acknowledges does so after so many replies, and when it has the last one. */
const REPLIES_ACKNOWLEDGED = 8;
/** After this, whoever has had no reply yet is not waited for. */
const FIRST_REPLIES_MS = 20_000;

let held: HeldClient[] = [];

process.on('message', (message) => {
  void run(message as LoadJob).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());

async function run(job: LoadJob): Promise<ExchangeResult | HoldResult | EachResult> {
  if (job.job === 'exchange') return exchange(job);
  if (job.job === 'hold') return hold(job);
  if (job.job === 'each') return each(job);
  for (const client of held) client.destroy();
  held = [];
  return { held: 0, failures: [] };
}

async function exchange(job: ExchangeJob): Promise<ExchangeResult> {
  const failures: string[] = [];
  const latency = new LatencyRecorder();
  const state = { counting: false, over: false, count: 0, total: 0, waiting: job.clients };
  const { promise: everyoneReplied, resolve } = Promise.withResolvers<void>();
  const clients = Array.from({ length: job.clients }, (_, index) => {
    let sentMs = performance.now();
    let isNew = true;
    const noteFirst = () => {
      if (isNew && --state.waiting === 0) resolve();
      isNew = false;
    };
    return new RawClient(job.wire, index, {
      done() {
        const nowMs = performance.now();
        if (isNew) noteFirst();
        state.total += 1;
        if (state.counting) {
          state.count += 1;
          latency.record(nowMs - sentMs);
        }
        sentMs = nowMs;
        return !state.over;
      },
      failed(why) {
        noteFirst();
        keep(failures, why);
      },
    });
  });
  await Promise.race([everyoneReplied, pause(FIRST_REPLIES_MS)]);
  await pause(job.warmUpMs);
  state.counting = true;
  const startMs = performance.now();
  await pause(job.ms);
  const seconds = (performance.now() - startMs) / 1_000;
  state.counting = false;
  state.over = true;
  for (const client of clients) client.destroy();
  if (latency.count === 0) keep(failures, 'no exchange ended while it was measured');
  const { p50Ms, p99Ms } = latency.summary();
  return { perSecond: state.count / seconds, total: state.total, p50Ms, p99Ms, failures };
}

async function hold(job: HoldJob): Promise<HoldResult> {
  const failures: string[] = [];
  const first = held.length;
  await forEachIndex(job.clients, CONNECTING_AT_ONCE, (index) => {
    const client = new HeldClient(job.wire, first + index, failures);
    held.push(client);
    return client.replies(job.replies ?? 1);
  });
  return { held: held.slice(first).filter(({ isHeld }) => isHeld).length, failures };
}

async function each({ rounds }: EachJob): Promise<EachResult> {
  const failures: string[] = [];
  const latency = new LatencyRecorder();
  for (let round = 0; round < rounds; round += 1) {
    for (const client of held) {
      if (!client.isHeld) continue;
      const sentMs = performance.now();
      client.send();
      await client.replies(1);
      if (client.isHeld) latency.record(performance.now() - sentMs);
      else keep(failures, 'a client that was held has failed');
    }
  }
  // Nothing is not fast.
  const at = (percentile: number) => (latency.count === 0 ? undefined : latency.percentile(percentile));
  return { p50Ms: at(50), p99Ms: at(99), failures };
}

class HeldClient {
  readonly #client: RawClient;
  #wanted = 1;
  #resolve: () => void = () => undefined;
  isHeld = true;

  constructor(wire: Wire, index: number, failures: string[]) {
    this.#client = new RawClient(wire, index, {
      done: () => {
        this.#wanted -= 1;
        const isDue = this.#wanted === 0 || this.#wanted % REPLIES_ACKNOWLEDGED === 0;
        if (wire.acknowledges === true && isDue) this.#client.acknowledge();
        if (this.#wanted === 0) this.#resolve();
        return this.#wanted > 0;
      },
      failed: (why) => {
        this.isHeld = false;
        keep(failures, why);
        this.#resolve();
      },
    });
  }

  /** Resolves after so many replies; sends the requests for all but the first. */
  replies(count: number): Promise<void> {
    this.#wanted = count;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (!this.isHeld) resolve();
    });
  }

  send(): void {
    this.#client.send();
  }

  destroy(): void {
    this.#client.destroy();
  }
}

function keep(failures: string[], why: string): void {
  if (failures.length < FAILURES_KEPT) failures.push(why);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
