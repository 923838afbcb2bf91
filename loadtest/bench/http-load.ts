/** The process that asks HTTP APIs of OpenAI's kind: driven by messages of its parent, one job at a time. */
import { Pool } from 'undici';
import { LatencyRecorder } from '../measure/latency.ts';

/** Where to ask, and what: the same request again and again. */
export interface HttpTarget {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type HttpLoadJob = RequestsJob | StreamsJob;

/** Whole answers as fast as they come, one at a time for each client; the warm-up is not counted. */
export interface RequestsJob {
  readonly job: 'requests';
  readonly target: HttpTarget;
  readonly clients: number;
  readonly warmUpMs: number;
  readonly ms: number;
}

/** So many streams begun together, each read to its end. */
export interface StreamsJob {
  readonly job: 'streams';
  readonly target: HttpTarget;
  readonly streams: number;
  readonly timeoutMs: number;
}

export interface RequestsResult {
  readonly perSecond: number;
  /** All requests, those of the warm-up too. */
  readonly total: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Until the first byte of the body. */
  readonly firstP50Ms: number;
  readonly firstP99Ms: number;
  readonly failures: readonly string[];
}

export interface StreamsResult {
  /** Those that were answered with 200 and ended with their last event. */
  readonly whole: number;
  readonly firstP99Ms: number;
  /** The longest silence within any of them. */
  readonly longestGapMs: number;
  readonly failures: readonly string[];
}

const FAILURES_KEPT = 3;
const FAILURE_CHARACTERS_MAX = 200;
const LAST_EVENT = 'data: [DONE]';

process.on('message', (message) => {
  void run(message as HttpLoadJob).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());

function run(job: HttpLoadJob): Promise<RequestsResult | StreamsResult> {
  return job.job === 'requests' ? requests(job) : streams(job);
}

async function requests(job: RequestsJob): Promise<RequestsResult> {
  const pool = new Pool(job.target.origin, { connections: job.clients, pipelining: 1 });
  const [whole, first] = [new LatencyRecorder(), new LatencyRecorder()];
  const failures: string[] = [];
  const state = { counting: false, over: false, count: 0, total: 0 };
  const clients = Array.from({ length: job.clients }, async () => {
    while (!state.over && failures.length < FAILURES_KEPT) {
      const answer = await ask(pool, job.target);
      state.total += 1;
      if (answer.failure !== undefined) failures.push(answer.failure);
      if (!state.counting) continue;
      state.count += 1;
      whole.record(answer.wholeMs);
      first.record(answer.firstMs);
    }
  });
  await pause(job.warmUpMs);
  state.counting = true;
  const startMs = performance.now();
  await pause(job.ms);
  const seconds = (performance.now() - startMs) / 1_000;
  state.counting = false;
  state.over = true;
  await Promise.all(clients);
  await pool.close();
  return {
    perSecond: state.count / seconds,
    total: state.total,
    p50Ms: whole.percentile(50),
    p99Ms: whole.percentile(99),
    firstP50Ms: first.percentile(50),
    firstP99Ms: first.percentile(99),
    failures: failures.slice(0, FAILURES_KEPT),
  };
}

async function streams(job: StreamsJob): Promise<StreamsResult> {
  const pool = new Pool(job.target.origin, { connections: job.streams, pipelining: 1 });
  const first = new LatencyRecorder();
  const signal = AbortSignal.timeout(job.timeoutMs);
  const answers = await Promise.all(Array.from({ length: job.streams }, () => ask(pool, job.target, signal)));
  await pool.destroy();
  for (const answer of answers) first.record(answer.firstMs);
  const failures = answers.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const whole = answers.filter(({ failure, end }) => failure === undefined && end.includes(LAST_EVENT));
  return {
    whole: whole.length,
    firstP99Ms: first.percentile(99),
    longestGapMs: Math.max(...answers.map(({ gapMs }) => gapMs)),
    failures: failures.slice(0, FAILURES_KEPT),
  };
}

interface Answer {
  readonly firstMs: number;
  readonly wholeMs: number;
  readonly gapMs: number;
  /** The last bytes of the body, as text. */
  readonly end: string;
  readonly failure: string | undefined;
}

async function ask(pool: Pool, target: HttpTarget, signal?: AbortSignal): Promise<Answer> {
  const startMs = performance.now();
  let [firstMs, lastMs, gapMs, end, status] = [Number.NaN, startMs, 0, '', 0];
  let failure: string | undefined;
  try {
    const { path, headers, body } = target;
    const response = await pool.request({ path, method: 'POST', headers, body, ...(signal && { signal }) });
    status = response.statusCode;
    for await (const chunk of response.body) {
      const nowMs = performance.now();
      if (Number.isNaN(firstMs)) firstMs = nowMs - startMs;
      else gapMs = Math.max(gapMs, nowMs - lastMs);
      lastMs = nowMs;
      end = String(chunk).slice(-FAILURE_CHARACTERS_MAX);
    }
    if (status !== 200) failure = `${status} ${end}`;
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const wholeMs = performance.now() - startMs;
  return { firstMs: Number.isNaN(firstMs) ? wholeMs : firstMs, wholeMs, gapMs, end, failure };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
