/** The process that puts the load on: driven by messages of its parent, one job at a time. */
import { LatencyRecorder } from '../measure/latency.ts';
import { forEachIndex } from '../scenarios/run.ts';
import { RawClient, type Wire } from './raw-client.ts';

export type LoadJob = ExchangeJob | HoldJob | { readonly job: 'release' };

/** Exchanges as fast as they go, one at a time for each client; the warm-up is not counted. */
export interface ExchangeJob {
  readonly job: 'exchange';
  readonly wire: Wire;
  readonly clients: number;
  readonly warmUpMs: number;
  readonly ms: number;
}

/** So many more clients, each with one exchange, stay connected until `release`. */
export interface HoldJob {
  readonly job: 'hold';
  readonly wire: Wire;
  readonly clients: number;
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

const CONNECTING_AT_ONCE = 100;
const FAILURES_KEPT = 3;

let held: RawClient[] = [];

process.on('message', (message) => {
  void run(message as LoadJob).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());

async function run(job: LoadJob): Promise<ExchangeResult | HoldResult> {
  if (job.job === 'exchange') return exchange(job);
  if (job.job === 'hold') return hold(job);
  for (const client of held) client.destroy();
  held = [];
  return { held: 0, failures: [] };
}

async function exchange(job: ExchangeJob): Promise<ExchangeResult> {
  const failures: string[] = [];
  const latency = new LatencyRecorder();
  const state = { counting: false, over: false, count: 0, total: 0 };
  const clients = Array.from({ length: job.clients }, (_, index) => {
    let sentMs = performance.now();
    return new RawClient(job.wire, index, {
      done() {
        const nowMs = performance.now();
        state.total += 1;
        if (state.counting) {
          state.count += 1;
          latency.record(nowMs - sentMs);
        }
        sentMs = nowMs;
        return !state.over;
      },
      failed: (why) => keep(failures, why),
    });
  });
  await pause(job.warmUpMs);
  state.counting = true;
  const startMs = performance.now();
  await pause(job.ms);
  const seconds = (performance.now() - startMs) / 1_000;
  state.counting = false;
  state.over = true;
  for (const client of clients) client.destroy();
  const { p50Ms, p99Ms } = latency.summary();
  return { perSecond: state.count / seconds, total: state.total, p50Ms, p99Ms, failures };
}

async function hold(job: HoldJob): Promise<HoldResult> {
  const failures: string[] = [];
  const first = held.length;
  let count = 0;
  await forEachIndex(job.clients, CONNECTING_AT_ONCE, (index) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const client = new RawClient(job.wire, first + index, {
      done() {
        count += 1;
        resolve();
        return false;
      },
      failed(why) {
        keep(failures, why);
        resolve();
      },
    });
    held.push(client);
    return promise;
  });
  return { held: count, failures };
}

function keep(failures: string[], why: string): void {
  if (failures.length < FAILURES_KEPT) failures.push(why);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
