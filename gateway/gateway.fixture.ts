/** For the tests of the gateway: a scripted server, browsers, and a gateway between them, on real sockets. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { WebSocket, type ClientOptions } from 'ws';
import { ManualClock } from '../shared/clock.ts';
import type { Operation } from '../shared/define-operation.ts';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { ProxyHeaderParser, type ProxyEndpoint } from '../shared/proxy-protocol.ts';
import { readGatewayConfig } from './config.ts';
import { startGateway, type Gateway } from './main.ts';

/** Much longer than it takes on a busy machine. */
const UNTIL_MS_MAX = 30_000;

/** Values that arrive some time; each is given out once, in order. */
export class Arrivals<Value> {
  readonly #values: Value[] = [];
  readonly #waiting: ((value: Value) => void)[] = [];

  add(value: Value): void {
    const resolve = this.#waiting.shift();
    if (resolve) resolve(value);
    else this.#values.push(value);
  }

  next(): Promise<Value> {
    const value = this.#values.shift();
    if (value !== undefined) return Promise.resolve(value);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async take(count: number): Promise<Value[]> {
    const values: Value[] = [];
    while (values.length < count) values.push(await this.next());
    return values;
  }
}

/** One connection as the server sees it, after its PROXY header. */
export class ServerConnection {
  readonly socket: Socket;
  readonly source: ProxyEndpoint | undefined;
  readonly lines = new Arrivals<string>();
  /** The gateway's FIN. */
  readonly ended: Promise<unknown>;
  readonly closed: Promise<unknown>;
  receivedBytes = 0;
  #tail = '';

  constructor(socket: Socket, source: ProxyEndpoint | undefined, rest: Buffer) {
    this.socket = socket;
    this.source = source;
    this.ended = new Promise((resolve) => socket.once('end', resolve));
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    this.#receive(rest);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  #receive(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    const lines = (this.#tail + chunk.toString('latin1')).split('\n');
    this.#tail = lines.pop() ?? '';
    for (const line of lines) this.lines.add(Buffer.from(line, 'latin1').toString('utf8'));
  }
}

export class ScriptedServer {
  readonly connections = new Arrivals<ServerConnection>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    const parser = new ProxyHeaderParser();
    const read = (chunk: Buffer): void => {
      const result = parser.push(chunk);
      if (result.type === 'more') return;
      socket.off('data', read);
      if (result.type === 'fault') socket.destroy();
      else this.connections.add(new ServerConnection(socket, result.source, result.rest));
    };
    socket.on('data', read);
  }
}

export class Browser {
  readonly webSocket: WebSocket;
  readonly messages = new Arrivals<string>();
  readonly closed: Promise<{ code: number; reason: string }>;
  receivedBytes = 0;

  constructor(url: string, options: ClientOptions = {}) {
    this.webSocket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.webSocket.on('message', (data: Buffer) => {
      this.receivedBytes += data.length;
      this.messages.add(data.toString('utf8'));
    });
    this.webSocket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.webSocket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
  }
}

export interface Stage {
  readonly gateway: Gateway;
  readonly server: ScriptedServer;
  readonly clock: ManualClock;
  /** Warnings and errors that the gateway has noted. */
  readonly logged: readonly string[];
  /** `host:port` */
  readonly authority: string;
  browser(options?: ClientOptions): Browser;
  /** A browser and the server's end of its bridge, both open. */
  pair(options?: ClientOptions): Promise<{ browser: Browser; connection: ServerConnection }>;
  /** Value of a metric's sample, such as `hilo_gateway_connections`. */
  metric(sample: string): Promise<number>;
  /** Lets time pass in steps, so that every sweep happens and sockets get their turn. */
  pass(seconds: number): Promise<void>;
  /** Lets time pass until it has happened; the kernel may still move bytes for some seconds of it. */
  passUntil(happened: Promise<unknown>): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createStage(
  environment: Record<string, string> = {},
  pageDirectory?: string,
  operations: readonly Operation[] = OPERATION_LIST,
): Promise<Stage> {
  const server = new ScriptedServer();
  const clock = new ManualClock();
  const serverPort = await server.listen();
  const config = readGatewayConfig({ WS_PORT: '0', TCP_PORT: String(serverPort), ...environment });
  const logged: string[] = [];
  const gateway = await startGateway(config, {
    clock,
    random: () => 0.5,
    log: pino({ level: 'warn' }, { write: (line) => void logged.push(line) }),
    operations,
    pageDirectory: pageDirectory ?? '/nonexistent',
    descriptorLimit: Infinity,
  });
  const authority = `127.0.0.1:${gateway.address.port}`;
  const stage: Stage = {
    gateway,
    server,
    clock,
    logged,
    authority,
    browser: (options) => new Browser(`ws://${authority}/ws`, options),
    async pair(options) {
      const browser = stage.browser(options);
      const [connection] = await Promise.all([server.connections.next(), once(browser.webSocket, 'open')]);
      return { browser, connection };
    },
    async metric(sample) {
      const text = await (await fetch(`http://${authority}/metrics`)).text();
      const line = text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
      return Number(line?.slice(sample.length) ?? Number.NaN);
    },
    async pass(seconds) {
      for (let passed = 0; passed < seconds; passed += 1) {
        clock.advance(1_000);
        await sleep(0);
      }
    },
    async passUntil(happened) {
      let isOver = false;
      void happened.then(() => (isOver = true));
      for (let passed = 0; passed < 300; passed += 1) {
        await stage.pass(1);
        if (isOver) return;
      }
      throw new Error('It did not happen in 300 s');
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await server.close();
    },
  };
  return stage;
}

/** Waits for a condition that no event tells of; fails when it does not come true. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + UNTIL_MS_MAX;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`Not true after ${UNTIL_MS_MAX} ms: ${String(condition)}`);
    await sleep(5);
  }
}

/** Of the event loop, in which all ends of a connection get their turns when they are in this process. */
const STILL_TURNS = 5_000;

/**
 * The number, once it has not changed for so many turns of the event loop that nothing moves any more: as
 * long as bytes can move, some do every few turns.
 */
export async function standsStill(read: () => number): Promise<number> {
  const endMs = performance.now() + UNTIL_MS_MAX;
  let last = read();
  for (let turns = 0; turns < STILL_TURNS; turns += 1) {
    await setImmediate();
    const now = read();
    if (now !== last) turns = 0;
    last = now;
    if (performance.now() > endMs) throw new Error(`Still changing after ${UNTIL_MS_MAX} ms`);
  }
  return last;
}
