/**
 * More and more clients of one server, with credits, store and ledger: what each waits, and what an exchange
 * costs. One client alone is beside a server that only keeps each line before it answers.
 */
import { ECHO_FILES, INSTANT_SERVER, loadProcess, startEcho } from './subjects.ts';
import { JSON_WIRES, measureExchanges, type MeasuredExchanges } from './exchanges.ts';
import { startStack } from '../stack/stack.ts';
import type { BenchContext, Figure, Growth } from './figure.ts';
import type { Wire } from './raw-client.ts';

const SIZES = [1, 10, 100, 1_000, 5_000] as const;
const FLOOR_SIZES: ReadonlySet<number> = new Set([1, 1_000]);
const WARM_UP_MS = 400;
/** Time enough for every one of many clients to have more than one exchange. */
const LONG_MS = 3_000;
const FLOOR_NAME = 'durable echo';
/** Below this many clients the processor's time is that of a server that mostly waits. */
const BUSY_CLIENTS = 100;

interface Both {
  readonly clients: number;
  readonly hilo: MeasuredExchanges;
  readonly floor: MeasuredExchanges | undefined;
}

export async function manyClients(context: BenchContext): Promise<(Figure | Growth)[]> {
  const echo = await startEcho(ECHO_FILES.durable);
  const stack = await startStack({
    serverFile: INSTANT_SERVER,
    gateway: false,
    nodeOptions: context.subjectOptions,
  });
  const load = loadProcess();
  const subject: Wire = { ...JSON_WIRES.subject, kind: 'tcp', port: stack.targets.server.port };
  const floor: Wire = { ...JSON_WIRES.floor, kind: 'tcp', port: echo.port };
  const measured: Both[] = [];
  try {
    // Compiled code, not the compiler, is measured.
    await measureExchanges({ load, wire: subject, subjects: [stack.server], clients: 100 }, context);
    for (const clients of SIZES) {
      const job = { load, clients, warmUpMs: WARM_UP_MS, ...(clients > 1_000 ? { ms: LONG_MS } : {}) };
      context.say(`  ${clients} clients`);
      const hilo = await measureExchanges({ ...job, wire: subject, subjects: [stack.server] }, context);
      const bare = FLOOR_SIZES.has(clients)
        ? await measureExchanges({ ...job, wire: floor, subjects: [echo.child] }, context)
        : undefined;
      measured.push({ clients, hilo, floor: bare });
    }
  } finally {
    await load.stop();
    await echo.child.stop();
    await stack.stop();
  }
  return [...figures(measured), ...growths(measured)];
}

function figures(measured: readonly Both[]): Figure[] {
  const [one, thousand] = [1, 1_000].map((size) => measured.find(({ clients }) => clients === size));
  const rest = { floorName: FLOOR_NAME, measure: 'value' } as const;
  const notes = measured.flatMap(({ clients, hilo, floor }) =>
    [...hilo.failures, ...(floor?.failures ?? [])].slice(0, 2).map((why) => `${clients} clients: ${why}`),
  );
  const ms = (name: string, both: Both | undefined, of: 'p50Ms' | 'p99Ms', atMost: number): Figure => {
    const [value, floor] = [both?.hilo[of] ?? Number.NaN, both?.floor?.[of]];
    return { ...rest, name, value, unit: 'ms', floor, target: { atMost }, notes: [] };
  };
  return [
    {
      ...rest,
      name: 'One client with ledger',
      value: one?.hilo.perSecond ?? Number.NaN,
      unit: '/s',
      floor: one?.floor?.perSecond,
      target: { atLeast: 500 },
      notes,
    },
    ms('One client with ledger, p50', one, 'p50Ms', 2),
    ms('1,000 clients with ledger, p99', thousand, 'p99Ms', 500),
  ];
}

function growths(measured: readonly Both[]): Growth[] {
  const by = 'clients at once, with ledger';
  const row = (what: string, unit: string, of: (hilo: MeasuredExchanges) => number): Growth => ({
    what,
    unit,
    by,
    values: measured.map(({ clients, hilo }) => ({ size: clients, value: of(hilo) })),
  });
  return [
    row('exchanges a second', '/s', ({ perSecond }) => perSecond),
    row('an exchange, p50', 'ms', ({ p50Ms }) => p50Ms),
    row('an exchange, p99', 'ms', ({ p99Ms }) => p99Ms),
    {
      ...row('processor time of an exchange', 'µs', (hilo) => hilo.processorMicroseconds),
      from: BUSY_CLIENTS,
      atMost: 2,
    },
  ];
}
