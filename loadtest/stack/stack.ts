/**
 * A whole Hilo for one run: stub model, server and gateway as child processes on free ports, data in a
 * temporary place.
 */
import { freePort } from '../../shared/free-port.ts';
import { GATEWAY_NODE_FLAGS } from '../../shared/process-settings.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Targets } from '../client/create-client.ts';
import { accepts, answersHttp, Child } from './child.ts';

const HOST = '127.0.0.1';
const ROOT = join(import.meta.dirname, '../..');

export interface StackOptions {
  /** Arguments of the stub model; without them there is none, and the companion answers at once. */
  readonly stub?: readonly string[] | undefined;
  /** The protocol in which the stub is asked; Ollama's when left out. */
  readonly protocol?: 'ollama' | 'openai';
  /** Beside the usual; for the server and the gateway. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of node for the server and the gateway, such as those of its profiler. */
  readonly nodeOptions?: readonly string[];
  readonly gateway?: boolean;
  /** Instead of server/main.ts; it takes the same settings. */
  readonly serverFile?: string;
}

export interface Stack {
  readonly targets: Targets;
  readonly server: Child;
  readonly gateway: Child | undefined;
  /** The stub's URL. */
  readonly stubUrl: string | undefined;
  stop(): Promise<void>;
}

/** Nothing that is measured here is the rate of one person. */
const UNLIMITED = {
  RATE_MAX_MESSAGES: '1000000',
  RATE_WINDOW_SECONDS: '1',
  CONNECTIONS_MAX: '19000',
  ADDRESS_LIMIT_EXEMPT: '127.0.0.0/8,::1',
  SESSION_GENERATIONS_MAX: '16',
  MAX_IN_FLIGHT: '64',
  LLM_QUEUE_MAX: '20000',
  ANONYMOUS_CREDITS: '1000000000',
  LOG_LEVEL: 'warn',
  HILO_LOCALE: 'en',
} as const;

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started: Child[] = [];
  const dataDirectory = await mkdtemp(join(tmpdir(), 'hilo-loadtest-'));
  const stop = async () => {
    for (const child of started.toReversed()) await child.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  };
  try {
    return await start(options, dataDirectory, started, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: StackOptions,
  dataDirectory: string,
  started: Child[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const ports = {
    server: await freePort(),
    proxied: await freePort(),
    gateway: await freePort(),
    metrics: await freePort(),
  };
  const run = async (name: string, args: readonly string[], environment: Record<string, string>) => {
    const child = new Child({ name, args, environment, directory: dataDirectory });
    started.push(child);
    return child;
  };
  const stubUrl = options.stub ? await startStub(options.stub, run) : undefined;
  const environment = {
    ...UNLIMITED,
    ...modelSettings(stubUrl, options.protocol),
    APP_HOST: HOST,
    APP_PORT: String(ports.server),
    APP_PROXY_PORT: String(ports.proxied),
    TCP_HOST: HOST,
    TCP_PORT: String(ports.proxied),
    GATEWAY_HOST: HOST,
    WS_PORT: String(ports.gateway),
    METRICS_PORT: String(ports.metrics),
    DATA_DIR: dataDirectory,
    ...options.environment,
  };
  const node = options.nodeOptions ?? [];
  const server = await run(
    'server',
    [...node, options.serverFile ?? join(ROOT, 'server/main.ts')],
    environment,
  );
  await server.ready(() => accepts(ports.server));
  let gateway: Child | undefined;
  if (options.gateway !== false) {
    gateway = await run(
      'gateway',
      [...node, ...GATEWAY_NODE_FLAGS, join(ROOT, 'gateway/main.ts')],
      environment,
    );
    await gateway.ready(() => answersHttp(`http://${HOST}:${ports.gateway}/readyz`));
  }
  const targets = {
    server: { host: HOST, port: ports.server },
    gateway: { host: HOST, port: ports.gateway },
    serverMetrics: { host: HOST, port: ports.metrics },
  };
  return { targets, server, gateway, stubUrl, stop };
}

async function startStub(
  args: readonly string[],
  run: (name: string, args: readonly string[], environment: Record<string, string>) => Promise<Child>,
): Promise<string> {
  const port = await freePort();
  const file = join(ROOT, 'loadtest/stub-llm.ts');
  const stub = await run('stub model', [file, '--port', String(port), '--quiet', ...args], {});
  await stub.ready(() => accepts(port));
  return `http://${HOST}:${port}`;
}

function modelSettings(
  stubUrl: string | undefined,
  protocol: StackOptions['protocol'],
): Record<string, string> {
  if (!stubUrl) return { LLM_PROVIDER: 'offline', COMPANION_DELAY_MS: '0' };
  if (protocol === 'openai') {
    return { LLM_PROVIDER: 'openai', OPENAI_BASE_URL: `${stubUrl}/v1`, OPENAI_MODEL: 'stub' };
  }
  return { LLM_PROVIDER: 'ollama', OLLAMA_HOST: stubUrl, OLLAMA_MODEL: 'stub' };
}
