/** A whole server in this process, on free ports, with real sockets. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { readServerConfig, type ServerConfig } from '../../server/config/config.ts';
import { openDataDirectory } from '../../server/data-directory.ts';
import { createCompanion } from '../../server/companion/index.ts';
import type { Companion } from '../../server/models/offline.ts';
import type { Log } from '../../server/observability/log.ts';
import { routeSettings } from '../../server/route-settings.ts';
import { createRoutes } from '../../server/models/create-routes.ts';
import { PriceTable } from '../../server/credits/price-table.ts';
import type { ModelClient } from '../../server/models/model-client.ts';
import type { RouteTable } from '../../server/models/route-table.ts';
import { routesTo } from '../../server/models/route.fixture.ts';
import { startServer, type HiloServer } from '../../server/server.ts';

export interface TestServerOptions {
  /** Settings over those of the test. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly descriptorLimit?: number;
  /** Instead of the sequence in the store. */
  readonly nextSession?: () => number;
  /** Instead of the ones that the settings ask for. */
  readonly providers?: readonly ModelClient[] | undefined;
}

const TEST_ENVIRONMENT = {
  APP_PORT: '0',
  APP_PROXY_PORT: '0',
  METRICS_PORT: '0',
  LLM_PROVIDER: 'offline',
  COMPANION_DELAY_MS: '0',
  // Tests of credits set prices of their own.
  MODEL_PRICES: '{"*":{"input":0,"output":0}}',
};

/** It remembers nothing of those it answers, so every server of a test file can have the same one. */
class SharedCompanion implements Companion {
  #companion: Companion | undefined;

  prepare(): Companion {
    return (this.#companion ??= createCompanion());
  }

  reply(input: Parameters<Companion['reply']>[0]): string {
    return this.prepare().reply(input);
  }
}

/** Its patterns take longer to compile than the rest of a server takes to start, so it is made once. */
const COMPANION = new SharedCompanion();

/** To make such a key takes a fifth of the time in which a server starts. */
class SharedKey {
  #pem: string | undefined;

  async writeTo(dataDir: string): Promise<void> {
    this.#pem ??= generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    await mkdir(join(dataDir, 'keys'), { mode: 0o700 });
    await writeFile(join(dataDir, 'keys', 'jwt.key'), this.#pem, { mode: 0o600 });
  }
}

const ACCESS_KEY = new SharedKey();

export async function startTestServer(
  options: TestServerOptions = {},
): Promise<HiloServer & AsyncDisposable> {
  const ownFolder = options.environment?.['DATA_DIR'] === undefined ? await temporaryFolder() : undefined;
  const dataDir = ownFolder === undefined ? {} : { DATA_DIR: ownFolder };
  const config = readServerConfig({ ...TEST_ENVIRONMENT, ...dataDir, ...options.environment });
  const clock = options.clock ?? systemClock;
  const log = options.log ?? pino({ level: 'silent' });
  const data = await openDataDirectory(config, { clock, log, randomBytes });
  const server = await startServer(config, {
    clock,
    random: () => 0.5,
    log,
    routes: options.providers
      ? routesOf(options.providers, config, clock)
      : await startedRoutes(config, clock),
    data: { ...data, nextSession: options.nextSession ?? data.nextSession },
    descriptorLimit: options.descriptorLimit ?? 20_000,
    checkOutput: true,
  });
  const drain = async () => {
    await server.drain();
    if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
  };
  return { ...server, drain, [Symbol.asyncDispose]: drain };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-test-'));
  await ACCESS_KEY.writeTo(folder);
  return folder;
}

/** What the test answers with, on the terms of the settings. */
export function routesOf(clients: readonly ModelClient[], config: ServerConfig, clock: Clock): RouteTable {
  const { limits, MODEL_PRICES } = config;
  const prices = new PriceTable(MODEL_PRICES);
  return routesTo(clients, {
    clock,
    slots: limits.maxInFlight,
    maxRetries: config.LLM_MAX_RETRIES,
    backoffInitialMs: config.LLM_BACKOFF_INITIAL_MS,
    maxOutputTokens: limits.llmOutputTokens,
    inputTokens: limits.llmInputTokens,
    timeouts: {
      firstTokenMs: limits.llmFirstTokenSeconds * 1_000,
      betweenTokensMs: limits.llmBetweenTokensSeconds * 1_000,
      answerMs: limits.llmAnswerSeconds * 1_000,
    },
    priceOf: (model) => prices.of(model),
    others: ['other-model'],
  });
}

async function startedRoutes(config: ServerConfig, clock: Clock) {
  const { helplines } = config;
  const companion = helplines === undefined ? COMPANION : createCompanion({ helplines });
  // Otherwise the first line that it answers would take all that time.
  if (config.LLM_PROVIDER === 'offline') COMPANION.prepare();
  const routes = createRoutes(routeSettings(config), { clock, random: () => 0.5, companion });
  await routes.start();
  return routes;
}
