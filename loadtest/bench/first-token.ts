/**
 * How much later the first token comes through gateway and server than from the model itself, for one client.
 */
import { Agent, request } from 'undici';
import { jsonRpcClient, websocketClient, type SessionClient } from '../client/session-client.ts';
import { milliseconds } from '../report-table.ts';
import { LatencyRecorder } from '../measure/latency.ts';
import { startStack } from '../stack/stack.ts';
import type { BenchContext, Figure } from './figure.ts';

const TEXT = 'hola';
const WARM_UP = 300;
const PERCENTILES = [50, 99] as const;

interface Latencies {
  /** The stub alone, by the client that programs use. */
  readonly direct: LatencyRecorder;
  /** TCP to the server, which asks the stub. */
  readonly server: LatencyRecorder;
  /** WebSocket to the gateway in front of it. */
  readonly gateway: LatencyRecorder;
}

export async function firstToken(context: BenchContext): Promise<Figure[]> {
  const stack = await startStack({ stub: [], nodeOptions: context.subjectOptions });
  const agent = new Agent({ connections: 1 });
  const violations: string[] = [];
  const hooks = { violation: (text: string) => void violations.push(text) };
  const server = jsonRpcClient({ ...stack.targets.server, connectTimeoutMs: 5_000 }, hooks);
  const gateway = websocketClient({ ...stack.targets.gateway, connectTimeoutMs: 5_000 }, hooks);
  try {
    await server.open();
    await gateway.open();
    const turns = context.quick ? 300 : 2_000;
    const latencies = await measure(`${stack.stubUrl}/api/chat`, { agent, server, gateway }, turns);
    return PERCENTILES.map((percentile) => figure(percentile, latencies, violations));
  } finally {
    server.close();
    gateway.close();
    await agent.close();
    await stack.stop();
  }
}

/** In turns, so that whatever else this machine does falls on all three alike. */
async function measure(
  url: string,
  { agent, server, gateway }: { agent: Agent; server: SessionClient; gateway: SessionClient },
  turns: number,
): Promise<Latencies> {
  const latencies = {
    direct: new LatencyRecorder(),
    server: new LatencyRecorder(),
    gateway: new LatencyRecorder(),
  };
  for (let turn = 0; turn < WARM_UP + turns; turn += 1) {
    const directMs = await directCall(url, agent);
    const serverMs = (await server.chat(TEXT)).firstTokenMs;
    const gatewayMs = (await gateway.chat(TEXT)).firstTokenMs;
    if (turn < WARM_UP) continue;
    latencies.direct.record(directMs);
    latencies.server.record(serverMs);
    latencies.gateway.record(gatewayMs);
  }
  return latencies;
}

function figure(percentile: number, latencies: Latencies, violations: readonly string[]): Figure {
  const [direct, server, gateway] = [latencies.direct, latencies.server, latencies.gateway].map((recorder) =>
    recorder.percentile(percentile),
  ) as [number, number, number];
  const doors = [
    `direct ${milliseconds(direct)}`,
    `server ${milliseconds(server)}`,
    `gateway ${milliseconds(gateway)}`,
  ];
  return {
    name: `Time to first token added, p${percentile}`,
    value: gateway - direct,
    unit: 'ms',
    floor: undefined,
    floorName: '',
    measure: 'value',
    target: percentile === 99 ? { atMost: 1 } : {},
    notes: [`${doors.join(', ')} ms`, ...violations.slice(0, 3)],
  };
}

/** Milliseconds to the first piece of the stub's answer, over a connection that is kept. */
async function directCall(url: string, agent: Agent): Promise<number> {
  const startMs = performance.now();
  const { body } = await request(url, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'stub', stream: true, messages: [{ role: 'user', content: TEXT }] }),
  });
  let firstMs: number | undefined;
  for await (const _ of body) firstMs ??= performance.now();
  return (firstMs ?? performance.now()) - startMs;
}
