/**
 * OpenAI's chat API through Hilo, with credits, limits and ledger, beside another gateway for models that has
 * none of them (npm's `@portkey-ai/gateway`): the same stub behind both, the same machine, in turns.
 */
import { median } from '../measure/latency.ts';
import { milliseconds } from '../report-table.ts';
import { Child } from '../stack/child.ts';
import { memoryOfPid, processorMsOfPid } from '../stack/process-usage.ts';
import { join } from 'node:path';
import type { BenchContext, Figure } from './figure.ts';
import type { HttpLoadJob, RequestsResult, StreamsResult } from './http-load.ts';
import { startHttpSubjects, type HttpSubject, type HttpSubjects } from './http-subjects.ts';

const ROUNDS = 3;
const MANY_CLIENTS = 64;
/** How long the model takes to its first token in the second half of the figures. */
const UPSTREAM_MS = 20;
const SLOW_STUB = ['--first-token-ms', String(UPSTREAM_MS)];
const STREAMS = [32, 128, 512] as const;
/** Tokens and pace of one stream: two seconds of answer. */
const STREAM_STUB = ['--mode', 'prose', '--tokens', '60', '--tokens-per-second', '30'];
const STREAMS_TIMEOUT_MS = 60_000;
const MEBIBYTE = 1_024 * 1_024;

type Names = 'direct' | 'hilo' | 'portkey';
const NAMES: readonly Names[] = ['direct', 'hilo', 'portkey'];
const PORTKEY = 'Portkey';

interface Measured extends RequestsResult {
  /** Of the subject's processes together, for each request. */
  readonly processorMicroseconds: number;
}

type Results = Readonly<Record<Names, Measured[]>>;

export async function httpApi(context: BenchContext): Promise<Figure[]> {
  return [
    ...(await withSubjects(context, [], (subjects, load) => atOnce(context, subjects, load))),
    ...(context.quick
      ? []
      : await withSubjects(context, SLOW_STUB, (subjects, load) => withSlowModel(context, subjects, load))),
    ...(await withSubjects(context, STREAM_STUB, (subjects, load) => manyStreams(context, subjects, load))),
  ];
}

async function withSlowModel(context: BenchContext, subjects: HttpSubjects, load: Child): Promise<Figure[]> {
  const results = await compare(context, subjects, load, { clients: MANY_CLIENTS, stream: false });
  return [rate(`HTTP requests, ${MANY_CLIENTS} clients, model takes ${UPSTREAM_MS} ms`, results, {})];
}

async function withSubjects(
  context: BenchContext,
  stubOptions: readonly string[],
  measure: (subjects: HttpSubjects, load: Child) => Promise<Figure[]>,
): Promise<Figure[]> {
  const load = new Child({ name: 'load', args: [join(import.meta.dirname, 'http-load.ts')] });
  try {
    const subjects = await startHttpSubjects(stubOptions, context.subjectOptions);
    try {
      return await measure(subjects, load);
    } finally {
      await subjects.stop();
    }
  } finally {
    await load.stop();
  }
}

/** With a model that answers at once: what the gateways themselves add. */
async function atOnce(context: BenchContext, subjects: HttpSubjects, load: Child): Promise<Figure[]> {
  const one = await compare(context, subjects, load, { clients: 1, stream: false });
  const streamed = await compare(context, subjects, load, { clients: 1, stream: true });
  const many = await compare(context, subjects, load, { clients: MANY_CLIENTS, stream: false });
  return [
    added('HTTP request added, one client, p50', one, 'p50Ms'),
    added('HTTP request added, one client, p99', one, 'p99Ms'),
    added('HTTP first token added, one client, p50', streamed, 'firstP50Ms'),
    added('HTTP first token added, one client, p99', streamed, 'firstP99Ms'),
    rate(`HTTP requests, ${MANY_CLIENTS} clients`, many, { atLeast: 3 }),
    await memory(subjects),
  ];
}

async function compare(
  context: BenchContext,
  subjects: HttpSubjects,
  load: Child,
  { clients, stream }: { readonly clients: number; readonly stream: boolean },
): Promise<Results> {
  const results: Results = { direct: [], hilo: [], portkey: [] };
  const times = context.quick ? { warmUpMs: 300, ms: 700 } : { warmUpMs: 1_000, ms: 2_500 };
  for (let round = 0; round < (context.quick ? 1 : ROUNDS); round += 1) {
    for (const name of NAMES) {
      const subject = subjects[name];
      const before = await processorMs(subject);
      const job: HttpLoadJob = { job: 'requests', target: subject.target(stream), clients, ...times };
      load.send(job);
      const result = (await load.message()) as RequestsResult;
      const usedMs = (await processorMs(subject)) - before;
      results[name].push({ ...result, processorMicroseconds: (usedMs * 1_000) / result.total });
    }
  }
  return results;
}

