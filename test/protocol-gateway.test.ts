/** Rules G-1 to G-6 of docs/protocol.md, tried on a running gateway before a running server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { pino } from 'pino';
import { WebSocket, type ClientOptions } from 'ws';
import { readGatewayConfig } from '../gateway/config.ts';
import { startGateway, type Gateway } from '../gateway/main.ts';
import { ManualClock } from '../shared/clock.ts';
import { ProtocolBench } from './support/protocol-bench.ts';

const PING = '{"jsonrpc":"2.0","id":1,"method":"server.ping"}';

test('[G-1] a text message is a line, in both directions, on both faces', async () => {
  await using bench = await GatewayBench.start();
  const program = await bench.open();
  program.send(PING);
  assert.match(await next(program), /^\{.*"pong":true.*\}$/);
  const person = await bench.open('/');
  person.send('/ping');
  assert.match(await next(person), /^User \d+ connected\.$/);
});

test('[G-2] what is no line closes with the code that says so', async () => {
  await using bench = await GatewayBench.start();
  const messages: readonly (readonly [string | Buffer, number])[] = [
    ['/ping\n/ping', 1008],
    ['/ping\r', 1008],
    ['/ping\0', 1008],
    [Buffer.from('/ping'), 1003],
    ['a'.repeat(65_537), 1009],
  ];
  for (const [message, code] of messages) {
    const client = await bench.open();
    client.send(message);
    assert.equal((await closed(client)).code, code);
  }
  const client = await bench.open();
  client.send(Buffer.from([0xc3, 0x28]), { binary: false });
  assert.equal((await closed(client)).code, 1007);
});

test('[G-3] pages of the same host and port may connect, and programs', async () => {
  await using bench = await GatewayBench.start();
  await bench.open('/ws', { origin: bench.origin });
  const foreign = bench.connect('/ws', { origin: 'https://example.org' });
  const [, response] = (await once(foreign, 'unexpected-response')) as [unknown, { statusCode: number }];
  assert.equal(response.statusCode, 403);
});

test('[G-4] the last words of the server are the close code and reason', async () => {
  await using bench = await GatewayBench.start({ CONNECTIONS_MAX: '1' });
  const person = await bench.open();
  person.send('/quit');
  assert.equal((await closed(person)).code, 1000);
  const holder = await bench.open();
  holder.send(PING);
  await next(holder);
  const late = await bench.open();
  late.send(PING);
  assert.deepEqual(await closed(late), { code: 4103, reason: 'server_full' });
  const drained = bench.server.drain();
  const end = closed(holder);
  await bench.server.letTimePassUntil(drained);
  assert.deepEqual(await end, { code: 1012, reason: 'draining' });
  const unlucky = await bench.open();
  assert.deepEqual(await closed(unlucky), { code: 1013, reason: 'server_unreachable' });
});

test('[G-5] who gives no sign of life after a ping is dropped', async () => {
  await using bench = await GatewayBench.start();
  const silent = await bench.open('/ws', { autoPong: false });
  const lively = await bench.open();
  const pinged = once(lively, 'ping');
  silent.send(PING);
  await next(silent);
  lively.send(PING);
  await next(lively);
  const pingMs = await bench.elapseUntil(pinged);
  assert.ok(pingMs >= 20_000 && pingMs <= 31_000, `${pingMs} ms`);
  await bench.elapseUntil(closed(silent));
  lively.send(PING);
  assert.match(await next(lively), /pong/);
  assert.equal(await bench.metric('hilo_gateway_closes_total{reason="heartbeat_lost"}'), 1);
});

test('[G-6] a browser that reads nothing is waited for, for 30 s', async () => {
  const fast = { LIMIT_COMMANDS_BURST: '1000000', LIMIT_PENDING_REQUESTS_MAX: '1000000' };
  await using bench = await GatewayBench.start(fast);
  const client = await bench.open();
  client.pause();
  const request = '{"jsonrpc":"2.0","id":1,"method":"operations.list"}';
  for (let id = 0; id < 2_000; id += 1) client.send(request.replace('1,', `${id},`));
  while (!((await bench.metric('hilo_gateway_backlog_bytes')) > 65_536)) await bench.server.settled();
  const name = 'hilo_gateway_closes_total{reason="slow_consumer"}';
  const startMs = bench.clock.now();
  while ((await bench.metric(name)) !== 1) bench.clock.advance(1_000);
  assert.ok(bench.clock.now() - startMs >= 30_000);
});

class GatewayBench implements AsyncDisposable {
  readonly server: ProtocolBench;
  readonly clock: ManualClock;
  readonly #gateway: Gateway;
  readonly #clients: WebSocket[] = [];

  private constructor(server: ProtocolBench, gateway: Gateway, clock: ManualClock) {
    this.server = server;
    this.#gateway = gateway;
    this.clock = clock;
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<GatewayBench> {
    const server = await ProtocolBench.start(environment);
    const clock = new ManualClock(1_000);
    const config = readGatewayConfig({ WS_PORT: '0', TCP_PORT: String(server.server.proxyPort) });
    const gateway = await startGateway(config, {
      clock,
      random: () => 0.5,
      log: pino({ level: 'silent' }),
      operations: [],
      pageDirectory: import.meta.dirname,
      descriptorLimit: 4_096,
    });
    return new GatewayBench(server, gateway, clock);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#gateway.address.port}`;
  }

  connect(path: string, options: ClientOptions = {}): WebSocket {
    const client = new WebSocket(`ws://127.0.0.1:${this.#gateway.address.port}${path}`, options);
    client.on('error', () => undefined);
    this.#clients.push(client);
    return client;
  }

  async open(path = '/ws', options: ClientOptions = {}): Promise<WebSocket> {
    const client = this.connect(path, options);
    await once(client, 'open');
    return client;
  }

  /** Lets the gateway's time pass until `event` has come; returns how long that took. */
  async elapseUntil(event: Promise<unknown>): Promise<number> {
    const startMs = this.clock.now();
    const progress = { isOver: false };
    const over = event.then(() => (progress.isOver = true));
    while (!progress.isOver) {
      this.clock.advance(1_000);
      await Promise.race([over, this.metric('hilo_gateway_connections')]);
    }
    return this.clock.now() - startMs;
  }

  async metric(name: string): Promise<number> {
    const response = await fetch(`${this.origin}/metrics`);
    const line = (await response.text()).split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.split(' ').at(-1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await this.#gateway.close();
    await this.server[Symbol.asyncDispose]();
  }
}

async function next(client: WebSocket): Promise<string> {
  const [data] = (await once(client, 'message')) as [Buffer];
  return data.toString('utf8');
}

async function closed(client: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return { code, reason: reason.toString('utf8') };
}
