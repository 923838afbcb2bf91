/** What /readyz of a gateway says of a running server. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { readGatewayConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/main.ts';
import { readServerConfig } from '../server/config/config.ts';
import { openDataDirectory } from '../server/data-directory.ts';
import { startServer } from '../server/server.ts';
import { ManualClock, systemClock } from '../shared/clock.ts';
import { EchoProvider } from './support/scripted-provider.ts';
import { routesOf } from './support/test-server.ts';
import { untilMetric } from './support/metrics.ts';
import { RpcClient } from './support/rpc-client.ts';

const NO_LOG = pino({ level: 'silent' });

test('a gateway is ready only while a message would be accepted', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-readiness-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const ports = { APP_PORT: '0', APP_PROXY_PORT: '0', METRICS_PORT: '0' };
  const config = readServerConfig({ ...ports, DATA_DIR: folder, CONNECTIONS_MAX: '2' });
  const data = await openDataDirectory(config, { clock: systemClock, log: NO_LOG, randomBytes });
  let isOpen = true;
  const server = await startServer(config, {
    clock: systemClock,
    random: () => 0.5,
    log: NO_LOG,
    routes: routesOf([new EchoProvider()], config, systemClock),
    data: { ...data, isOpen: () => isOpen },
    descriptorLimit: 20_000,
    checkOutput: true,
  });
  const clock = new ManualClock();
  const gateway = await startGateway(
    readGatewayConfig({ WS_PORT: '0', TCP_PORT: String(server.proxyPort) }),
    {
      clock,
      random: () => 0.5,
      log: NO_LOG,
      operations: [],
      pageDirectory: '/nonexistent',
      descriptorLimit: Infinity,
    },
  );
  const readyz = async (): Promise<string> => {
    clock.advance(1_000);
    const answer = await fetch(`http://127.0.0.1:${gateway.address.port}/readyz`);
    return `${answer.status} ${await answer.text()}`;
  };
  assert.equal(await readyz(), '200 ready\n');
  isOpen = false;
  assert.match(await readyz(), /^503 The server accepts no messages/);
  isOpen = true;
  assert.equal(await readyz(), '200 ready\n');
  // The gateway's own questions are over.
  await untilMetric(server.metricsPort, 'hilo_connections', 0);
  {
    using first = await RpcClient.open(server.port);
    using second = await RpcClient.open(server.port);
    for (const client of [first, second]) await client.call('server.ping');
    assert.equal(await readyz(), '503 The server is full; try again in 10 s\n');
  }
  const drained = server.drain();
  assert.match(await readyz(), /^503 The server /);
  await drained;
  await gateway.close();
});
