/** What an operator sees of a server that runs: gauges, and the log of changes to its routes. */
import type { Limits } from '../shared/limits.ts';
import { HOUSE } from './chat/conversation-titles.ts';
import type { ExchangeStats } from './chat/pipeline.ts';
import type { ServerConfig } from './config/config.ts';
import type { DataDirectory } from './data-directory.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import type { OpenConnection } from './net/connection-services.ts';
import type { Log } from './observability/log.ts';
import type { ServerMetrics } from './observability/metrics.ts';
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
