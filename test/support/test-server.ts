/** A whole server in this process, on free ports, with real sockets. */
import { pino } from 'pino';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { readServerConfig } from '../../server/config.ts';
import { createProviders } from '../../server/llm/create-providers.ts';
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
};

export async function startTestServer(
  options: TestServerOptions = {},
): Promise<HiloServer & AsyncDisposable> {
  const config = readServerConfig({ ...TEST_ENVIRONMENT, ...options.environment });
  const clock = options.clock ?? systemClock;
  const server = await startServer(config, {
    clock,
    random: () => 0.5,
    log: pino({ level: 'silent' }),
    providers: options.providers ?? (await startedProviders(config, clock)),
    descriptorLimit: options.descriptorLimit ?? 20_000,
    checkOutput: true,
  });
  return { ...server, [Symbol.asyncDispose]: () => server.drain() };
}

async function startedProviders(config: Parameters<typeof createProviders>[0], clock: Clock) {
  const providers = createProviders(config, clock);
  await providers.start();
  return providers;
}
