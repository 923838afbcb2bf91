/** Whole exchanges a second against bare echoes: over TCP on both faces, and through the gateway. */
import { median } from '../measure/latency.ts';
import { milliseconds } from '../report-table.ts';
import type { Child } from '../stack/child.ts';
import { processorMsOfPid } from '../stack/process-usage.ts';
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

const JSON_WIRES = {
  subject: { request: REQUEST, ...JSON_MARKS },
  floor: { request: JSON_ECHO, ...JSON_MARKS },
} as const;

/** Limiter, history, queue, semaphore and metrics; no credits and no ledger. */
export function jsonExchanges(context: BenchContext): Promise<Figure[]> {
  const name = 'Exchanges over TCP, JSON-RPC, no ledger';
  return compare(context, { ...JSON_WIRES, name, kind: 'tcp', ledger: 'off', target: { atLeast: 0.4 } });
}

/** As they are in earnest: held, settled, and acknowledged after two syncs. */
export function ledgerExchanges(context: BenchContext): Promise<Figure[]> {
  const name = 'Exchanges over TCP, JSON-RPC, with ledger';
  return compare(context, { ...JSON_WIRES, name, kind: 'tcp', ledger: 'on', target: { atLeast: 0.2 } });
}

export function textExchanges(context: BenchContext): Promise<Figure[]> {
  return compare(context, {
    name: 'Exchanges over TCP, text, no ledger',
    kind: 'tcp',
    ledger: 'off',
    subject: { request: TEXT_REQUEST, ...TEXT_MARKS },
    floor: { request: TEXT_ECHO, ...TEXT_MARKS },
    target: { atLeast: 0.4 },
  });
}

export function gatewayExchanges(context: BenchContext): Promise<Figure[]> {
  const name = 'Exchanges through the gateway, no ledger';
  return compare(context, { ...JSON_WIRES, name, kind: 'ws', ledger: 'off', target: { atLeast: 0.4 } });
}

interface Comparison {
  readonly name: string;
  readonly kind: 'tcp' | 'ws';
  readonly ledger: 'on' | 'off';
  readonly subject: Omit<Wire, 'port' | 'kind'>;
  readonly floor: Omit<Wire, 'port' | 'kind'>;
  readonly target: Figure['target'];
}

const FLOOR_NAMES = { tcp: 'line echo', ws: 'ws echo' } as const;

interface Measured extends ExchangeResult {
  /**
   * Of all processes of the subject together, for each exchange: what others do on the machine hardly changes
   * it.
   */
  readonly processorMicroseconds: number;
}

type Results = Readonly<Record<'subject' | 'floor', Measured[]>>;

async function compare(context: BenchContext, comparison: Comparison): Promise<Figure[]> {
  const { kind } = comparison;
  const echo = await startEcho(ECHO_FILES[kind]);
  const stack = await startStack({
    serverFile: INSTANT_SERVER,
    gateway: kind === 'ws',
    nodeOptions: context.subjectOptions,
    environment: { INSTANT_LEDGER: comparison.ledger },
  });
  const load = loadProcess();
  const results: Results = { subject: [], floor: [] };
  const { port } = kind === 'ws' ? stack.targets.gateway : stack.targets.server;
  const subjects = [stack.server, ...(stack.gateway ? [stack.gateway] : [])];
  const floor: Wire = { ...comparison.floor, kind, port: echo.port };
  const subject: Wire = { ...comparison.subject, kind, port };
  try {
    for (let round = 0; round < (context.quick ? 1 : ROUNDS); round += 1) {
      results.floor.push(await measure(load, floor, [echo.child], context.quick));
      results.subject.push(await measure(load, subject, subjects, context.quick));
    }
  } finally {
    await load.stop();
    await echo.child.stop();
    await stack.stop();
  }
  return [figureOf(comparison, results)];
}

async function measure(
  load: Child,
  wire: Wire,
  subjects: readonly Child[],
  quick: boolean,
): Promise<Measured> {
  const times = quick ? { warmUpMs: 500, ms: 1_000 } : { warmUpMs: 1_000, ms: 2_500 };
  const before = await processorMs(subjects);
  load.send({ job: 'exchange', wire, clients: CLIENTS, ...times } satisfies LoadJob);
  const result = (await load.message()) as ExchangeResult;
  const usedMs = (await processorMs(subjects)) - before;
  return { ...result, processorMicroseconds: (usedMs * 1_000) / result.total };
}

async function processorMs(children: readonly Child[]): Promise<number> {
  const times = await Promise.all(children.map((child) => processorMsOfPid(child.pid)));
  return times.reduce((sum, time) => sum + time, 0);
}

function figureOf({ name, kind, target }: Comparison, { subject, floor }: Results): Figure {
  const failures = [...subject, ...floor].flatMap((result) => result.failures);
  const [cost, floorCost] = [
    middle(subject, 'processorMicroseconds'),
    middle(floor, 'processorMicroseconds'),
  ];
  const [p50, p99] = [middle(subject, 'p50Ms'), middle(subject, 'p99Ms')];
  return {
    name,
    value: middle(subject, 'perSecond'),
    unit: '/s',
    floor: middle(floor, 'perSecond'),
    floorName: FLOOR_NAMES[kind],
    measure: 'ratio',
    target,
    notes: [
      `${CLIENTS} clients; p50 ${milliseconds(p50)} ms, p99 ${milliseconds(p99)} ms`,
      `processor time of an exchange ${cost.toFixed(1)} µs, of an echo ${floorCost.toFixed(1)} µs`,
      ...failures.slice(0, 3).map((failure) => `failure: ${failure}`),
    ],
  };
}

function middle(
  results: readonly Measured[],
  name: 'perSecond' | 'p50Ms' | 'p99Ms' | 'processorMicroseconds',
): number {
  return median(results.map((result) => result[name]));
}
