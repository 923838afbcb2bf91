/** A peer that sends too much or reads too little: how much of it is read, and how it learns its end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { LineClient } from './support/line-client.ts';
import { metric, untilMetric } from './support/metrics.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const MIB = 1024 * 1024;
/** No bound of bytes a second, so that only the bound of what waits counts. */
const UNPACED = {
  LIMIT_INPUT_BYTES_PER_SECOND: String(1024 * MIB),
  LIMIT_INPUT_BYTES_BURST: String(1024 * MIB),
};

const closed = (reason: string) => `hilo_connections_closed_total{reason="${reason}"}`;

async function echoServer(environment: Record<string, string> = {}) {
  const clock = new ManualClock(1_000_000);
  const server = await startTestServer({ clock, environment, providers: providersOf(new EchoProvider()) });
  return { clock, server };
}

/** How much of what was sent the kernel has taken, once it takes no more while others are served. */
async function takenBytes({ socket }: LineClient, metricsPort: number): Promise<number> {
  let taken = -1;
  for (let quietRounds = 0; quietRounds < 20;) {
    await metric(metricsPort, closed('flooding'));
    const now = socket.bytesWritten - socket.writableLength;
    quietRounds = now === taken ? quietRounds + 1 : 0;
    taken = now;
  }
  return taken;
}

test('[P-8] of a client that sends more than it may, no more is read than the bound', async () => {
  const { clock, server } = await echoServer(UNPACED);
  await using _ = server;
  using flooder = await LineClient.open(server.port);
  using watcher = await RpcClient.open(server.port);
  await watcher.call('server.ping');
  const line = `/ping ${'x'.repeat(8_000)}\n`;
  const total = 64 * MIB;
  for (let sent = 0; sent < total; sent += line.length) flooder.send(line);
  const taken = await takenBytes(flooder, server.metricsPort);
  assert.ok(taken < total / 2, `${taken} bytes`);
  // As it pays for its lines, a little more is read, and no more than that.
  for (let second = 0; second < 5; second += 1) {
    clock.advance(1_000);
    await watcher.call('server.ping');
  }
  assert.ok((await takenBytes(flooder, server.metricsPort)) < taken + 4 * MIB);
});

test('[P-11] a client that was not read any more gets its final error line and no reset', async () => {
  const { clock, server } = await echoServer({ ...UNPACED, LIMIT_FLOOD_SECONDS_MAX: '10' });
  await using _ = server;
  using flooder = await LineClient.open(server.port);
  using watcher = await RpcClient.open(server.port);
  await watcher.call('server.ping');
  const errors: string[] = [];
  flooder.socket.on('error', (error) => errors.push(error.message));
  const line = `/ping ${'x'.repeat(8_000)}\n`;
  for (let sent = 0; sent < 4 * MIB; sent += line.length) flooder.send(line);
  await takenBytes(flooder, server.metricsPort);
  for (let second = 0; second < 14; second += 1) {
    clock.advance(1_000);
    await watcher.call('server.ping');
  }
  assert.match(await flooder.rest(), /\nFAIL \* flooding: [^\n]*\n$/);
  assert.deepEqual(errors, []);
  flooder.end();
  await untilMetric(server.metricsPort, closed('flooding'), 1);
});
