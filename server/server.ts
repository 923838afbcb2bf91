/** The composition of a server: configuration and clock in, a listening server out. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../shared/clock.ts';
import { AddressAdmission } from './net/admission.ts';
import type { ServerConfig } from './config/config.ts';
import type { Limits } from '../shared/limits.ts';
import type { Accounting } from './credits/accounting.ts';
import { createDispatch, type Dispatch, type DispatchObserver } from './operations/dispatch.ts';
import { EXCHANGE_LIMITS } from './chat/limits.ts';
import { createExchange } from './chat/pipeline.ts';
import { SendOnce } from './chat/send-once.ts';
import { LocalUpstreamSlots } from './rationing/local-upstream-slots.ts';
import { SlidingRateWindow } from './rationing/sliding-rate-window.ts';
import { systemPrompt } from './chat/system-prompt.ts';
import type { SendResult } from './operations/handlers/chat.ts';
import { createHandlers } from './operations/handlers/index.ts';
import { Listener } from './net/listener.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import { logExchanges } from './observability/exchange-log.ts';
import type { ExchangeRecord } from './observability/exchange-record.ts';
import type { Log } from './observability/log.ts';
import { serveMetrics, ServerMetrics } from './observability/metrics.ts';
import { Publisher } from './observability/publisher.ts';
import { FlushScheduler } from './protocol/outbox.ts';
import { SessionRegistry } from './protocol/session-registry.ts';
import { Session } from './protocol/session.ts';
import { createWitnessClient } from './witness/witness-client.ts';

export interface ServerDependencies {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Started already; closed by `drain`. */
  readonly routes: RouteDirectory;
  /** Closed by `drain`. */
  readonly accounting: Accounting;
  readonly descriptorLimit: number;
  /** Check what handlers return; for tests. */
  readonly checkOutput: boolean;
}

export interface HiloServer {
  readonly port: number;
  readonly proxyPort: number;
  readonly metricsPort: number;
  readonly provider: string;
  /** Ends in order: what runs is finished, up to the drain limit. Resolves when everything is closed. */
  drain(): Promise<void>;
}

export async function startServer(
  config: ServerConfig,
  dependencies: ServerDependencies,
): Promise<HiloServer> {
  const { routes, accounting, clock, log, random } = dependencies;
  const newest = () => accounting.ledger.head;
  const state: State = { isDraining: false, checkpoint: newest };
  const { exchange, listener, metrics } = compose(config, dependencies, state);
  const witness = await createWitnessClient({
    ledger: accounting.ledger,
    witnesses: config.WITNESSES,
    dataDir: config.DATA_DIR,
    clock,
    log,
    random,
    metrics: metrics.witness,
  });
  state.checkpoint = () => witness.checkpoint();
  const ports = await listener.listen();
  const metricsServer = await serveMetrics(metrics.registry, config.METRICS_HOST, config.METRICS_PORT);
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    state.isDraining = true;
    exchange.drain();
    await listener.drain();
    await routes.close();
    await witness.close();
    await accounting.close();
    metrics.close();
    metricsServer.close();
    metricsServer.closeAllConnections();
  }

  return {
    ...ports,
    metricsPort: (metricsServer.address() as AddressInfo).port,
    provider: routes.defaultRoute('anonymous').provider,
    drain: () => (draining ??= drain()),
  };
}

interface State {
  isDraining: boolean;
  /** The newest checkpoint with the most signatures of witnesses. */
  checkpoint: () => { size: number; note: string };
}

