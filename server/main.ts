/** The server process: configuration, dependencies, listen, signals. */
import { randomBytes } from 'node:crypto';
import { EXIT_FAILED, EXIT_SETTINGS } from '../shared/exit-codes.ts';
import { EnvironmentError } from '../shared/environment.ts';
import { loadEnvironmentFile } from '../shared/environment-file.ts';
import { misspeltSettings } from '../shared/misspelt.ts';
import { FOREIGN_VARIABLES, GATEWAY_ONLY } from '../shared/process-settings.ts';
import { systemClock } from '../shared/clock.ts';
import { openDataDirectory } from './data-directory.ts';
import { readServerConfig, SERVER_VARIABLES, type ServerConfig } from './config/config.ts';
import { descriptorLimit } from '../shared/descriptor-limit.ts';
import { routeSettings } from './route-settings.ts';
import { createCompanion } from './companion/index.ts';
import { createRoutes } from './models/create-routes.ts';
import { proxySettings } from './models/proxy.ts';
import { createLog } from './observability/log.ts';
import { pooledRandomBytes } from './support/random-pool.ts';
import { openReports } from './telemetry-services.ts';
import { startServer, type HiloServer } from './server.ts';

const KNOWN_VARIABLES = [...SERVER_VARIABLES, ...GATEWAY_ONLY];
const CANNOT_START = { en: 'The server cannot start', es: 'El servidor no puede arrancar' } as const;

const config = readConfiguration();
const reports = await openReports(config, systemClock);
const log = createLog({
  level: config.LOG_LEVEL,
  name: 'server',
  isTerminal: process.stdout.isTTY,
  reports,
});
for (const { name: variable, nearest } of misspeltSettings(
  Object.keys(process.env),
  KNOWN_VARIABLES,
  FOREIGN_VARIABLES,
)) {
  log.warn({ variable, nearest }, `${variable} is not a setting; is ${nearest} meant?`);
}
// Only the owner may read what is written under DATA_DIR.
process.umask(0o077);
/** Found missing by the first look at the model servers. */
const missingModels = new Set<string>();
const server = await start().catch(async (error: unknown) => {
  log.fatal({ err: error }, 'The server cannot start');
  process.stderr.write(`${CANNOT_START[config.HILO_LOCALE]}: ${reasonOf(error)}\n`);
  await reports?.flush();
  process.exit(EXIT_FAILED);
});
let isEnding = false;
process.on('SIGINT', () => end('SIGINT'));
process.on('SIGTERM', () => end('SIGTERM'));
// The parent died without a message: nobody else would end this process.
process.on('disconnect', () => end('disconnect'));

const { port, proxyPort, tlsPort, metricsPort, provider } = server;
const ready = {
  host: config.APP_HOST,
  port,
  proxyHost: config.APP_PROXY_HOST,
  proxyPort,
  ...(tlsPort !== undefined && { tlsHost: config.TLS_HOST, tlsPort }),
  metricsPort,
  provider,
  missingModels: [...missingModels],
};
log.info(ready, 'The server listens');
// Under `hilo up` the parent waits for this; without a parent there is nobody to notify.
process.send?.({ ready });

function end(cause: string): void {
  if (isEnding) process.exit(EXIT_FAILED);
  isEnding = true;
  log.info({ cause }, 'The server drains');
  server.drain().then(
    async () => {
      await reports?.flush();
      log.info('The server has ended');
      process.exit(0);
    },
    async (error: unknown) => {
      log.fatal({ err: error }, 'The server could not end in order');
      await reports?.flush();
      process.exit(EXIT_FAILED);
    },
  );
}

async function start(): Promise<HiloServer> {
  const data = await openDataDirectory(config, {
    clock: systemClock,
    log,
    randomBytes: pooledRandomBytes(randomBytes),
  });
  const routes = createRoutes(routeSettings(config), {
    clock: systemClock,
    random: Math.random,
    proxy: proxySettings(process.env),
    companion: createCompanion({ helplines: config.helplines }),
    onMissing({ id, model, upstream }, available) {
      missingModels.add(model);
      const facts = { route: id, upstream: upstream.id, available };
      log.warn(facts, `A model is missing: run ollama pull ${model}`);
    },
  });
  await routes.start();
  return startServer(config, {
    clock: systemClock,
    random: Math.random,
    log,
    routes,
    data,
    descriptorLimit: descriptorLimit(),
    checkOutput: process.env['NODE_ENV'] === 'test',
  });
}

/** One line for people; the log has the rest. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readConfiguration(): ServerConfig {
  try {
    loadEnvironmentFile('.env', process.env);
    return readServerConfig(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof EnvironmentError ? error.message : String(error)}\n`);
    process.exit(EXIT_SETTINGS);
  }
}
