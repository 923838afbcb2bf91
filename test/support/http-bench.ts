/** A gateway before a server, both in this process, and clients of their HTTP API. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readGatewayConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/main.ts';
import { systemClock } from '../../shared/clock.ts';
import { OPERATION_LIST } from '../../shared/operations/index.ts';
import { RpcClient } from './rpc-client.ts';
import { EchoProvider, providersOf } from './scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './test-server.ts';

export const PERSON = { email: 'ana@example.org', password: 'a long sentence to sign in', name: 'Ana' };

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
}

type Known = Pick<HttpBench, 'dataDir' | 'linePort' | 'logged' | 'metricsPort'>;

export class HttpBench {
  readonly origin: string;
  readonly dataDir: string;
  /** Of the server. */
  readonly linePort: number;
  readonly metricsPort: number;
  /** All that both processes have logged, at every level. */
  readonly logged: readonly string[];
  readonly #close: () => Promise<void>;

  private constructor(
    port: number,
    { dataDir, logged, linePort, metricsPort }: Known,
    close: () => Promise<void>,
  ) {
    this.origin = `http://127.0.0.1:${port}`;
    this.dataDir = dataDir;
    this.linePort = linePort;
    this.metricsPort = metricsPort;
    this.logged = logged;
    this.#close = close;
  }

  static async start(options: TestServerOptions = {}): Promise<HttpBench> {
    const logged: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) });
    const dataDir = await mkdtemp(join(tmpdir(), 'hilo-http-'));
    const environment = { DATA_DIR: dataDir, ...options.environment };
    const server = await startTestServer({
      providers: providersOf(new EchoProvider()),
      log,
      ...options,
      environment,
    });
    const config = readGatewayConfig({ WS_PORT: '0', TCP_PORT: String(server.proxyPort) });
    const gateway = await startGateway(config, {
      clock: systemClock,
      random: () => 0.5,
      log,
      operations: OPERATION_LIST,
      pageDirectory: '/nonexistent',
      descriptorLimit: 4_096,
    });
    const { port: linePort, metricsPort } = server;
    return new HttpBench(gateway.address.port, { dataDir, logged, linePort, metricsPort }, async () => {
      await gateway.close();
      await server.drain();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  /** A new user, by the access token. */
  async register(person: object = PERSON): Promise<Tokens> {
    const response = await this.ask('POST', '/auth/register', { body: person });
    return (await response.json()) as Tokens;
  }

  /** An access token of an administrator. */
  async administrator(): Promise<string> {
    const person = { email: 'admin@example.org', password: PERSON.password };
    await this.register(person);
    const key = (await readFile(join(this.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
    using client = await RpcClient.open(this.linePort);
    await client.response(client.send('session.authenticate', { key }));
    await client.call('users.setRole', { user: person.email, role: 'admin' });
    const response = await this.ask('POST', '/auth/login', { body: person });
    return ((await response.json()) as Tokens).accessToken;
  }

  ask(method: string, path: string, more: { body?: object; headers?: Record<string, string> } = {}) {
    const { body, headers } = more;
    return fetch(`${this.origin}${path}`, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(30_000),
    });
  }

  /** As the page asks, with the cookie that the browser keeps. */
  async asPage(path: string, body: object, cookie?: string) {
    const headers = { origin: this.origin, ...(cookie === undefined ? {} : { cookie }) };
    const response = await this.ask('POST', path, { body, headers });
    const text = await response.text();
    return {
      status: response.status,
      cookie: response.headers.get('set-cookie') ?? undefined,
      body: (text === '' ? {} : JSON.parse(text)) as Tokens & { error?: { code: string } },
    };
  }

  me(accessToken: string): Promise<Response> {
    return this.ask('GET', '/users/me', { headers: { authorization: `Bearer ${accessToken}` } });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
