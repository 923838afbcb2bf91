/** The stub's HTTP server: Ollama's and OpenAI's endpoints, and its own under `/stub/`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { StubConfig, type StubSettings } from './config.ts';
import { isObject, type Dialect } from './dialect.ts';
import { FaultSource } from './faults.ts';
import { imagesDialect } from './images-dialect.ts';
import { ollamaDialect } from './ollama-dialect.ts';
import { openaiDialect } from './openai-dialect.ts';
import { BUSY_MESSAGE, Player, refuse } from './player.ts';
import { RequestLog, type StubEvent, type StubRecord, type StubTotals } from './request-log.ts';
import { ModelMemory } from './model-memory.ts';
import { embedding, embeddingList, modelList, modelShow, tagList } from './models.ts';
import { Slots } from './slots.ts';

export const STUB_LIMITS = { bodyBytesMax: 16 * 1024 * 1024, keepAliveMs: 60_000 } as const;

export interface StubOptions extends StubSettings {
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly clock?: Clock;
  /** How many requests are remembered at least. */
  readonly recordsMax?: number;
}

export interface StubLlm {
  /** `http://host:port`: the base of Ollama's API; OpenAI's is `url + '/v1'`. */
  readonly url: string;
  readonly requests: readonly StubRecord[];
  readonly totals: Readonly<StubTotals>;
  readonly config: StubConfig;
  /** Changes settings for the requests that come after; `next` replaces what is left of the script. */
  configure(settings: StubSettings): void;
  /** The next request that its client aborts. Ask before it happens. */
  nextAbort(): Promise<StubRecord>;
  next(event: StubEvent): Promise<StubRecord>;
  /** Returns what removes the listener. */
  on(event: StubEvent, listener: (record: StubRecord) => void): () => void;
  reset(): void;
  /** Stops listening and breaks all connections: clients meet ECONNREFUSED. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function startStub(options: StubOptions = {}): Promise<StubLlm> {
  const { host = '127.0.0.1', port = 0, clock = systemClock, recordsMax = 1000, ...settings } = options;
  const stub = new Stub(host, clock, recordsMax, StubConfig.parse(settings));
  await stub.listen(port);
  return stub;
}

class Stub implements StubLlm {
  readonly #host: string;
  readonly #clock: Clock;
  readonly #log: RequestLog;
  readonly #slots: Slots;
  readonly #server: Server;
  readonly #memory: ModelMemory;
  #config: StubConfig;
  #faults: FaultSource;
  #port = 0;
  #closed = false;

  constructor(host: string, clock: Clock, recordsMax: number, config: StubConfig) {
    this.#host = host;
    this.#clock = clock;
    this.#memory = new ModelMemory(clock);
    this.#config = config;
    this.#faults = new FaultSource(config);
    this.#log = new RequestLog(recordsMax);
    this.#slots = new Slots(
      () => this.#config,
      (inFlight, queued) => this.#log.noteLoad(inFlight, queued),
    );
    this.#server = createServer({ keepAliveTimeout: STUB_LIMITS.keepAliveMs }, (request, response) => {
      readBody(request, (body) => this.#route(request, response, body));
    });
    this.#server.on('connection', () => this.#log.noteConnection());
    // A stalled request is what the stub is for.
    this.#server.requestTimeout = 0;
  }

  get url(): string {
    return `http://${this.#host}:${this.#port}`;
  }

  get requests(): readonly StubRecord[] {
    return this.#log.records;
  }

  get totals(): Readonly<StubTotals> {
    return this.#log.totals;
  }

  get config(): StubConfig {
    return { ...this.#config, next: [...this.#faults.script] };
  }

  configure(settings: StubSettings): void {
    this.#config = StubConfig.parse({ ...this.config, ...settings });
    this.#faults = new FaultSource(this.#config);
  }

  nextAbort(): Promise<StubRecord> {
    return this.#log.next('abort');
  }

  next(event: StubEvent): Promise<StubRecord> {
    return this.#log.next(event);
  }

  on(event: StubEvent, listener: (record: StubRecord) => void): () => void {
    return this.#log.on(event, listener);
  }

  reset(): void {
    this.#log.reset();
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, this.#host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async up(): Promise<void> {
    if (!this.#closed && !this.#server.listening) await this.listen(this.#port);
  }

  async down(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.down();
  }

  #route(request: IncomingMessage, response: ServerResponse, body: unknown): void {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (request.method === 'POST') {
      if (path === '/api/chat') return this.#chat(ollamaDialect, path, request, response, body);
      const dialect = OPENAI_DIALECTS[path];
      if (dialect && !this.#refuseKey(request, response))
        return this.#chat(dialect, path, request, response, body);
      if (dialect) return undefined;
      if (path === '/api/show') return this.#show(response, body);
      if (path === '/v1/embeddings') {
        if (this.#refuseKey(request, response)) return undefined;
        return sendJson(response, 200, embeddingList(body, this.#config.seed));
      }
      if (path === '/api/embed') return sendJson(response, 200, embedding(body, this.#config.seed));
      if (path.startsWith('/stub/')) return this.#control(path, response, body);
    }
    if (path === '/api/tags') return sendJson(response, 200, tagList(this.#config.models));
    if (path === '/api/ps') return sendJson(response, 200, this.#memory.list());
    if (path === '/api/version') return sendJson(response, 200, { version: '0.0.0-stub' });
    if (path === '/v1/models') {
      if (this.#refuseKey(request, response)) return undefined;
      return sendJson(response, 200, modelList(this.#config.models));
    }
    if (path === '/stub/config') return sendJson(response, 200, this.config);
    if (path === '/stub/stats') return sendJson(response, 200, this.totals);
    if (path === '/stub/requests') return sendJson(response, 200, this.requests.map(withoutBody));
    if (path === '/') return void response.end('Ollama is running');
    return sendJson(response, 404, { error: 'not found' });
  }

  #refuseKey(request: IncomingMessage, response: ServerResponse): boolean {
    const { apiKey } = this.#config;
    if (apiKey === '' || request.headers.authorization === `Bearer ${apiKey}`) return false;
    refuse(response, openaiDialect, 401, 'Incorrect API key provided');
    return true;
  }

  #chat(
    dialect: Dialect,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
  ): void {
    const input = dialect.read(body);
    if (!input) return refuse(response, dialect, 400, 'invalid request');
    const { model } = input;
    if (this.#config.strictModels && !this.#config.models.includes(model)) {
      return refuse(response, dialect, 404, `model '${model}' not found`);
    }
    const { 'x-request-id': header, traceparent: parent } = request.headers;
    const trace = typeof header === 'string' ? header : undefined;
    const traceparent = typeof parent === 'string' ? parent : undefined;
    const log = this.#log;
    const clock = this.#clock;
    const record = log.open({ path, model, trace, traceparent, body, receivedAtMs: clock.monotonic() });
    const plan = this.#faults.next();
    record.faults = plan.failure ? [plan.failure, ...plan.quirks] : [...plan.quirks];
    const config = this.#config;
    const player = new Player({ dialect, input, config, plan, record, log, clock, request, response });
    let leave = (): void => {};
    const release = this.#slots.take(() => {
      const cancelLoad = this.#load(model, () => player.start());
      leave = () => {
        cancelLoad();
        this.#memory.leave(model);
      };
    });
    if (!release) {
      log.settle(record, 'failed', clock.monotonic());
      return refuse(response, dialect, 503, BUSY_MESSAGE);
    }
    response.on('close', () => {
      player.stop();
      leave();
      release();
      // Settled already when the answer, or a failure, was played to its end.
      log.settle(record, 'aborted', clock.monotonic());
    });
    return undefined;
  }

  #load(model: string, done: () => void): () => void {
    const loadMs = this.#memory.enter(model, this.#config.loadMs);
    if (loadMs > 0) return this.#clock.after(loadMs, done);
    done();
    return () => {};
  }

  #show(response: ServerResponse, body: unknown): void {
    const model = isObject(body) ? body['model'] : undefined;
    if (typeof model === 'string' && this.#config.models.includes(model)) {
      return sendJson(response, 200, modelShow());
    }
    return sendJson(response, 404, { error: `model '${String(model)}' not found` });
  }

  #control(path: string, response: ServerResponse, body: unknown): void {
    if (path === '/stub/config') return this.#controlConfig(response, body);
    if (path === '/stub/reset') {
      this.reset();
      return sendJson(response, 200, this.totals);
    }
    if (path === '/stub/down') {
      const downMs = isObject(body) && typeof body['ms'] === 'number' ? body['ms'] : 1000;
      sendJson(response, 200, { downMs });
      response.on('close', () => void this.down());
      // Not the clock's timer, which would let the process end: nothing else keeps it alive while it is down.
      setTimeout(() => void this.up(), downMs);
      return undefined;
    }
    return sendJson(response, 404, { error: 'not found' });
  }

  #controlConfig(response: ServerResponse, body: unknown): void {
    const parsed = StubConfig.partial().safeParse(body);
    if (!parsed.success) return sendJson(response, 400, { error: parsed.error.issues });
    this.configure(body as StubSettings);
    return sendJson(response, 200, this.config);
  }
}

const OPENAI_DIALECTS: Readonly<Record<string, Dialect>> = {
  '/v1/chat/completions': openaiDialect,
  '/v1/images/generations': imagesDialect,
};

function readBody(request: IncomingMessage, done: (body: unknown) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > STUB_LIMITS.bodyBytesMax) request.socket.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => {
    const [first] = chunks;
    const text = chunks.length === 1 && first ? first.toString() : Buffer.concat(chunks).toString();
    done(parseJson(text));
  });
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

function withoutBody({ body: _body, ...rest }: StubRecord): Omit<StubRecord, 'body'> {
  return rest;
}
