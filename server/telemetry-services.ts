/** What an operator sees of a server that runs: gauges, the log of changes to its routes, and traces. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../shared/clock.ts';
import type { Limits } from '../shared/limits.ts';
import { HOUSE } from './chat/conversation-titles.ts';
import type { ExchangeStats } from './chat/pipeline.ts';
import type { ServerConfig } from './config/config.ts';
import { traceSettings } from './config/telemetry-settings.ts';
import type { DataDirectory } from './data-directory.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import type { OpenConnection } from './net/connection-services.ts';
import type { ErrorReports } from './observability/error-reports.ts';
import type { Log } from './observability/log.ts';
import type { ServerMetrics } from './observability/metrics.ts';
import type { Tracing } from './observability/tracing.ts';
import type { WitnessClient } from './witness/witness-client.ts';

export interface Watched {
  readonly config: ServerConfig;
  readonly limits: Limits;
  readonly metrics: ServerMetrics;
  readonly log: Log;
  readonly data: DataDirectory;
  readonly routes: RouteDirectory;
  readonly witness: WitnessClient;
  readonly connections: ReadonlySet<OpenConnection>;
  readonly sessions: { readonly size: number; readonly detachedCount: number };
  readonly exchange: { stats(): ExchangeStats };
}

export function watchServer(watched: Watched): void {
  const { config, limits, metrics, data, connections, sessions, exchange, witness } = watched;
  const hasTitles = config.TITLE_ROUTE !== undefined;
  metrics.watch({
    connections: () => connections.size,
    sessions: () => sessions.size,
    detachedSessions: () => sessions.detachedCount,
    queueDepth: () => exchange.stats().waiting,
    queueMax: limits.llmQueueMax,
    callsInFlight: () => exchange.stats().inFlight,
    outboxBytes: () => [...connections].reduce((sum, { outbox }) => sum + outbox.queuedBytes, 0),
    canAccount: data.isOpen,
    ledger: () => data.ledger.totals,
    dataDir: config.DATA_DIR,
    houseCredits: hasTitles ? async () => (await data.ledger.accounts.balances(HOUSE)).available : undefined,
    witnesses: () => witness.status(),
  });
  watchRoutes(watched);
}

function watchRoutes({ routes, metrics, log }: Watched): void {
  let known = routes.defaultRoute('admin').id;
  const knowRoutes = () => metrics.knowRoutes(routes.list('admin').map(({ id }) => id));
  knowRoutes();
  routes.onChange(() => {
    knowRoutes();
    const { id } = routes.defaultRoute('admin');
    if (id !== known) log.info({ route: id, before: known }, 'The default route has changed');
    known = id;
  });
  routes.onBreakerState(({ id }, state) => {
    metrics.breakerState(id, state);
    log.warn({ route: id, state }, 'The circuit breaker has changed');
  });
}

/** Undefined where no DSN is given: nothing of Sentry is loaded then. */
export async function openReports(
  { SENTRY_DSN: dsn }: ServerConfig,
  clock: Clock,
): Promise<ErrorReports | undefined> {
  if (dsn === undefined) return undefined;
  const { SentryReports } = await import('./observability/sentry/sentry-reports.ts');
  const root = fileURLToPath(new URL('..', import.meta.url));
  const newId = () => randomUUID().replaceAll('-', '');
  return new SentryReports({ dsn, version: await versionOf(), clock, root, newId });
}

interface Traced {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<ServerMetrics, 'spans'>;
}

/** Undefined where no collector is named: nothing of OpenTelemetry is loaded then. */
export async function openTracing({ config, clock, log, metrics }: Traced): Promise<Tracing | undefined> {
  const settings = traceSettings(config);
  if (!settings) return undefined;
  const { OtelTracing } = await import('./observability/otel/otel-tracing.ts');
  let isWell = true;
  return new OtelTracing({
    settings,
    version: await versionOf(),
    clock,
    onBatch(spans, error) {
      metrics.spans(spans, error ? 'failed' : 'exported');
      if (error && isWell) log.warn({ reason: error.name }, 'The collector does not take traces');
      if (!error && !isWell) log.info('The collector takes traces again');
      isWell = !error;
    },
  });
}

async function versionOf(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
