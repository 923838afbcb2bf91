/** The page as it is in earnest: served by the gateway, answered by the server, with a stub for the model. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStub, type StubLlm } from '../../../loadtest/stub-llm.ts';
import { freePort, Process } from '../../support/processes.ts';

export const REAL = {
  model: 'stub',
  /** Few and soon over, so that a test can wait for the end of the limit. */
  messagesMax: 3,
  windowSeconds: 6,
  /** Enough for short messages, not for two long ones. */
  credits: 4_000,
} as const;

interface Ports {
  readonly server: number;
  /** For the gateway. */
  readonly proxied: number;
  readonly gateway: number;
}

type Settings = Readonly<Record<string, string>>;

export class RealStack {
  readonly stub: StubLlm;
  readonly dataDir: string;
  readonly #ports: Ports;
  readonly #settings: Settings;
  #server: Process | undefined;
  #gateway: Process | undefined;

  private constructor(stub: StubLlm, dataDir: string, ports: Ports, settings: Settings) {
    this.#settings = settings;
    this.stub = stub;
    this.dataDir = dataDir;
    this.#ports = ports;
  }

  /** `settings` of the server that differ from those in `REAL`; some follow from the address of the page. */
  static async start(given: Settings | ((url: string) => Promise<Settings>) = {}): Promise<RealStack> {
    const stub = await startStub({ models: [REAL.model] });
    const dataDir = await mkdtemp(join(tmpdir(), 'hilo-page-real-'));
    const ports = { server: await freePort(), proxied: await freePort(), gateway: await freePort() };
    const settings = typeof given === 'function' ? await given(`http://127.0.0.1:${ports.gateway}`) : given;
    const stack = new RealStack(stub, dataDir, ports, settings);
    const starts = await Promise.allSettled([stack.startServer(), stack.startGateway()]);
    const failed = starts.find((start) => start.status === 'rejected');
    if (!failed) return stack;
    await stack.stop();
    throw failed.reason;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.gateway}/`;
  }

  /** For lines of text, as `nc` sends them. */
  get textPort(): number {
    return this.#ports.server;
  }

  async startServer(): Promise<void> {
    this.#server = await Process.start('server/main.ts', {
      APP_PORT: String(this.#ports.server),
      APP_PROXY_PORT: String(this.#ports.proxied),
      METRICS_PORT: '0',
      DATA_DIR: this.dataDir,
      LLM_PROVIDER: 'ollama',
      OLLAMA_HOST: this.stub.url,
      OLLAMA_MODEL: REAL.model,
      RATE_MAX_MESSAGES: String(REAL.messagesMax),
      RATE_WINDOW_SECONDS: String(REAL.windowSeconds),
      ANONYMOUS_CREDITS: String(REAL.credits),
      ANONYMOUS_CREDITS_PER_ADDRESS: '1000000',
      ...this.#settings,
    });
  }

  async startGateway(): Promise<void> {
    this.#gateway = await Process.start('gateway/main.ts', {
      WS_PORT: String(this.#ports.gateway),
      TCP_PORT: String(this.#ports.proxied),
      GATEWAY_DRAIN_SECONDS: '0',
    });
  }

  /** As a power cut would. */
  async killServer(): Promise<void> {
    await this.#server?.exit('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]();
    await this.#server?.[Symbol.asyncDispose]();
    await this.stub.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
