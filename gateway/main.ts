/** The gateway: config → dependencies → listen → signals. Also a program: `node gateway/main.ts`. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { EXIT_FAILED, EXIT_SETTINGS } from '../shared/exit-codes.ts';
import { systemClock, type Clock } from '../shared/clock.ts';
import { EnvironmentError } from '../shared/environment.ts';
import { loadEnvironmentFile } from '../shared/environment-file.ts';
import type { Operation } from '../shared/define-operation.ts';
import { LIMITS } from '../shared/limits.ts';
import { OPERATION_LIST } from '../shared/operations/index.ts';
import { Bridges } from './bridges.ts';
import { readGatewayConfig, type GatewayConfig } from './config.ts';
import { descriptorLimit } from '../shared/descriptor-limit.ts';
import { createHttp, type Http, type HttpOptions } from './http/app.ts';
import { openHttps, type HttpsListener, type ListenAddress } from './https.ts';
import { openPool } from './http/open-pool.ts';
import type { ServerPool } from './http/server-pool.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { createLog } from './log.ts';
import { createMetrics, GatewayCounts } from './metrics.ts';
import { originRules, type OriginRulesFor } from './own-names.ts';
import { createReadiness } from './readiness.ts';
import { createUpgradeListener } from './upgrade.ts';
import type { ServerAddress } from './upstream.ts';

/** Of all descriptors, at most one in so many is a connection to the server for an HTTP request. */
const POOL_SHARE = 8;

export interface GatewayDependencies {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly log: Logger;
  readonly pageDirectory: string;
  /** Their addresses make the HTTP API. */
  readonly operations: readonly Operation[];
  /** How many descriptors the process may have open. */
  readonly descriptorLimit: number;
}

