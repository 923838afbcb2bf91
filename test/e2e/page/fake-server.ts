/**
 * The server's side of the wire as the page sees it, with every move in the hands of a test: it serves the
 * built page under the real policy and speaks JSON-RPC over one WebSocket a client. Sessions, sequence
 * numbers and replay are kept as docs/protocol.md says, so that resuming is really tested.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { ERRORS, errorText, type ErrorKey } from '../../../shared/errors.ts';
import { FakeLedger } from './fake-ledger.ts';

export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

type Id = string | number;
type Params = Record<string, unknown>;
interface Call {
  readonly id?: Id;
  readonly method: string;
  readonly params: Params;
}

interface Session {
  readonly name: string;
  token: string;
  seq: number;
  acknowledged: number;
  log: { readonly seq: number; readonly line: string }[];
  socket: WebSocket | undefined;
  readonly running: Map<Id, Exchange>;
}

export class FakeServer {
  /** Every chat.send that was accepted, oldest first. */
  readonly exchanges: Exchange[] = [];
  /** Method names of all that came, with their parameters. */
  readonly calls: Call[] = [];
  readonly ledger = new FakeLedger();
  /** What single operations answer. */
  readonly results: Record<string, Params> = { 'chat.new': {} };
  /** Answers a chat.send; by default nothing happens until a test moves the exchange. */
  onSend: (exchange: Exchange) => void = () => {};
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #sessions = new Map<string, Session>();
  readonly #waiting: { ready: () => boolean; resolve: () => void }[] = [];
  #epoch = 1;
  #names = 0;
  #refusing = false;

  private constructor(folder: string) {
    this.#http = createServer((request, response) => {
      void serve(folder, request, response);
    });
    this.#sockets = new WebSocketServer({ noServer: true });
    this.#http.on('upgrade', (request, socket, head) => {
      if (this.#refusing) socket.destroy();
      else this.#sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client));
    });
  }

  static async start(folder: string): Promise<FakeServer> {
    const server = new FakeServer(folder);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/`;
  }

  /** The exchange that was accepted last, once there are `count` of them. */
  async exchange(count: number): Promise<Exchange> {
    await this.until(() => this.exchanges.length >= count);
    const exchange = this.exchanges[count - 1];
    if (!exchange) throw new Error('No such exchange');
    return exchange;
  }

  /** Resolves when `ready` is true; looked at after everything that arrives. */
  until(ready: () => boolean): Promise<void> {
    if (ready()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ ready, resolve });
    });
  }

  /** Ends every connection as a network would. */
  cut(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }

  /** Until `accept`, connections are refused. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  accept(): void {
    this.#refusing = false;
  }

  /** What was known is gone; a new run has begun. */
  restart(): void {
    this.#sessions.clear();
    this.#epoch += 1;
    this.cut();
  }

  /** Every session hears that the server goes down. */
  drain(reconnectAfterMs: number): void {
    for (const session of this.#sessions.values()) {
      this.#emit(session, { method: 'server.draining', params: { reconnectAfterMs } }, 'params');
    }
  }

  /** Says why, then ends every connection. */
  closeAll(key: ErrorKey, code: number, retryAfterMs?: number): void {
    const error = errorObject(key, {
      closing: true,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    for (const client of this.#sockets.clients) {
      client.send(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
      client.close(code, key);
    }
  }

  async close(): Promise<void> {
    this.cut();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #accept(socket: WebSocket): void {
    let session: Session | undefined;
    socket.on('message', (data: Buffer) => {
      const call = JSON.parse(data.toString()) as Call;
      this.calls.push(call);
      if (call.method === 'session.hello') session = this.#hello(socket, call);
      else if (call.method === 'session.resume') session = this.#resume(socket, call) ?? session;
      else if (session) this.#handle(session, call);
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (session?.socket === socket) session.socket = undefined;
      this.#wake();
    });
  }

  #hello(socket: WebSocket, { id, params }: Call): Session {
    this.#names += 1;
    const name = `Usuario-${this.#names}`;
    const session: Session = {
      name,
      token: `${name}-0`,
      seq: 0,
      acknowledged: 0,
      log: [],
      socket,
      running: new Map(),
    };
    this.#sessions.set(session.token, session);
    const greeting = { session: name, resumeToken: session.token, epoch: this.#epochName, seq: 0 };
    socket.send(
      JSON.stringify({ jsonrpc: '2.0', id, result: { ...greeting, locale: params['locale'] ?? 'en' } }),
    );
    return session;
  }

  #resume(socket: WebSocket, { id, params }: Call): Session | undefined {
    const session = this.#sessions.get(String(params['resumeToken']));
    const lastSeq = Number(params['lastSeq']);
    if (!session || params['epoch'] !== this.#epochName || lastSeq < session.acknowledged) {
      const key = session && lastSeq < session.acknowledged ? 'gap' : 'unknown_session';
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, error: errorObject(key, {}) }));
      return undefined;
    }
    const error = errorObject('superseded', { closing: true });
    session.socket?.send(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
    session.socket?.close(4109, 'superseded');
    this.#sessions.delete(session.token);
    session.token = `${session.name}-${session.seq}-${session.token.length}`;
    this.#sessions.set(session.token, session);
    session.socket = socket;
    const missed = session.log.filter(({ seq }) => seq > lastSeq);
    const result = {
      session: session.name,
      resumeToken: session.token,
      epoch: this.#epochName,
      seq: session.seq,
      replayed: missed.length,
      running: [...session.running.keys()],
      locale: 'en',
    };
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
    for (const { line } of missed) socket.send(line);
    return session;
  }

  #handle(session: Session, { id, method, params }: Call): void {
    if (method === 'session.ack') {
      session.acknowledged = Number(params['seq']);
      session.log = session.log.filter(({ seq }) => seq > session.acknowledged);
      return;
    }
    if (id === undefined) return;
    if (method === 'chat.send') {
      const exchange = new Exchange(
        id,
        params,
        { trace: `${session.name}:m${this.exchanges.length + 1}`, account: `anon:${session.name}` },
        {
          ledger: this.ledger,
          emit: (message, holder) => this.#emit(session, message, holder),
          over: () => session.running.delete(id),
        },
      );
      session.running.set(id, exchange);
      this.exchanges.push(exchange);
      this.onSend(exchange);
      return;
    }
    if (method === 'chat.cancel') {
      session.running.get(params['requestId'] as Id)?.fail('cancelled');
      this.#emit(session, { id, result: { cancelled: 1 } }, 'result');
      return;
    }
    const answer = this.ledger.answer(method, params, `anon:${session.name}`);
    if (answer === 'not_found') return this.#emit(session, { id, error: errorObject(answer, {}) }, 'data');
    if (answer) return this.#emit(session, { id, result: { ...answer } }, 'result');
    const result = this.results[method] ?? { pong: true, locale: params['locale'] ?? 'en' };
    this.#emit(session, { id, result: { ...result } }, 'result');
  }

  #emit(session: Session, message: Params, holder: Holder): void {
    session.seq += 1;
    const held = message[holder === 'data' ? 'error' : holder] as Params;
    if (holder === 'data') held['data'] = { ...(held['data'] as Params), seq: session.seq };
    else held['seq'] = session.seq;
    const line = JSON.stringify({ jsonrpc: '2.0', ...message });
    session.log.push({ seq: session.seq, line });
    session.socket?.send(line);
  }

  #wake(): void {
    for (const waiting of this.#waiting.splice(0)) {
      if (waiting.ready()) waiting.resolve();
      else this.#waiting.push(waiting);
    }
  }

  get #epochName(): string {
    return `run-${this.#epoch}`;
  }
}

