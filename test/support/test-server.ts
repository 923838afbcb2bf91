/** A whole server in this process, on free ports, with real sockets. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { readServerConfig } from '../../server/config/config.ts';
import { openAccounting } from '../../server/credits/accounting.ts';
import { createProviders } from '../../server/models/create-providers.ts';
import { startServer, type HiloServer, type ServerDependencies } from '../../server/server.ts';

export interface TestServerOptions {
  /** Settings over those of the test. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly descriptorLimit?: number;
  /** Instead of the ones that the settings ask for. */
  readonly providers?: ServerDependencies['providers'];
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

export async function startTestServer(
  options: TestServerOptions = {},
): Promise<HiloServer & AsyncDisposable> {
  const ownFolder = options.environment?.['DATA_DIR'] === undefined ? await temporaryFolder() : undefined;
  const dataDir = ownFolder === undefined ? {} : { DATA_DIR: ownFolder };
  const config = readServerConfig({ ...TEST_ENVIRONMENT, ...dataDir, ...options.environment });
  const clock = options.clock ?? systemClock;
  const log = pino({ level: 'silent' });
  const accounting = await openAccounting(config, { clock, log, randomBytes });
  const server = await startServer(config, {
    clock,
    random: () => 0.5,
    log,
    providers: options.providers ?? (await startedProviders(config, clock)),
    accounting,
    descriptorLimit: options.descriptorLimit ?? 20_000,
    checkOutput: true,
  });
  const drain = async () => {
    await server.drain();
    if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
  };
  return { ...server, drain, [Symbol.asyncDispose]: drain };
}

function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'hilo-test-'));
}

async function startedProviders(config: Parameters<typeof createProviders>[0], clock: Clock) {
  const providers = createProviders(config, clock);
  await providers.start();
  return providers;
}