function compose(config: ServerConfig, dependencies: ServerDependencies, state: State) {
  const { clock, log, routes, accounting, checkOutput } = dependencies;
  const limits = withDescriptors(config.limits, dependencies);
  const registry = new SessionRegistry({ clock, randomBytes, limits });
  const metrics = new ServerMetrics({
    connections: () => listener.size,
    sessions: () => registry.size,
    detachedSessions: () => registry.detachedCount,
    queueDepth: () => exchange.stats().waiting,
    callsInFlight: () => exchange.stats().inFlight,
    outboxBytes: () => listener.outboxBytes,
    canAccount: accounting.isOpen,
    ledger: () => accounting.ledger.totals,
  });
  const records = exchangeRecords(metrics, log);
  const rateWindow = new SlidingRateWindow({
    clock,
    maxMessages: limits.messagesPerWindow,
    windowMs: limits.windowSeconds * 1_000,
  });
  const exchange = createExchange({
    clock,
    routes,
    rateWindow,
    meter: accounting.meter,
    systemPrompt: systemPrompt(config.systemPrompt),
    slots: new LocalUpstreamSlots({ clock, queueMax: limits.llmQueueMax }),
    inputTokenBudget: limits.llmInputTokens,
    onEnded: (record) => records.publish(record),
  });
  const readState = () => ({
    connections: listener.size,
    sessions: registry.size,
    ...exchange.stats(),
    maxInFlight: limits.maxInFlight,
    provider: routes.defaultRoute('anonymous').provider,
    draining: state.isDraining,
    accepting: !state.isDraining && accounting.isOpen(),
  });
  const handlers = createHandlers({
    clock,
    registry,
    exchange,
    sends: createSends(limits),
    generationsMax: limits.generationsMax,
    onSaid: config.LOG_CONTENT ? contentLog(log) : undefined,
    accounting,
    checkpoint: () => state.checkpoint(),
    routes,
    rate: {
      limit: limits.messagesPerWindow,
      windowSeconds: limits.windowSeconds,
      remaining: (owner) => rateWindow.remaining(owner),
    },
    state: { read: readState },
    onAuthFailed: (session) => log.warn({ session }, 'A key was refused'),
  });
  const observer = dispatchObserver(metrics, log);
  const { operationDeadlineMs } = limits;
  const dispatch = createDispatch({ handlers, clock, observer, operationDeadlineMs, checkOutput });
  const listener = createListener({ config, dependencies, limits, registry, dispatch, metrics });
  observeRoutes(routes, metrics, log);
  return { exchange, listener, metrics };
}

/** Everything that wants to know of exchanges. */
function exchangeRecords(metrics: ServerMetrics, log: Log): Publisher<ExchangeRecord> {
  const records = new Publisher<ExchangeRecord>((err) => log.error({ err }, 'A subscriber has failed'));
  records.subscribe(metrics.exchange);
  records.subscribe(logExchanges(log));
  return records;
}

function observeRoutes(routes: RouteDirectory, metrics: ServerMetrics, log: Log): void {
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

function createSends(limits: Limits): SendOnce<SendResult> {
  return new SendOnce({
    runningMax: EXCHANGE_LIMITS.runningSendsMax,
    finishedMax: limits.rememberedSendsMax,
    finishedCharactersMax: EXCHANGE_LIMITS.rememberedSendsLengthMax,
  });
}

function contentLog(log: Log) {
  return (trace: string, prompt: string, answer: string) => log.info({ trace, prompt, answer }, 'Content');
}

function dispatchObserver(metrics: ServerMetrics, log: Log): DispatchObserver {
  return {
    finished: (name, key) => metrics.finished(name, key),
    failed: (operation, trace, err) => log.error({ operation, trace, err }, 'An operation failed'),
  };
}

interface ListenerParts {
  readonly config: ServerConfig;
  readonly dependencies: ServerDependencies;
  readonly limits: Limits;
  readonly registry: SessionRegistry;
  readonly dispatch: Dispatch;
  readonly metrics: ServerMetrics;
}

function createListener(parts: ListenerParts): Listener {
  const { config, limits, metrics, registry, dispatch } = parts;
  const { clock, log, random } = parts.dependencies;
  let sessions = 0;
  return new Listener({
    services: {
      limits,
      clock,
      flushes: new FlushScheduler(),
      registry,
      dispatch,
      addresses: new AddressAdmission(limits, (address) => config.ADDRESS_LIMIT_EXEMPT.has(address)),
      observer: { refused: (key) => metrics.refused(key) },
      newSession: () => new Session(++sessions, registry.epoch, config.HILO_LOCALE, limits),
      onTalking: (connection, face) => {
        metrics.opened(face);
        log.debug({ session: connection.session.name, face }, 'Connection opened');
      },
    },
    host: config.APP_HOST,
    port: config.APP_PORT,
    proxyHost: config.APP_PROXY_HOST,
    proxyPort: config.APP_PROXY_PORT,
    demandsProxyHeader: (address) => config.PROXY_PROTOCOL_FROM.has(address),
    random,
    onDropped: (reason) => metrics.closed(reason),
    onClosed: (connection, reason, durationMs) => {
      metrics.closed(reason);
      const session = connection.session.name;
      log.debug({ session, reason, durationMs: Math.round(durationMs) }, 'Connection closed');
    },
  });
}

/** No more connections than there are descriptors for, with some to spare. */
function withDescriptors(limits: Limits, { descriptorLimit, log }: ServerDependencies): Limits {
  const most = Math.max(1, descriptorLimit - limits.descriptorsReserved - limits.refusalReserve);
  if (limits.connectionsMax <= most) return limits;
  log.debug({ connectionsMax: most, descriptorLimit }, 'The descriptor limit bounds the connections');
  return { ...limits, connectionsMax: most };
}