type Holder = 'params' | 'result' | 'data';

interface ExchangeSide {
  readonly ledger: FakeLedger;
  readonly emit: (message: Params, holder: Holder) => void;
  readonly over: () => void;
}

/** One chat.send, moved along by a test. */
export class Exchange {
  readonly requestId: Id;
  readonly text: string;
  readonly clientMessageId: string;
  readonly trace: string;
  readonly #account: string;
  readonly #side: ExchangeSide;
  #answer = '';

  constructor(
    requestId: Id,
    params: Params,
    { trace, account }: { trace: string; account: string },
    side: ExchangeSide,
  ) {
    this.requestId = requestId;
    this.text = String(params['text']);
    this.clientMessageId = String(params['clientMessageId']);
    this.trace = trace;
    this.#account = account;
    this.#side = side;
  }

  queue(position: number): this {
    this.#side.emit({ method: 'chat.queued', params: { requestId: this.requestId, position } }, 'params');
    return this;
  }

  start(degraded = false): this {
    const params = { requestId: this.requestId, trace: this.trace, model: 'stub:1b', degraded };
    this.#side.emit({ method: 'chat.started', params }, 'params');
    return this;
  }

  load(): this {
    this.#side.emit({ method: 'chat.loading', params: { requestId: this.requestId } }, 'params');
    return this;
  }

  think(text: string): this {
    this.#side.emit({ method: 'chat.thinking', params: { requestId: this.requestId, text } }, 'params');
    return this;
  }

  delta(text: string): this {
    this.#answer += text;
    this.#side.emit({ method: 'chat.delta', params: { requestId: this.requestId, text } }, 'params');
    return this;
  }

  finish(more: Params = {}): void {
    this.#side.over();
    const result = {
      text: this.#answer,
      trace: this.trace,
      finishReason: 'stop',
      provider: 'ollama',
      model: 'stub:1b',
      degraded: false,
      usage: { inputTokens: 1, outputTokens: 1, source: 'reported' },
      ...this.#settle('stop'),
      ...more,
    };
    this.#side.emit({ id: this.requestId, result }, 'result');
  }

  fail(key: ErrorKey, data: Params = {}): void {
    this.#side.over();
    // What was delivered is charged, also when it was stopped.
    if (key === 'cancelled' && this.#answer !== '') this.#settle('cancelled');
    this.#side.emit({ id: this.requestId, error: errorObject(key, data) }, 'data');
  }

  #settle(finish: string): object {
    const { trace, text: prompt } = this;
    return this.#side.ledger.settle({ trace, prompt, answer: this.#answer, account: this.#account, finish });
  }

  /** The whole of an answer at once. */
  reply(text: string, more: Params = {}): void {
    this.start(more['degraded'] === true)
      .delta(text)
      .finish(more);
  }
}

function errorObject(key: ErrorKey, data: Params): Params {
  return { code: ERRORS[key].code, message: errorText(key, 'en'), data: { reason: key, ...data } };
}

/** As the gateway does: what the build has compressed is sent compressed, to who takes it. */
async function serve(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = normalize(new URL(request.url ?? '/', 'http://page').pathname);
  const file = join(folder, path === '/' ? 'index.html' : path);
  const headers = {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': PAGE_POLICY,
  };
  // Browsers take Brotli on secure pages only.
  const takesBrotli = String(request.headers['accept-encoding']).includes('br');
  const compressed = takesBrotli ? await readFile(`${file}.br`).catch(() => undefined) : undefined;
  const content = compressed ?? (await readFile(file).catch(() => undefined));
  if (!content) return void response.writeHead(404).end();
  response.writeHead(200, compressed ? { ...headers, 'content-encoding': 'br' } : headers).end(content);
}
