/** Who is let in, on whose behalf, and what is said to those who are not. [P-12] */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { encodeLocalHeader, encodeProxyHeader } from '../shared/proxy-protocol.ts';
import { LineClient } from './support/line-client.ts';
import { untilMetric } from './support/metrics.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

const closed = (reason: string) => `hilo_connections_closed_total{reason="${reason}"}`;
const PING = '{"jsonrpc":"2.0","id":1,"method":"server.ping"}\n';
const SERVER = { address: '127.0.0.1', port: 5_002 };

function start(options: TestServerOptions = {}) {
  return startTestServer({ ...options, providers: providersOf(new EchoProvider()) });
}

interface Closing {
  readonly id: unknown;
  readonly error: { readonly data: Readonly<Record<string, unknown>> };
}

/** The last words to a program. */
async function refusalOf(client: LineClient): Promise<Closing['error']['data']> {
  const { id, error } = JSON.parse(await client.line()) as Closing;
  assert.equal(id, null);
  assert.equal(error.data['closing'], true);
  assert.equal(await client.rest(), '');
  return error.data;
}

async function openFrom(port: number, address: string): Promise<LineClient> {
  const client = await LineClient.open(port);
  client.send(encodeProxyHeader({ address, port: 40_000 }, SERVER));
  client.send(PING);
  return client;
}

async function isServed(client: LineClient): Promise<boolean> {
  return (await client.line()).includes('"pong":true');
}

async function fill(port: number, count: number): Promise<LineClient[]> {
  const clients = [];
  for (let index = 0; index < count; index += 1) {
    const client = await LineClient.open(port);
    client.send(PING);
    assert.ok(await isServed(client));
    clients.push(client);
  }
  return clients;
}

test('while the store gives no numbers connections are refused, and the server lives', async () => {
  const store = { fails: true, last: 0 };
  const nextSession = () => {
    if (store.fails) throw new Error('No numbers are left');
    return (store.last += 1);
  };
  await using server = await start({ nextSession });
  const program = await LineClient.open(server.port);
  program.send(PING);
  const { reason, retryAfterMs } = await refusalOf(program);
  assert.deepEqual({ reason, retryAfterMs }, { reason: 'store_unavailable', retryAfterMs: 10_000 });
  const person = await LineClient.open(server.port);
  person.send('hello\n');
  assert.match(await person.rest(), /^FAIL \* store_unavailable: .* 10 s\n$/);
  store.fails = false;
  const [client] = await fill(server.port, 1);
  client?.destroy();
  assert.equal(store.last, 1);
});

test('a full server says so to people and programs, up to its reserve', async () => {
  const clock = new ManualClock();
  const environment = { CONNECTIONS_MAX: '2', LIMIT_REFUSAL_RESERVE: '2' };
  await using server = await start({ clock, environment });
  const served = await fill(server.port, 2);
  using program = await LineClient.open(server.port);
  using person = await LineClient.open(server.port);
  await untilMetric(server.metricsPort, 'hilo_connections', 4);
  using beyond = await LineClient.open(server.port);
  assert.equal(await beyond.rest(), '');
  await untilMetric(server.metricsPort, closed('server_full'), 1);
  program.send(PING);
  assert.deepEqual(await refusalOf(program), {
    reason: 'server_full',
    retryAfterMs: 10_000,
    values: { seconds: 10 },
    closing: true,
  });
  clock.advance(250);
  assert.match(await person.rest(), /^FAIL \* server_full: .* 10 s\n$/);
  program.reset();
  person.reset();
  await untilMetric(server.metricsPort, closed('server_full'), 3);
  served[0]?.reset();
  await untilMetric(server.metricsPort, 'hilo_connections', 1);
  for (const client of await fill(server.port, 1)) client.reset();
  served[1]?.reset();
});

test('there are no more connections than descriptors for them, and for those that are refused', async () => {
  await using server = await start({ descriptorLimit: 512 + 128 + 3 });
  const served = await fill(server.port, 3);
  using fourth = await LineClient.open(server.port);
  fourth.send(PING);
  assert.equal((await refusalOf(fourth))['reason'], 'server_full');
  for (const client of served) client.reset();
});

test('an address has so many connections at once, by PROXY header, an IPv6 household as one', async () => {
  await using server = await start({ environment: { ADDRESS_CONNECTIONS_MAX: '2' } });
  using first = await openFrom(server.proxyPort, '203.0.113.7');
  using second = await openFrom(server.proxyPort, '203.0.113.7');
  assert.ok((await isServed(first)) && (await isServed(second)));
  using third = await openFrom(server.proxyPort, '203.0.113.7');
  const refusal = await refusalOf(third);
  assert.equal(refusal['reason'], 'address_limit');
  assert.ok(Number(refusal['retryAfterMs']) > 0);
  using neighbour = await openFrom(server.proxyPort, '203.0.113.8');
  assert.ok(await isServed(neighbour));
  using household = await openFrom(server.proxyPort, '2001:db8:1:2::1');
  using another = await openFrom(server.proxyPort, '2001:db8:1:2:ffff::9');
  assert.ok((await isServed(household)) && (await isServed(another)));
  using tooMany = await openFrom(server.proxyPort, '2001:db8:1:2::77');
  assert.equal((await refusalOf(tooMany))['reason'], 'address_limit');
  first.reset();
  third.reset();
  tooMany.reset();
  await untilMetric(server.metricsPort, closed('address_limit'), 2);
  await untilMetric(server.metricsPort, 'hilo_connections', 4);
  using again = await openFrom(server.proxyPort, '203.0.113.7');
  assert.ok(await isServed(again));
});

