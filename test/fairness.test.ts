/** Whose turn it is when the model is busy, over real sockets from several addresses. [P-17] */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeProxyHeader } from '../shared/proxy-protocol.ts';
import { LineClient } from './support/line-client.ts';
import { untilMetric } from './support/metrics.ts';
import { RpcClient } from './support/rpc-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const SETTINGS = { MAX_IN_FLIGHT: '1', SESSION_GENERATIONS_MAX: '10', RATE_MAX_MESSAGES: '100' };
const GREEDY = '127.0.0.2';
const MODEST = '127.0.0.3';

async function start() {
  const provider = new ScriptedProvider();
  const server = await startTestServer({ environment: SETTINGS, providers: providersOf(provider) });
  const untilWaiting = (count: number) => untilMetric(server.metricsPort, 'hilo_queue_depth', count);
  /** Ends the calls one by one; gives back what they were asked, in order. */
  const serve = async (count: number): Promise<string[]> => {
    const served: string[] = [];
    while (served.length < count) {
      const call = await provider.next();
      served.push(call.request.messages.at(-1)?.content ?? '');
      call.end();
    }
    return served;
  };
  return { server, provider, untilWaiting, serve };
}

/** Sends `a 0`, `a 1` … on one connection. */
function sendAll(client: RpcClient, name: string, count: number): void {
  for (let index = 0; index < count; index += 1) client.send('chat.send', { text: `${name} ${index}` });
}

async function openAll(port: number, address: string, count: number): Promise<RpcClient[]> {
  const options = { localAddress: address };
  return Promise.all(Array.from({ length: count }, () => RpcClient.open(port, options)));
}

test('50 messages of five connections of one address delay another address by one call', async () => {
  const { server, provider, untilWaiting, serve } = await start();
  await using _ = server;
  const greedy = await openAll(server.port, GREEDY, 5);
  const modest = await openAll(server.port, MODEST, 2);
  for (const [index, client] of greedy.entries()) sendAll(client, `greedy-${index}`, 10);
  const running = await provider.next();
  await untilWaiting(49);
  for (const [index, client] of modest.entries()) sendAll(client, `modest-${index}`, 2);
  await untilWaiting(53);
  running.end();
  const served = await serve(10);
  const whose = served.map((text) => text.split(' ')[0]?.split('-')[0]);
  const turns = ['modest', 'greedy', 'modest', 'greedy', 'modest', 'greedy', 'modest', 'greedy'];
  assert.deepEqual(whose, [...turns, 'greedy', 'greedy']);
  const modestOnes = served.filter((text) => text.startsWith('modest'));
  assert.deepEqual(new Set(modestOnes.slice(0, 2)), new Set(['modest-0 0', 'modest-1 0']));
  const greedyOnes = served.filter((text) => text.startsWith('greedy'));
  const sessions = greedyOnes.map((text) => text.split(' ')[0]);
  // The session whose call ran has had its turn; the other four come first.
  assert.equal(new Set(sessions.slice(0, 4)).size, 4);
  for (const client of [...greedy, ...modest]) client.reset();
});

test('who waits is told its place by the turns of the addresses', async () => {
  const { server, provider, untilWaiting } = await start();
  await using _ = server;
  const greedy = await openAll(server.port, GREEDY, 5);
  for (const [index, client] of greedy.entries()) sendAll(client, `greedy-${index}`, 4);
  await provider.next();
  await untilWaiting(19);
  const others = [MODEST, '127.0.0.4', '127.0.0.5'];
  for (const [index, address] of others.entries()) {
    const [modest] = await openAll(server.port, address, 1);
    modest?.send('chat.send', { text: 'hello' });
    assert.equal((await modest?.notification('chat.queued'))?.params?.['position'], index + 1);
    greedy.push(...(modest ? [modest] : []));
  }
  for (const client of greedy) client.reset();
});

test('behind a PROXY header its address counts, an IPv6 household as one', async () => {
  const { server, provider, untilWaiting, serve } = await start();
  await using _ = server;
  const open = async (address: string) => {
    const lines = await LineClient.open(server.proxyPort);
    lines.send(encodeProxyHeader({ address, port: 40_000 }, { address: '::1', port: 5_002 }));
    return new RpcClient(lines);
  };
  const household = [
    await open('2001:db8:1:2::1'),
    await open('2001:db8:1:2::2'),
    await open('2001:db8:1:2::3'),
  ];
  for (const [index, client] of household.entries()) sendAll(client, `household-${index}`, 3);
  const running = await provider.next();
  await untilWaiting(8);
  const neighbour = await open('2001:db8:1:3::1');
  sendAll(neighbour, 'neighbour', 2);
  await untilWaiting(10);
  running.end();
  const whose = (await serve(4)).map((text) => text.split(/[ -]/)[0]);
  assert.deepEqual(whose, ['neighbour', 'household', 'neighbour', 'household']);
  for (const client of [...household, neighbour]) client.reset();
});
