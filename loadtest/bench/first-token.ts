/**
 * How much later the first token comes through gateway and server than from the model itself, for one client.
 */
import { Agent, request } from 'undici';
import { websocketClient } from '../client/websocket-client.ts';
import { LatencyRecorder } from '../measure/latency.ts';
import { startStack } from '../stack/stack.ts';
import type { BenchContext, Figure } from './figure.ts';

const TEXT = 'hola';
const WARM_UP = 200;

export async function firstToken(context: BenchContext): Promise<Figure[]> {
  const stack = await startStack({ stub: [], nodeOptions: context.subjectOptions });
  const agent = new Agent({ connections: 1 });
  const violations: string[] = [];
  const target = { ...stack.targets.gateway, connectTimeoutMs: 5_000 };
  const client = websocketClient(target, { violation: (text) => violations.push(text) });
  try {
    await client.open();
    const direct = new LatencyRecorder();
    const through = new LatencyRecorder();
    const count = context.quick ? 300 : 2_000;
    for (let turn = 0; turn < WARM_UP + count; turn += 1) {
      const directMs = await directCall(`${stack.stubUrl}/api/chat`, agent);
      const { firstTokenMs } = await client.chat(TEXT);
      if (turn < WARM_UP) continue;
      direct.record(directMs);
      through.record(firstTokenMs);
    }
    return [50, 99].map((percentile) => figure(percentile, through, direct, violations));
  } finally {
    client.close();
    await agent.close();
    await stack.stop();
  }
}

function figure(
  percentile: number,
  through: LatencyRecorder,
  direct: LatencyRecorder,
  violations: readonly string[],
): Figure {
  const [all, floor] = [through.percentile(percentile), direct.percentile(percentile)];
  return {
    name: `Time to first token added, p${percentile}`,
    value: all - floor,
    unit: 'ms',
    floor: undefined,
    floorName: '',
    measure: 'value',
    target: percentile === 99 ? { atMost: 1 } : {},
    notes: [`${all.toFixed(2)} ms through Hilo, ${floor.toFixed(2)} ms direct`, ...violations.slice(0, 3)],
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