async function processorMs({ children }: HttpSubject): Promise<number> {
  const times = await Promise.all(children.map((child) => processorMsOfPid(child.pid)));
  return times.reduce((sum, time) => sum + time, 0);
}

type Timing = 'p50Ms' | 'p99Ms' | 'firstP50Ms' | 'firstP99Ms';

/** Hilo's own part of the time, beside the other's. */
function added(name: string, results: Results, timing: Timing): Figure {
  const direct = middle(results.direct, timing);
  return {
    name,
    value: middle(results.hilo, timing) - direct,
    unit: 'ms',
    floor: middle(results.portkey, timing) - direct,
    floorName: PORTKEY,
    measure: 'ratio',
    target: { atMost: 1 },
    notes: [`the stub alone takes ${milliseconds(direct)} ms`, ...failures(results)],
  };
}

function rate(name: string, results: Results, target: Figure['target']): Figure {
  const [own, other] = [results.hilo, results.portkey];
  const cost = (of: readonly Measured[]) => `${middle(of, 'processorMicroseconds').toFixed(0)} µs`;
  const latency = (of: readonly Measured[]) =>
    `${milliseconds(middle(of, 'p50Ms'))} / ${milliseconds(middle(of, 'p99Ms'))} ms`;
  return {
    name,
    value: middle(own, 'perSecond'),
    unit: '/s',
    floor: middle(other, 'perSecond'),
    floorName: PORTKEY,
    measure: 'ratio',
    target,
    notes: [
      `the stub alone ${Math.round(middle(results.direct, 'perSecond'))}/s`,
      `processor time of a request ${cost(own)}, of the other's ${cost(other)}`,
      `p50 / p99 ${latency(own)}, of the other ${latency(other)}`,
      ...failures(results),
    ],
  };
}

async function memory({ hilo, portkey }: HttpSubjects): Promise<Figure> {
  const [own, other] = [await residentBytes(hilo), await residentBytes(portkey)];
  return {
    name: 'Resident memory after that, all processes',
    value: own / MEBIBYTE,
    unit: 'MiB',
    floor: other / MEBIBYTE,
    floorName: PORTKEY,
    measure: 'ratio',
    target: {},
    notes: ['Hilo is a server with its database and ledger, and a gateway'],
  };
}

async function residentBytes({ children }: HttpSubject): Promise<number> {
  const all = await Promise.all(children.map((child) => memoryOfPid(child.pid)));
  return all.reduce((sum, one) => sum + (one?.residentBytes ?? Number.NaN), 0);
}

/** More and more streams begun together: how many end whole, and how long the first token takes. */
async function manyStreams(context: BenchContext, subjects: HttpSubjects, load: Child): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const streams of context.quick ? STREAMS.slice(0, 1) : STREAMS) {
    const results = {} as Record<Names, StreamsResult>;
    for (const name of NAMES) {
      const target = subjects[name].target(true);
      load.send({ job: 'streams', target, streams, timeoutMs: STREAMS_TIMEOUT_MS } satisfies HttpLoadJob);
      results[name] = (await load.message()) as StreamsResult;
    }
    figures.push(streamsFigure(streams, results));
  }
  return figures;
}

function streamsFigure(streams: number, results: Readonly<Record<Names, StreamsResult>>): Figure {
  const line = (name: Names) => {
    const { whole, firstP99Ms, longestGapMs } = results[name];
    const [first, gap] = [milliseconds(firstP99Ms), milliseconds(longestGapMs)];
    return `${whole} whole, first token p99 ${first} ms, longest gap ${gap} ms`;
  };
  return {
    name: `Streams begun together that end whole, of ${streams}`,
    value: results.hilo.whole,
    unit: '',
    floor: results.portkey.whole,
    floorName: PORTKEY,
    measure: 'value',
    target: { atLeast: streams },
    notes: [
      `Hilo: ${line('hilo')}`,
      `${PORTKEY}: ${line('portkey')}`,
      `the stub alone: ${line('direct')}`,
      ...NAMES.flatMap((name) => results[name].failures.slice(0, 1).map((text) => `${name}: ${text}`)),
    ],
  };
}

function middle(results: readonly Measured[], name: Exclude<keyof Measured, 'failures' | 'total'>): number {
  return median(results.map((result) => result[name]));
}

function failures(results: Results): string[] {
  return NAMES.flatMap((name) =>
    results[name].flatMap((result) => result.failures.slice(0, 1).map((text) => `${name}: ${text}`)),
  ).slice(0, 3);
}
