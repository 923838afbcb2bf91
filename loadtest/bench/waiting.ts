/**
 * Five hundred clients in the queue of a slow model: how long somebody else's ping takes meanwhile. Each end
 * of an answer moves all who wait, and everyone is told the new place.
 */
import { jsonRpcClient } from '../client/session-client.ts';
import { LatencyRecorder } from '../measure/latency.ts';
import { milliseconds } from '../report-table.ts';
import { startStack } from '../stack/stack.ts';
import { JSON_WIRES } from './exchanges.ts';
import type { BenchContext, Figure } from './figure.ts';
import type { ExchangeResult, LoadJob } from './load-process.ts';
import { loadProcess, pause } from './subjects.ts';

const WAITING = 500;
const AT_ONCE = 4;
/** With four at once, eighty answers a second end. */
const FIRST_TOKEN_MS = 50;
const MS = { quick: 3_000, usual: 15_000 } as const;
/** Each asks seldom enough that the server does not slow it down. */
const PINGERS = 20;
const BETWEEN_PINGS_MS = 200;
/** All have asked, and the first of them were answered. */
const WARM_UP_MS = 2_000;

export async function waitingClients(context: BenchContext): Promise<Figure[]> {
  const stack = await startStack({
    stub: ['--first-token-ms', String(FIRST_TOKEN_MS)],
    environment: { MAX_IN_FLIGHT: String(AT_ONCE) },
    gateway: false,
    nodeOptions: context.subjectOptions,
  });
  const load = loadProcess();
  const violations: string[] = [];
  const hooks = { violation: (text: string) => void violations.push(text) };
  const clients = Array.from({ length: PINGERS }, () =>
    jsonRpcClient({ ...stack.targets.server, connectTimeoutMs: 5_000 }, hooks),
  );
  try {
    await Promise.all(clients.map((client) => client.open()));
    const ms = context.quick ? MS.quick : MS.usual;
    const alone = await pings(clients, ms);
    const wire = { ...JSON_WIRES.subject, kind: 'tcp', port: stack.targets.server.port } as const;
    load.send({ job: 'exchange', wire, clients: WAITING, warmUpMs: WARM_UP_MS, ms } satisfies LoadJob);
    await pause(WARM_UP_MS);
    const beside = await pings(clients, ms);
    const { total, failures } = (await load.message()) as ExchangeResult;
    const [median, longest] = [50, 100].map((at) => milliseconds(beside.percentile(at)));
    return [
      {
        name: `A ping beside ${WAITING} waiting clients, p99`,
        value: beside.percentile(99),
        unit: 'ms',
        floor: alone.percentile(99),
        floorName: 'the same without them',
        measure: 'value',
        target: { atMost: 20 },
        notes: [
          `p50 ${median} ms, longest ${longest} ms`,
          `${total} answers meanwhile`,
          ...failures.slice(0, 2),
          ...violations.slice(0, 2),
        ],
      },
    ];
  } finally {
    for (const client of clients) client.close();
    await load.stop();
    await stack.stop();
  }
}

async function pings(clients: readonly Pinger[], ms: number): Promise<LatencyRecorder> {
  const latencies = new LatencyRecorder();
  const endMs = performance.now() + ms;
  const pingInTurn = async (client: Pinger, index: number) => {
    await pause((index * BETWEEN_PINGS_MS) / PINGERS);
    while (performance.now() < endMs) {
      const startMs = performance.now();
      await client.ping();
      latencies.record(performance.now() - startMs);
      await pause(BETWEEN_PINGS_MS);
    }
  };
  await Promise.all(clients.map(pingInTurn));
  return latencies;
}

interface Pinger {
  ping(): Promise<void>;
}