export interface Gateway {
  readonly address: ListenAddress;
  /** Undefined without HTTPS. */
  readonly httpsAddress: ListenAddress | undefined;
  /** Refuses what is new and ends all bridges with 1012, spread over `GATEWAY_DRAIN_SECONDS`. */
  drain(): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** Resolves when it listens. Rejects when it cannot listen on the address. */
export async function startGateway(
  config: GatewayConfig,
  dependencies: GatewayDependencies,
): Promise<Gateway> {
  const { clock, random, log } = dependencies;
  const counts = new GatewayCounts();
  const server = serverOf(config);
  const bridges = new Bridges({ server, clock, random, counts });
  const pool = openPool(server, {
    clock,
    connectionsMax: Math.floor(dependencies.descriptorLimit / POOL_SHARE),
    addressRequestsMax: config.LIMIT_ADDRESS_REQUESTS_MAX,
    isExempt: (address) => config.ADDRESS_LIMIT_EXEMPT.has(address),
  });
  const metrics = createMetrics({
    counts,
    connections: () => bridges.size,
    backlogBytes: () => bridges.backlogBytes,
    pool,
  });
  let isDraining = false;
  const https = openHttps(config, { clock, log, counts, registry: metrics.registry });
  const rules = originRules(config, hostname(), (host) => https?.covers(host) === true);
  const parts = { counts, server, pool, registry: metrics.registry, rules, isDraining: () => isDraining };
  const { app, connections } = await createHttp(httpOptions(config, dependencies, parts));
  const connectionsMax = Math.min(config.CONNECTIONS_MAX, connectionsFor(dependencies.descriptorLimit));
  const { httpConnectionsMax, exemptConnectionsReserve } = GATEWAY_LIMITS;
  app.server.maxConnections = connectionsMax + httpConnectionsMax + exemptConnectionsReserve;
  const upgrade = createUpgradeListener({
    config,
    connectionsMax,
    bridges,
    connections,
    originRules: rules,
    counts,
    isDraining: () => isDraining,
  });
  app.server.on('upgrade', upgrade);
  const close = async (): Promise<void> => {
    isDraining = true;
    https?.close();
    bridges.close();
    pool.close();
    metrics.close();
    await app.close();
  };
  const addresses = await listen(config, app, https).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const place = { host: server.host, port: server.port, tls: server.tls !== undefined };
  log.info({ connectionsMax, server: place, ...addresses }, 'Forwarding lines to the server');
  return {
    ...addresses,
    async drain() {
      isDraining = true;
      log.info({ connections: bridges.size }, 'Draining');
      await bridges.drain(config.GATEWAY_DRAIN_SECONDS * 1_000);
    },
    close,
  };
}

async function listen(
  config: GatewayConfig,
  app: Http['app'],
  https: HttpsListener | undefined,
): Promise<Pick<Gateway, 'address' | 'httpsAddress'>> {
  const { GATEWAY_HOST: host, WS_PORT: port } = config;
  await app.listen({ host, port, listenTextResolver: (address) => `The page is at ${address}` });
  const httpsAddress = await https?.listen(app.server);
  return { address: { host, port: (app.server.address() as AddressInfo).port }, httpsAddress };
}

interface Parts {
  readonly counts: GatewayCounts;
  readonly server: ServerAddress;
  readonly pool: ServerPool;
  readonly registry: HttpOptions['registry'];
  readonly rules: OriginRulesFor;
  readonly isDraining: () => boolean;
}

function httpOptions(
  config: GatewayConfig,
  { clock, log, pageDirectory, operations }: GatewayDependencies,
  { counts: { answers }, server, pool, registry, rules, isDraining }: Parts,
): HttpOptions {
  const { ADDRESS_LIMIT_EXEMPT, ALLOWED_ORIGINS, HILO_LOCALE, TRUSTED_PROXIES } = config;
  return {
    log,
    locale: HILO_LOCALE,
    pageDirectory,
    registry,
    handshakeMs: config.GATEWAY_HANDSHAKE_SECONDS * 1_000,
    addressRequestsMax: config.LIMIT_ADDRESS_REQUESTS_MAX,
    isDraining,
    readiness: createReadiness(server, clock),
    clock,
    isExempt: (address) => ADDRESS_LIMIT_EXEMPT.has(address) || TRUSTED_PROXIES.has(address),
    hstsSeconds: config.HSTS_SECONDS,
    api: {
      operations,
      pool,
      clock,
      locale: HILO_LOCALE,
      trustedProxies: TRUSTED_PROXIES,
      allowedOrigins: ALLOWED_ORIGINS,
      originRules: rules,
      newId: randomUUID,
      onAnswered: (status) => void answers.set(status, (answers.get(status) ?? 0) + 1),
      isDraining,
    },
  };
}

/** Where the server is, and how its certificate is checked. */
function serverOf(config: GatewayConfig): ServerAddress {
  const { TCP_HOST: host, TCP_PORT: port, TCP_TLS: isEncrypted, TCP_TLS_NAME: name = host } = config;
  return { host, port, tls: isEncrypted ? { name, trusted: config.serverCertificates } : undefined };
}

/** A bridge holds two descriptors. */
function connectionsFor(descriptors: number): number {
  return Math.max(1, Math.floor((descriptors - LIMITS.descriptorsReserved) / 2));
}

async function main(): Promise<void> {
  loadEnvironmentFile('.env', process.env);
  const config = readGatewayConfig(process.env);
  const log = await createLog(config.LOG_LEVEL, process.stdout);
  const gateway = await startGateway(config, {
    clock: systemClock,
    random: Math.random,
    log,
    operations: OPERATION_LIST,
    pageDirectory: fileURLToPath(new URL('../web/dist', import.meta.url)),
    descriptorLimit: descriptorLimit(),
  });
  stopOnSignals(gateway, log);
  // Under `hilo up` the parent waits for this message.
  process.send?.({ ready: { ...gateway.address, https: gateway.httpsAddress } });
}

/** The first signal drains, the second ends at once. */
function stopOnSignals(gateway: Gateway, log: Logger): void {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) process.exit(1);
    isStopping = true;
    await gateway.drain();
    await gateway.close();
    log.info('Stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  // The parent has died without a signal: nothing else would end this process.
  process.on('disconnect', () => void stop());
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    const text = error instanceof EnvironmentError ? error.message : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = error instanceof EnvironmentError ? EXIT_SETTINGS : EXIT_FAILED;
  });
}
