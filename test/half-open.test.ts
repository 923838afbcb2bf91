/** A client that has ended its side of the connection and is still there. [P-5] */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { LineClient } from './support/line-client.ts';
import { ResumableClient } from './support/resumable-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const ID = 7;

async function start() {
  const clock = new ManualClock();
  const provider = new ScriptedProvider();
  const environment = { LLM_TIMEOUT_SECONDS: '300' };
  const server = await startTestServer({ clock, environment, providers: providersOf(provider) });
  return { clock, provider, server };
}

/** Until the server has noticed that so many connections are left, the asker's included. */
async function untilConnections(rpc: RpcClient, count: number): Promise<void> {
  while ((await rpc.call('server.stats'))['connections'] !== count);
}

for (const then of ['stays', 'is cut off after 20 s'] as const) {
  test(`[R-7] a client that ends its side and ${then}: its answer has 30 s from then on`, async () => {
    const { clock, provider, server } = await start();
    await using _ = server;
    using watcher = await RpcClient.open(server.port);
    using client = await ResumableClient.open(server.port);
    client.send('chat.send', { text: 'hello' }, ID);
    const call = await provider.next();
    const { lines } = client.rpc;
    assert.ok(lines instanceof LineClient);
    lines.end();
    // A first blank line shows that the server has noticed.
    while (!lines.received.endsWith('\n\n')) {
      clock.advance(40);
      await watcher.call('server.ping');
    }
    clock.advance(20_000);
    if (then !== 'stays') {
      client.cut();
      await untilConnections(watcher, 1);
    }
    clock.advance(8_000);
    await watcher.call('server.ping');
    assert.equal(call.isAborted, false);
    clock.advance(4_000);
    await call.aborted();
    if (then === 'stays') await lines.rest();
    await client.resume();
    assert.equal((await client.response(ID)).error?.data['reason'], 'cancelled');
  });
}

test('a client without session.hello that ends its side gets its answer, however long it takes', async () => {
  const { clock, provider, server } = await start();
  await using _ = server;
  using rpc = await RpcClient.open(server.port);
  const id = rpc.send('chat.send', { text: 'hello' });
  const call = await provider.next();
  rpc.lines.end();
  using watcher = await RpcClient.open(server.port);
  await watcher.call('server.ping');
  for (let seconds = 0; seconds < 60; seconds += 1) {
    clock.advance(1_000);
    await watcher.call('server.ping');
  }
  call.say('at last');
  call.end();
  assert.equal((await rpc.response(id)).result?.['text'], 'at last');
});
