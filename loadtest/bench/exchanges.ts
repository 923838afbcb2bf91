/** Whole exchanges a second against bare echoes: over TCP on both faces, and through the gateway. */
import { median } from '../measure/latency.ts';
import type { Child } from '../stack/child.ts';
import { startStack } from '../stack/stack.ts';
import type { BenchContext, Figure } from './figure.ts';
import type { ExchangeResult, LoadJob } from './load-process.ts';
import type { Wire } from './raw-client.ts';
import { ECHO_FILES, INSTANT_SERVER, loadProcess, startEcho } from './subjects.ts';

const CLIENTS = 200;
const ROUNDS = 3;

const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"chat.send","params":{"text":"hola, sigo el hilo"}}';
const JSON_MARKS = { doneMark: '"result"', failureMark: '"error"' } as const;
const TEXT_MARKS = { doneMark: '-- Usuario-', failureMark: 'FAIL ' } as const;
/** As many bytes as the request, with what the client looks for in it. */
const JSON_ECHO = REQUEST.replace('"params"', '"result"');
const TEXT_REQUEST = 'hola, sigo el hilo de ayer';
const TEXT_ECHO = '-- Usuario-1:m1 hola, sigo';

export async function jsonExchanges(context: BenchContext): Promise<Figure[]> {
  return compare(context, {
    name: 'Exchanges over TCP, JSON-RPC',
    kind: 'tcp',
    subject: { request: REQUEST, ...JSON_MARKS },
    floor: { request: JSON_ECHO, ...JSON_MARKS },
    floorName: 'line echo',
    target: { atLeast: 0.4 },
  });
}

export async function textExchanges(context: BenchContext): Promise<Figure[]> {
  return compare(context, {
    name: 'Exchanges over TCP, text',
    kind: 'tcp',
    subject: { request: TEXT_REQUEST, ...TEXT_MARKS },
    floor: { request: TEXT_ECHO, ...TEXT_MARKS },
    floorName: 'line echo',
    target: { atLeast: 0.4 },
  });
}

export async function gatewayExchanges(context: BenchContext): Promise<Figure[]> {
  return compare(context, {
    name: 'Exchanges through the gateway',
    kind: 'ws',
    subject: { request: REQUEST, ...JSON_MARKS },
    floor: { request: JSON_ECHO, ...JSON_MARKS },
    floorName: 'ws echo',
    target: { atLeast: 0.4 },
  });
}

interface Comparison {
  readonly name: string;
  readonly kind: 'tcp' | 'ws';
  readonly subject: Omit<Wire, 'port' | 'kind'>;
  readonly floor: Omit<Wire, 'port' | 'kind'>;
  readonly floorName: string;
  readonly target: Figure['target'];
}

async function compare(context: BenchContext, comparison: Comparison): Promise<Figure[]> {
  const { kind } = comparison;
  const echo = await startEcho(ECHO_FILES[kind]);
  const stack = await startStack({
    serverFile: INSTANT_SERVER,
    gateway: kind === 'ws',
    nodeOptions: context.subjectOptions,
  });
  const load = loadProcess();
  const results: Record<'subject' | 'floor', ExchangeResult[]> = { subject: [], floor: [] };
  try {
    const port = kind === 'ws' ? stack.targets.gateway.port : stack.targets.server.port;
    for (let round = 0; round < (context.quick ? 1 : ROUNDS); round += 1) {
      const floor: Wire = { ...comparison.floor, kind, port: echo.port };
      results.floor.push(await measure(load, floor, context.quick));
      results.subject.push(await measure(load, { ...comparison.subject, kind, port }, context.quick));
    }
  } finally {
    await load.stop();
    await echo.child.stop();
    await stack.stop();
  }
  return [figureOf(comparison, results)];
}

async function measure(load: Child, wire: Wire, quick: boolean): Promise<ExchangeResult> {
  const times = quick ? { warmUpMs: 500, ms: 1_000 } : { warmUpMs: 1_000, ms: 2_500 };
  const job: LoadJob = { job: 'exchange', wire, clients: CLIENTS, ...times };
  load.send(job);
  return (await load.message()) as ExchangeResult;
}

function figureOf(
  { name, floorName, target }: Comparison,
  { subject, floor }: Readonly<Record<'subject' | 'floor', readonly ExchangeResult[]>>,
): Figure {
  const failures = [...subject, ...floor].flatMap((result) => result.failures);
  return {
    name,
    value: median(subject.map((result) => result.perSecond)),
    unit: '/s',
    floor: median(floor.map((result) => result.perSecond)),
    floorName,
    measure: 'ratio',
    target,
    notes: [
      `${CLIENTS} clients; latency p50 ${latency(subject, 'p50Ms')}, p99 ${latency(subject, 'p99Ms')} ms`,
      ...failures.slice(0, 3).map((failure) => `failure: ${failure}`),
    ],
  };
}

function latency(results: readonly ExchangeResult[], name: 'p50Ms' | 'p99Ms'): string {
  return median(results.map((result) => result[name])).toFixed(2);
}
