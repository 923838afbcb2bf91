/**
 * How much later the first token comes through gateway and server than from the model itself, for one client,
 * and how much later through another gateway for models.
 */
import { Agent, request } from 'undici';
import { jsonRpcClient, websocketClient } from '../client/session-client.ts';
import { milliseconds } from '../report-table.ts';
import { LatencyRecorder } from '../measure/latency.ts';
import { startStack } from '../stack/stack.ts';
import { PATH, portkeyHeaders, startPortkey } from './http-subjects.ts';
import type { BenchContext, Figure } from './figure.ts';

const TEXT = 'hola';
const WARM_UP = 300;
const PORTKEY_EVERY = 4;
const PERCENTILES = [50, 99] as const;
const TARGETS_MS = { 50: 0.35, 99: 1 } as const;

/** The ways to the stub's first token. */
const DOORS = ['stub', 'server', 'gateway', 'stubOpenAi', 'portkey'] as const;
type Door = (typeof DOORS)[number];
type Latencies = Readonly<Record<Door, LatencyRecorder>>;

export async function firstToken(context: BenchContext): Promise<Figure[]> {
  const stack = await startStack({ stub: [], nodeOptions: context.subjectOptions });
  const stubUrl = stack.stubUrl ?? '';
  const agent = new Agent({ connections: 1 });
  const violations: string[] = [];
  const hooks = { violation: (text: string) => void violations.push(text) };
  const server = jsonRpcClient({ ...stack.targets.server, connectTimeoutMs: 5_000 }, hooks);
  const gateway = websocketClient({ ...stack.targets.gateway, connectTimeoutMs: 5_000 }, hooks);
  await using ended = new AsyncDisposableStack();
  ended.defer(() => stack.stop());
  ended.defer(() => agent.close());
  ended.defer(() => server.close());
  ended.defer(() => gateway.close());
  const portkey = await startPortkey(stubUrl);
  ended.defer(() => portkey.child.stop());
  await server.open();
  await gateway.open();
  const ask: Readonly<Record<Door, () => Promise<number>>> = {
    stub: () => httpCall(`${stubUrl}/api/chat`, agent),
    server: async () => (await server.chat(TEXT)).firstTokenMs,
    gateway: async () => (await gateway.chat(TEXT)).firstTokenMs,
    stubOpenAi: () => httpCall(stubUrl + PATH, agent),
    portkey: () => httpCall(portkey.url + PATH, agent, portkeyHeaders(stubUrl)),
  };
  const latencies = await measure(ask, context.quick ? 300 : 2_000);
  return PERCENTILES.map((percentile) => figure(percentile, latencies, violations));
}

/** In turns, so that whatever else this machine does falls on all alike. */
async function measure(
  ask: Readonly<Record<Door, () => Promise<number>>>,
  turns: number,
): Promise<Latencies> {
  const latencies = Object.fromEntries(DOORS.map((door) => [door, new LatencyRecorder()])) as Latencies;
  for (let turn = 0; turn < WARM_UP + turns; turn += 1) {
    for (const door of DOORS) {
      // It takes thirty times as long as the others.
      if (door === 'portkey' && turn % PORTKEY_EVERY !== 0) continue;
      const ms = await ask[door]();
      if (turn >= WARM_UP) latencies[door].record(ms);
    }
  }
  return latencies;
}

function figure(percentile: 50 | 99, latencies: Latencies, violations: readonly string[]): Figure {
  const at = (door: Door) => latencies[door].percentile(percentile);
  const names = { stub: 'the stub', server: 'server', gateway: 'gateway', portkey: 'Portkey' } as const;
  const doors = (Object.keys(names) as (keyof typeof names)[]).map(
    (door) => `${names[door]} ${milliseconds(at(door))}`,
  );
  return {
    name: `Time to first token added, p${percentile}`,
    value: at('gateway') - at('stub'),
    unit: 'ms',
    floor: at('portkey') - at('stubOpenAi'),
    floorName: 'Portkey',
    measure: 'value',
    target: { atMost: TARGETS_MS[percentile] },
    notes: [`${doors.join(', ')} ms`, ...violations.slice(0, 3)],
  };
}

/** Milliseconds to the first piece of the answer, over a connection that is kept. */
async function httpCall(
  url: string,
  agent: Agent,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const startMs = performance.now();
  const { body } = await request(url, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'stub', stream: true, messages: [{ role: 'user', content: TEXT }] }),
  });
  let firstMs: number | undefined;
  for await (const _ of body) firstMs ??= performance.now();
  return (firstMs ?? performance.now()) - startMs;
}
