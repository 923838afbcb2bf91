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
/** Long enough for the compiler; what runs as it is interpreted costs three times as much. */
const QUICK = { warmUpMs: 1_500, ms: 1_000 } as const;
const USUAL = { warmUpMs: 1_500, ms: 2_500 } as const;

const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"chat.send","params":{"text":"hola, sigo el hilo"}}';
const JSON_MARKS = { doneMark: '"result"', failureMark: '"error"' } as const;
const TEXT_MARKS = { doneMark: '-- Usuario-', failureMark: 'FAIL ' } as const;
/** As many bytes as the request, with what the client looks for in it. */
const JSON_ECHO = REQUEST.replace('"params"', '"result"');
const TEXT_REQUEST = 'hola, sigo el hilo de ayer';
const TEXT_ECHO = '-- Usuario-1:m1 hola, sigo';

export const JSON_WIRES = {
  subject: { request: REQUEST, ...JSON_MARKS },
  floor: { request: JSON_ECHO, ...JSON_MARKS },
} as const;

/** Limiter, history, queue, semaphore and metrics; no credits and no ledger. */
export function jsonExchanges(context: BenchContext): Promise<Figure[]> {
  const name = 'Exchanges over TCP, JSON-RPC, no ledger';
  return compare(context, { ...JSON_WIRES, name, kind: 'tcp', ledger: 'off', target: { atLeast: 0.35 } });
}

/** As they are in earnest: texts, entry and head are durable before the answer ends. */
export function ledgerExchanges(context: BenchContext): Promise<Figure[]> {
  const name = 'Exchanges over TCP, JSON-RPC, with ledger';
  const targets = { target: { atLeast: 0.12 }, costTarget: { atMost: 9 } };
  return compare(context, { ...JSON_WIRES, name, kind: 'tcp', ledger: 'on', ...targets });
}

export function textExchanges(context: BenchContext): Promise<Figure[]> {
  return compare(context, {
    name: 'Exchanges over TCP, text, no ledger',
    kind: 'tcp',
    ledger: 'off',
    subject: { request: TEXT_REQUEST, ...TEXT_MARKS },
    floor: { request: TEXT_ECHO, ...TEXT_MARKS },
    target: {},
  });
}

export function gatewayExchanges(context: BenchContext): Promise<Figure[]> {
  const name = 'Exchanges through the gateway, no ledger';
  return compare(context, { ...JSON_WIRES, name, kind: 'ws', ledger: 'off', target: { atLeast: 0.32 } });
}

interface Comparison {
  readonly name: string;
  readonly kind: 'tcp' | 'ws';
  readonly ledger: 'on' | 'off';
  readonly subject: Omit<Wire, 'port' | 'kind'>;
  readonly floor: Omit<Wire, 'port' | 'kind'>;
  readonly target: Figure['target'];
  /** For the processor time of an exchange, as a multiple of an echo's. */
  readonly costTarget?: Figure['target'];
}

const FLOOR_NAMES = { tcp: 'line echo', ws: 'ws echo' } as const;

export interface MeasuredExchanges extends ExchangeResult {
  /**
   * Of all processes of the subject together, for each exchange: what others do on the machine hardly changes
   * it.
   */
  readonly processorMicroseconds: number;
}

type Results = Readonly<Record<'subject' | 'floor', MeasuredExchanges[]>>;

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
      const job = { load, clients: CLIENTS };
      results.floor.push(await measureExchanges({ ...job, wire: floor, subjects: [echo.child] }, context));
      results.subject.push(await measureExchanges({ ...job, wire: subject, subjects }, context));
    }
  } finally {
    await load.stop();
    await echo.child.stop();
    await stack.stop();
  }
  return figuresOf(comparison, results);
}

export interface ExchangeMeasurement {
  readonly load: Child;
  readonly wire: Wire;
  /** Whose processor time counts. */
  readonly subjects: readonly Child[];
  readonly clients: number;
  /** Shorter when the subjects are warm from what was measured before. */
  readonly warmUpMs?: number;
  readonly ms?: number;
}

export async function measureExchanges(
  { load, wire, subjects, clients, ...more }: ExchangeMeasurement,
  { quick }: Pick<BenchContext, 'quick'>,
): Promise<MeasuredExchanges> {
  const before = await processorMs(subjects);
  load.send({ job: 'exchange', wire, clients, ...(quick ? QUICK : USUAL), ...more } satisfies LoadJob);
  const result = (await load.message()) as ExchangeResult;
  const usedMs = (await processorMs(subjects)) - before;
  return { ...result, processorMicroseconds: (usedMs * 1_000) / result.total };
}

async function processorMs(children: readonly Child[]): Promise<number> {
  const times = await Promise.all(children.map((child) => processorMsOfPid(child.pid)));
  return times.reduce((sum, time) => sum + time, 0);
}

function figuresOf(
  { name, kind, target, costTarget = {} }: Comparison,
  { subject, floor }: Results,
): Figure[] {
  const failures = [...subject, ...floor].flatMap((result) => result.failures);
  const [cost, floorCost] = [
    middle(subject, 'processorMicroseconds'),
    middle(floor, 'processorMicroseconds'),
  ];
  const [p50, p99] = [middle(subject, 'p50Ms'), middle(subject, 'p99Ms')];
  const floorName = FLOOR_NAMES[kind];
  return [
    {
      name,
      value: middle(subject, 'perSecond'),
      unit: '/s',
      floor: middle(floor, 'perSecond'),
      floorName,
      measure: 'ratio',
      target,
      notes: [
        `${CLIENTS} clients; p50 ${milliseconds(p50)} ms, p99 ${milliseconds(p99)} ms`,
        ...failures.slice(0, 3).map((failure) => `failure: ${failure}`),
      ],
    },
    {
      name: `${name}: processor time`,
      value: cost,
      unit: 'µs',
      floor: floorCost,
      floorName,
      measure: 'ratio',
      target: costTarget,
      notes: [],
    },
  ];
}

function middle(
  results: readonly MeasuredExchanges[],
  name: 'perSecond' | 'p50Ms' | 'p99Ms' | 'processorMicroseconds',
): number {
  return median(results.map((result) => result[name]));
}
