/** [G-8] Requests that the gateway passes on: who is believed, and whom each is charged to. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { encodeLocalHeader, encodeProxyHeader } from '../shared/proxy-protocol.ts';
import { LineClient } from './support/line-client.ts';
import { RpcClient, type RpcMessage } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

const CLIENT = '192.0.2.7';
const OTHER = '198.51.100.9';

function start(options: TestServerOptions = {}) {
  return startTestServer({ providers: providersOf(new EchoProvider()), ...options });
}

/** As the gateway connects for HTTP clients, or for a browser. */
async function connect(port: number, header: Buffer): Promise<RpcClient> {
  const lines = await LineClient.open(port);
  lines.send(header);
  return new RpcClient(lines);
}

class Gateway {
  readonly rpc: RpcClient;
  #nextId = 1;

  private constructor(rpc: RpcClient) {
    this.rpc = rpc;
  }

  static async open(port: number): Promise<Gateway> {
    return new Gateway(await connect(port, encodeLocalHeader()));
  }

  send(method: string, params: object, meta: object): number {
    const id = this.#nextId++;
    this.rpc.lines.send(`${JSON.stringify({ jsonrpc: '2.0', id, method, params, meta })}\n`);
    return id;
  }

  ask(method: string, params: object, meta: object): Promise<RpcMessage> {
    return this.rpc.response(this.send(method, params, meta));
  }

  [Symbol.dispose](): void {
    this.rpc.reset();
  }
}

function reasonOf({ error }: RpcMessage): unknown {
  return error?.data['reason'];
}

test('what a request says about its maker is believed from the gateway alone', async () => {
  await using server = await start();
  const line = { jsonrpc: '2.0', id: 1, method: 'server.ping', meta: { address: CLIENT } };
  const source = { address: OTHER, port: 40_000 };
  const destination = { address: '127.0.0.1', port: 5_002 };
  const foreign = [
    await RpcClient.open(server.port),
    await connect(server.proxyPort, encodeProxyHeader(source, destination)),
    // A browser that was gone before the gateway could read its address.
    await connect(server.proxyPort, encodeProxyHeader({ address: '', port: 0 }, destination)),
    await connect(server.proxyPort, Buffer.from('PROXY UNKNOWN\r\n')),
  ];
  for (const client of foreign) {
    client.lines.send(`${JSON.stringify(line)}\n`);
    assert.equal(reasonOf(await client.response(1)), 'invalid_request');
    client.reset();
  }
  using gateway = await Gateway.open(server.proxyPort);
  assert.equal((await gateway.ask('server.ping', {}, { address: CLIENT })).result?.['pong'], true);
});

test('a proxy that speaks for itself on the plain port is no gateway', async () => {
  await using server = await start({ environment: { PROXY_PROTOCOL_FROM: '127.0.0.1' } });
  const client = await connect(server.port, encodeLocalHeader());
  client.lines.send(`{"jsonrpc":"2.0","id":1,"method":"server.ping","meta":{"address":"${CLIENT}"}}\n`);
  assert.equal(reasonOf(await client.response(1)), 'invalid_request');
  client.reset();
});

test('a meta that does not have its form is refused', async () => {
  await using server = await start();
  using gateway = await Gateway.open(server.proxyPort);
  const faulty = [
    {},
    { address: 'localhost' },
    { address: 'fe80::1%eth0' },
    { address: CLIENT, requestId: 'two\nlines' },
    { address: CLIENT, more: 1 },
    { address: CLIENT, authorization: 'x'.repeat(5_000) },
  ];
  for (const meta of faulty) {
    assert.equal(reasonOf(await gateway.ask('server.ping', {}, meta)), 'invalid_request');
  }
});

test('nothing of one client reaches the next one on the same connection', async () => {
  await using server = await start();
  using gateway = await Gateway.open(server.proxyPort);
  const spanish = await gateway.ask('nothing.here', {}, { address: CLIENT, locale: 'es' });
  assert.match(spanish.error?.message ?? '', /^No existe la operación/);
  const english = await gateway.ask('nothing.here', {}, { address: CLIENT });
  assert.match(english.error?.message ?? '', /^There is no operation/);
  const refused = await gateway.ask('credits.balance', {}, { address: CLIENT, authorization: 'Bearer x' });
  assert.equal(reasonOf(refused), 'auth_failed');
  assert.ok((await gateway.ask('credits.balance', {}, { address: CLIENT })).result);
  await gateway.ask('session.locale', { locale: 'es' }, { address: CLIENT });
  const after = await gateway.ask('session.whoami', {}, { address: CLIENT });
  assert.equal(after.result?.['locale'], 'en');
});

test('a key that is no longer valid keeps nobody from what everybody may use', async () => {
  await using server = await start();
  using gateway = await Gateway.open(server.proxyPort);
  const meta = { address: CLIENT, authorization: 'Bearer x' };
  assert.equal((await gateway.ask('server.ping', {}, meta)).result?.['pong'], true);
});

test('without a key, all requests of an address are made by one guest', async () => {
  await using server = await start();
  using first = await Gateway.open(server.proxyPort);
  using second = await Gateway.open(server.proxyPort);
  const balance = async (gateway: Gateway, address: string) => {
    const { result } = await gateway.ask('credits.balance', {}, { address });
    return result?.['account'];
  };
  const account = await balance(first, '2001:db8:1:2::1');
  assert.equal(await balance(second, '2001:db8:1:2::9'), account);
  assert.notEqual(await balance(first, OTHER), account);
});

test('requests are counted by the address of their client, not by the gateway’s', async () => {
  const clock = new ManualClock(1_000);
  const environment = { ADDRESS_LIMIT_EXEMPT: '203.0.113.1', ADDRESS_CONNECTIONS_MAX: '1' };
  const limits = { LIMIT_ADDRESS_REQUESTS_BURST: '30', LIMIT_ADDRESS_REQUESTS_PER_SECOND: '2' };
  await using server = await start({ clock, environment: { ...environment, ...limits } });
  using gateway = await Gateway.open(server.proxyPort);
  using another = await Gateway.open(server.proxyPort);
  const ping = (from: Gateway, address: string) => from.ask('server.ping', {}, { address });
  for (let count = 0; count < 30; count += 1) assert.ok((await ping(gateway, CLIENT)).result);
  const refused = await ping(another, CLIENT);
  assert.equal(reasonOf(refused), 'too_many_requests');
  assert.equal(refused.error?.data['retryAfterMs'], 500);
  for (let count = 0; count < 30; count += 1) assert.ok((await ping(gateway, OTHER)).result);
  clock.advance(500);
  assert.ok((await ping(another, CLIENT)).result);
});

test('an answer ends with the connection of the gateway that carries it', async () => {
  const provider = new ScriptedProvider();
  await using server = await start({ providers: providersOf(provider) });
  using gateway = await Gateway.open(server.proxyPort);
  gateway.send('chat.send', { text: 'hello' }, { address: CLIENT });
  const call = await provider.next();
  const aborted = once(call.request.signal, 'abort', { signal: AbortSignal.timeout(10_000) });
  gateway.rpc.reset();
  await aborted;
  call.end();
});
