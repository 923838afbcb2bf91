/** A whole server in this process, on free ports, with real sockets. */
import { pino } from 'pino';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { readServerConfig } from '../../server/config.ts';
import { startServer, type HiloServer } from '../../server/server.ts';

export interface TestServerOptions {
  /** Settings over those of the test. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly descriptorLimit?: number;
}

const TEST_ENVIRONMENT = {
  APP_PORT: '0',
  APP_PROXY_PORT: '0',
  METRICS_PORT: '0',
  LLM_PROVIDER: 'offline',
  COMPANION_DELAY_MS: '0',
};

export async function startTestServer(options: TestServerOptions = {}): Promise<HiloServer & AsyncDisposable> {
  const config = readServerConfig({ ...TEST_ENVIRONMENT, ...options.environment });
  const server = await startServer(config, {
    clock: options.clock ?? systemClock,
    random: () => 0.5,
    log: pino({ level: 'silent' }),
    descriptorLimit: options.descriptorLimit ?? 20_000,
    checkOutput: true,
  });
  return { ...server, [Symbol.asyncDispose]: () => server.drain() };
}
