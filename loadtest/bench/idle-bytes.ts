/**
 * What a session costs that only is there: resident bytes, against a bare server with as many connections.
 */
import type { Child } from '../stack/child.ts';
import { startStack } from '../stack/stack.ts';
import type { BenchContext, Figure } from './figure.ts';
import type { HoldResult, LoadJob } from './load-process.ts';
import type { Wire } from './raw-client.ts';
import {
  ECHO_FILES,
  GC_ON_SIGNAL,
  INSTANT_SERVER,
  loadProcess,
  settledBytes,
  startEcho,
} from './subjects.ts';

const KIBIBYTE = 1_024;
/**
 * This part of the connections comes before the count begins: the first ones fill what the process had spare,
 * and make what is made once. The result is the slope after them.
 */
const UNCOUNTED_PART = 0.25;

const MARKS = { doneMark: '"result"', failureMark: '"error"' } as const;
const HELLO = '{"jsonrpc":"2.0","id":1,"method":"session.hello","params":{"client":"bench","version":"1"}}';
const ECHO = HELLO.replace('"params"', '"result"');

export function idleServer(context: BenchContext): Promise<Figure[]> {
  return compare(context, {
    name: 'Idle session, server',
    kind: 'tcp',
    clients: context.quick ? 2_000 : 8_000,
    floorName: 'bare net',
    target: { atMost: 4 },
  });
}

export function idleGateway(context: BenchContext): Promise<Figure[]> {
  return compare(context, {
    name: 'Idle browser, gateway',
    kind: 'ws',
    clients: context.quick ? 1_000 : 4_000,
    floorName: 'bare ws',
    target: { atMost: 6 },
  });
}

interface Comparison {
  readonly name: string;
  readonly kind: 'tcp' | 'ws';
  readonly clients: number;
  readonly floorName: string;
  readonly target: Figure['target'];
}

async function compare(context: BenchContext, comparison: Comparison): Promise<Figure[]> {
  const { name, kind, clients, floorName, target } = comparison;
  const load = loadProcess();
  const notes: string[] = [`${clients} connections, each with a session that can be resumed`];
  const measure = (child: Child, wire: Wire) => bytesEach(load, child, wire, clients, notes);
  try {
    const echo = await startEcho(ECHO_FILES[kind], GC_ON_SIGNAL);
    const floor = await measure(echo.child, { kind, port: echo.port, request: ECHO, ...MARKS });
    await echo.child.stop();
    const options = [...GC_ON_SIGNAL, ...context.subjectOptions];
    const stack = await startStack({
      serverFile: INSTANT_SERVER,
      gateway: kind === 'ws',
      nodeOptions: options,
    });
    const { port } = kind === 'ws' ? stack.targets.gateway : stack.targets.server;
    const value = await measure(stack.gateway ?? stack.server, { kind, port, request: HELLO, ...MARKS });
    await stack.stop();
    const bytes = { value: value / KIBIBYTE, unit: 'KiB', floor: floor / KIBIBYTE };
    return [{ name, ...bytes, floorName, measure: 'value', target, notes }];
  } finally {
    await load.stop();
  }
}

async function bytesEach(
  load: Child,
  child: Child,
  wire: Wire,
  clients: number,
  notes: string[],
): Promise<number> {
  const uncounted = Math.round(clients * UNCOUNTED_PART);
  await hold(load, wire, uncounted, notes);
  const before = await settledBytes(child);
  const counted = await hold(load, wire, clients - uncounted, notes);
  const after = await settledBytes(child);
  load.send({ job: 'release' } satisfies LoadJob);
  await load.message();
  return (after - before) / counted;
}

async function hold(load: Child, wire: Wire, clients: number, notes: string[]): Promise<number> {
  load.send({ job: 'hold', wire, clients } satisfies LoadJob);
  const { held, failures } = (await load.message()) as HoldResult;
  if (held < clients) notes.push(`only ${held} of ${clients} held: ${failures.join('; ')}`);
  return held;
}