test('an address may connect so often; who waits as told is let in', async () => {
  const clock = new ManualClock();
  const environment = { LIMIT_ADDRESS_CONNECTS_BURST: '2', ADDRESS_CONNECTS_PER_SECOND: '1' };
  await using server = await start({ clock, environment });
  for (let count = 0; count < 2; count += 1) {
    using client = await openFrom(server.proxyPort, '203.0.113.7');
    assert.ok(await isServed(client));
  }
  await untilMetric(server.metricsPort, 'hilo_connections', 0);
  for (const [toldMs, waitMs] of [
    [1_000, 500],
    [500, 500],
  ] as const) {
    using refused = await openFrom(server.proxyPort, '203.0.113.7');
    assert.equal((await refusalOf(refused))['retryAfterMs'], toldMs);
    clock.advance(waitMs);
  }
  using admitted = await openFrom(server.proxyPort, '203.0.113.7');
  assert.ok(await isServed(admitted));
});

test('the loopback is not counted', async () => {
  await using server = await start({ environment: { ADDRESS_CONNECTIONS_MAX: '1' } });
  for (const client of await fill(server.port, 5)) client.reset();
  using local = await openFrom(server.proxyPort, '127.0.0.1');
  assert.ok(await isServed(local));
});

const V1 = Buffer.from('PROXY TCP4 203.0.113.7 127.0.0.1 40000 5002\r\n');
const V2 = encodeProxyHeader({ address: '2001:db8::1', port: 40_000 }, { address: '::1', port: 5_002 });
const LOCAL = encodeLocalHeader();

for (const [name, header] of Object.entries({ 'version 1': V1, 'version 2': V2, LOCAL })) {
  test(`a PROXY header of ${name} may come byte by byte, and with the first line behind it`, async () => {
    await using server = await start();
    using slow = await LineClient.open(server.proxyPort);
    for (const byte of header) {
      slow.send(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.send(PING);
    assert.ok(await isServed(slow));
    using quick = await LineClient.open(server.proxyPort);
    quick.send(Buffer.concat([header, Buffer.from(PING)]));
    assert.ok(await isServed(quick));
    using person = await LineClient.open(server.proxyPort);
    person.send(header);
    await person.until('connected.');
  });
}

test('on the proxy port the header is mandatory, comes once, and in time', async () => {
  const clock = new ManualClock();
  await using server = await start({ clock });
  for (const bytes of [PING, 'hola\n', 'GET / HTTP/1.1\r\n\r\n', 'PROXY TCP4 nonsense\r\n', '\r\n\r\nX']) {
    using client = await LineClient.open(server.proxyPort);
    client.send(bytes);
    assert.match(await client.rest(), /^FAIL \* proxy_header: .*\n$/);
  }
  using twice = await LineClient.open(server.proxyPort);
  twice.send(Buffer.concat([V1, V1]));
  assert.match(await twice.rest(), /^FAIL \* protocol_violation: .*PROXY.*\n$/);
  using silent = await LineClient.open(server.proxyPort);
  silent.send('PROXY TCP4 203.');
  using ended = await LineClient.open(server.proxyPort);
  ended.end();
  assert.equal(await ended.rest(), '');
  clock.advance(4_500);
  assert.match(await silent.rest(), /^FAIL \* proxy_header: .*\n$/);
  for (const client of [twice, silent, ended]) client.reset();
  await untilMetric(server.metricsPort, closed('proxy_header'), 6);
  await untilMetric(server.metricsPort, closed('protocol_violation'), 1);
  await untilMetric(server.metricsPort, closed('client_ended'), 1);
});

test('the proxy port has an address of its own, whatever address people may come to', async () => {
  const isOpen = async (port: number, host: string) => {
    try {
      const client = await LineClient.open(port, { host });
      client.reset();
      return true;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      return false;
    }
  };
  await using server = await start({ environment: { APP_HOST: '0.0.0.0' } });
  const ports = [server.port, server.proxyPort];
  const open = async (host: string) => Promise.all(ports.map((port) => isOpen(port, host)));
  assert.deepEqual(await open('127.0.0.1'), [true, true]);
  assert.deepEqual(await open('127.0.0.2'), [true, false]);
  await using apart = await start({ environment: { APP_PROXY_HOST: '127.0.0.2' } });
  assert.deepEqual(await isOpen(apart.port, '127.0.0.2'), false);
  using gateway = await LineClient.open(apart.proxyPort, { host: '127.0.0.2' });
  gateway.send(Buffer.concat([V1, Buffer.from(PING)]));
  assert.ok(await isServed(gateway));
});

test('from the addresses of PROXY_PROTOCOL_FROM the header is demanded on the plain port too', async () => {
  await using server = await start({ environment: { PROXY_PROTOCOL_FROM: '127.0.0.0/8' } });
  using bare = await LineClient.open(server.port);
  bare.send(PING);
  assert.match(await bare.rest(), /^FAIL \* proxy_header: .*\n$/);
  using proxied = await openFrom(server.port, '203.0.113.7');
  assert.ok(await isServed(proxied));
});

test('peers that die at any moment of their connection hurt nobody', async () => {
  await using server = await start();
  for (const port of [server.port, server.proxyPort]) {
    for (const bytes of ['', 'P', '{', V1, Buffer.concat([V1, Buffer.from(PING)]), '/help\n'.repeat(50)]) {
      const client = await LineClient.open(port);
      if (bytes.length > 0) client.send(bytes);
      client.reset();
      await once(client.socket, 'close');
    }
  }
  await untilMetric(server.metricsPort, 'hilo_connections', 0);
});
