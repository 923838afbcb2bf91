/** The composition of a server: configuration and clock in, a listening server out. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../shared/clock.ts';
import type { Limits } from '../shared/limits.ts';
import { openAlerts } from './alert-services.ts';
import { EXCHANGE_LIMITS } from './chat/limits.ts';
import { PersonalLimit } from './chat/personal-limit.ts';
import { createExchange, type ExchangePipeline } from './chat/pipeline.ts';
import { SendOnce } from './chat/send-once.ts';
import { systemPrompt } from './chat/system-prompt.ts';
import type { ServerConfig } from './config/config.ts';
import { LedgerAnsweredSends } from './credits/answered-sends.ts';
import { LedgerReceipts } from './credits/receipts.ts';
import { LedgerWallets } from './credits/wallets.ts';
import { LocalConversationHub, type ConversationHub } from './conversations/conversation-hub.ts';
import { conversationServices, conversationTitles, forgetErased, ownerOf } from './conversation-services.ts';
import type { DataDirectory } from './data-directory.ts';
import { openJobs, stoppingJobs, type JobServicesOpened } from './job-services.ts';
import { CredentialsResolver, type Credentials } from './identity/principal.ts';
import { openListener } from './open-listener.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import type { OpenConnection } from './net/connection-services.ts';
import { withDescriptors } from './net/descriptors.ts';
import { logExchanges } from './observability/exchange-log.ts';
import type { ExchangeRecord } from './observability/exchange-record.ts';
import type { Log } from './observability/log.ts';
import { serveMetrics, ServerMetrics } from './observability/metrics.ts';
import type { Tracing } from './observability/tracing.ts';
import { Publisher } from './observability/publisher.ts';
import { createDispatch, type Dispatch } from './operations/dispatch.ts';
import type { SendResult } from './operations/handlers/turns.ts';
import { createPreconditions } from './operations/handlers/preconditions.ts';
import { createHandlers, type Services } from './operations/handlers/index.ts';
import { idOfUserOwner, isUserOwner } from './identity/user.ts';
import { eraseUser } from './operations/handlers/users.ts';
import { Payers } from './operations/payers.ts';
import { PolicyWatch } from './operations/policy-watch.ts';
import { RunningExchanges } from './chat/running-exchanges.ts';
import { SessionRegistry } from './protocol/session-registry.ts';
import type { ConversationTitles } from './chat/conversation-titles.ts';
import type { UpstreamSlots } from './rationing/model-slots.ts';
import { LocalUpstreamSlots } from './rationing/local-upstream-slots.ts';
import { summaryServices } from './summary-services.ts';
import { openTracing, watchServer } from './telemetry-services.ts';
import { messagesOf } from './rationing/messages-of.ts';
import { SlidingRateWindow } from './rationing/sliding-rate-window.ts';
import { openUsage, type UsageServices } from './usage-services.ts';
import { createWitnessClient, type WitnessClient } from './witness/witness-client.ts';

export interface ServerDependencies {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Started already; closed by `drain`. */
  readonly routes: RouteDirectory;
  /** Closed by `drain`. */
  readonly data: DataDirectory;
  readonly descriptorLimit: number;
  /** Check what handlers return; for tests. */
  readonly checkOutput: boolean;
}

export interface HiloServer {
  readonly port: number;
  readonly proxyPort: number;
  /** Undefined when TLS is not spoken to people. */
  readonly tlsPort: number | undefined;
  readonly metricsPort: number;
  readonly provider: string;
  /**
   * Shuts down gracefully: exchanges under way are finished, up to the drain limit. Resolves when everything
   * is closed.
   */
  drain(): Promise<void>;
}

export async function startServer(
  config: ServerConfig,
  dependencies: ServerDependencies,
): Promise<HiloServer> {
  const { routes, data } = dependencies;
  const limits = withDescriptors(config.limits, dependencies);
  const metrics = new ServerMetrics();
  const usage = await openUsage({ ...dependencies, config });
  const tracing = await openTracing({ config, metrics, ...dependencies });
  const core: Core = { config, dependencies, limits, metrics, usage, tracing, connections: new Set() };
  const witness = await openWitness(core);
  const running = new RunningExchanges();
  const exchange = openExchange(core, running);
  const { data: money } = dependencies;
  const payers = new Payers({ ...money, routes, serverBudget: () => money.serverBudget.current });
  const registry = new SessionRegistry({ clock: dependencies.clock, randomBytes, limits });
  const { principals, hub, ownerOf } = openHub(core);
  const summaries = summaryServices(data, config, dependencies.clock);
  const { uploads, files } = data;
  const sources = { ...summaries, uploads, requests: files.requests };
  const jobs = await openJobs({ ...dependencies, config, limits, exchange, sources, ownerOf, payers });
  const titles = openTitles(core, exchange, hub);
  const parts = { exchange, registry, witness, hub, titles, summaries, jobs, payers };
  const services = handlerServices(core, parts);
  watchPolicies(core, { running, payers });
  const dispatch = openDispatch(core, services, principals);
  const listener = openListener({ ...core, ...dependencies, registry, dispatch, principals, exchange });
  watchServer({ ...core, ...dependencies, sessions: registry, exchange, witness });
  const alerts = openAlerts({ ...dependencies, config, witness });
  void finishErasures(core, services);
  await jobs.start();
  const ports = await listener.listen();
  const metricsServer = await serveMetrics(metrics.registry, config.METRICS_HOST, config.METRICS_PORT);
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    titles?.close();
    exchange.drain();
    await Promise.all([jobs.close(), listener.drain()]);
    await alerts?.close();
    await routes.close();
    await witness.close();
    await Promise.all([data.close(), tracing?.close()]);
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

/** What everything else is made from. */
interface Core {
  readonly config: ServerConfig;
  readonly dependencies: ServerDependencies;
  readonly limits: Limits;
  readonly metrics: ServerMetrics;
  readonly usage: UsageServices;
  readonly tracing: Tracing | undefined;
  /** Connections that are open; the listener adds and removes them. */
  readonly connections: Set<OpenConnection>;
}

function openWitness({ config, dependencies, metrics }: Core): Promise<WitnessClient> {
  const { data, clock, log, random } = dependencies;
  return createWitnessClient({
    ledger: data.ledger,
    witnesses: config.WITNESSES,
    dataDir: config.DATA_DIR,
    clock,
    log,
    random,
    metrics: metrics.witness,
  });
}

function openExchange(
  { config, dependencies, limits, metrics, usage, tracing }: Core,
  running: RunningExchanges,
): ExchangePipeline & { readonly rateWindow: SlidingRateWindow; readonly slots: UpstreamSlots } {
  const { clock, log, routes, data } = dependencies;
  const records = new Publisher<ExchangeRecord>((err) => log.error({ err }, 'A subscriber has failed'));
  records.subscribe(metrics.exchange);
  records.subscribe(logExchanges(log));
  if (tracing) records.subscribe((record) => tracing.exchangeEnded(record));
  records.subscribe(() => data.searchIndex.wake());
  records.subscribe((record) => usage.recorder.exchangeEnded(record));
  const rateWindow = new SlidingRateWindow({
    clock,
    maxMessagesOf: (owner) => messagesOf(limits, owner),
    windowMs: limits.windowSeconds * 1_000,
  });
  const slots = new LocalUpstreamSlots({ clock, queueMax: limits.llmQueueMax });
  const exchange = createExchange({
    clock,
    routes,
    rateWindow,
    meter: data.meter,
    systemPrompt: systemPrompt(config.systemPrompt),
    slots,
    inputTokenBudget: limits.llmInputTokens,
    running,
    onEnded: (record) => records.publish(record),
    tracing,
  });
  return Object.assign(exchange, { rateWindow, slots });
}

interface Parts {
  readonly exchange: ReturnType<typeof openExchange>;
  readonly registry: SessionRegistry;
  readonly witness: WitnessClient;
  readonly hub: ConversationHub;
  readonly titles: ConversationTitles | undefined;
  readonly summaries: ReturnType<typeof summaryServices>;
  readonly jobs: JobServicesOpened;
  readonly payers: Payers;
}

function openHub({ config, dependencies: { clock } }: Core) {
  const principals = new CredentialsResolver({ clock, allowsGuests: config.ALLOW_ANONYMOUS });
  const ownerOf = (credentials: Credentials) => {
    const { owner, isExpired } = principals.resolve(credentials);
    return isExpired ? undefined : owner;
  };
  return { principals, ownerOf, hub: new LocalConversationHub({ ownerOf }) };
}

/** Of users whose erasing a crash has cut off. */
async function finishErasures({ dependencies }: Core, services: Services): Promise<void> {
  try {
    for (const user of await services.userAdmin.erasing()) await eraseUser(services, user);
  } catch (err) {
    dependencies.log.error(
      { err },
      'An erasing that was cut off could not be finished; the next start tries again',
    );
  }
}

function openTitles({ config, dependencies }: Core, exchange: Parts['exchange'], hub: ConversationHub) {
  const { clock, log, routes, data } = dependencies;
  const { slots } = exchange;
  return conversationTitles(data, { route: config.TITLE_ROUTE, exchange, slots, routes, clock, log, hub });
}

function openDispatch(core: Core, services: Services, principals: CredentialsResolver): Dispatch {
  const { dependencies, limits, metrics, tracing } = core;
  const { clock, log, checkOutput } = dependencies;
  const traceIdOf = (trace = '') => tracing?.traceIdOf(trace);
  return createDispatch({
    handlers: createHandlers(services),
    preconditions: createPreconditions(services),
    principals,
    files: { uploads: services.uploads, limits },
    hub: services.hub,
    clock,
    observer: {
      finished: (name, key) => metrics.finished(name, key),
      failed: (operation, { trace, clientRequestId: request }, err) =>
        log.error({ operation, trace, traceId: traceIdOf(trace), request, err }, 'An operation failed'),
    },
    tracing,
    operationDeadlineMs: limits.operationDeadlineMs,
    checkOutput,
  });
}

function handlerServices(core: Core, parts: Parts): Services {
  const { exchange, registry, witness, hub, titles, summaries, jobs, payers } = parts;
  const { config, dependencies, limits } = core;
  const { clock, log, data, routes } = dependencies;
  const { ledger, texts, gifts, statements, adminKey, guests, conversations } = data;
  const sends = new SendOnce<SendResult>({
    runningMax: EXCHANGE_LIMITS.runningSendsMax,
    finishedMax: limits.rememberedSendsMax,
    finishedCharactersMax: EXCHANGE_LIMITS.rememberedSendsCharactersMax,
  });
  const wallets = new LedgerWallets(ledger, statements, gifts);
  const receipts = new LedgerReceipts({ ledger, texts, statements, checkpoint: () => witness.checkpoint() });
  const onErased = forgetErased(conversations, { ...data.files, sends, hub, registry, titles });
  const kept = conversationServices(data, {
    clock,
    log,
    receipts,
    onErased,
    randomBytes,
    config,
    hub,
    titles,
  });
  return {
    ...kept,
    ...data.files,
    onUnfiled: (err) => log.warn({ err }, 'The files of a message could not be written'),
    ...summaries,
    usage: core.usage,
    ...jobs.services,
    batchBytesMax: config.BATCH_BYTES_MAX,
    eraser: stoppingJobs(kept.eraser, jobs.services),
    clock,
    newId: randomUUID,
    ...peopleOf(data),
    payers,
    registry,
    guests,
    entry: { guests: config.ALLOW_ANONYMOUS, signUp: config.ALLOW_SIGNUP },
    adminKey,
    conversations,
    hub,
    messages: data.messages,
    places: data.sends,
    exchange,
    sends,
    receipts,
    userEmails: data.users,
    ledgerState: ledger,
    onAuthFailed: (session) => log.warn({ session }, 'A key was refused'),
    answers: new PersonalLimit(limits.generationsMax),
    completions: new PersonalLimit(limits.completionsMax),
    onSaid: config.LOG_CONTENT
      ? (trace, prompt, answer) => {
          log.info({ trace, prompt, answer }, 'Content');
          core.tracing?.said(trace, prompt, answer);
        }
      : undefined,
    wallets,
    ownerOf: (name) => ownerOf(data, name),
    answeredSends: new LedgerAnsweredSends({ sends: data.sends, receipts, wallets }),
    routes,
    rate: {
      limitOf: (owner) => messagesOf(limits, owner),
      windowSeconds: limits.windowSeconds,
      remaining: (owner) => exchange.rateWindow.remaining(owner),
    },
    state: { read: () => readState(core, exchange, registry) },
  };
}

/** What concerns people. */
function peopleOf(data: DataDirectory) {
  const { spending, budgets, periodAllowances, serverBudget, zone } = data;
  const { people, userAdmin, invitations, signOn } = data;
  const { apiKeys, accessTokens, liveSessions, uploads, teams } = data;
  const money = { spending, budgets, periodAllowances, serverBudget, zone };
  const keys = { apiKeys, accessTokens, liveSessions, uploads, teams };
  return { ...money, ...keys, people, userAdmin, invitations, signOn };
}

function watchPolicies(
  { dependencies: { data, log } }: Core,
  parts: { readonly running: RunningExchanges; readonly payers: Payers },
): void {
  const onFailed = (err: unknown) => log.error({ err }, 'What runs could not be looked at after a change');
  const userOf = async (account: string) => {
    const owner = await ownerOf(data, account);
    return owner !== undefined && isUserOwner(owner) ? idOfUserOwner(owner) : undefined;
  };
  const watch = new PolicyWatch({ ...data, ...parts, userOf, onFailed });
  data.serverBudget.onChange(() => watch.changed());
  data.liveSessions.onChange(() => watch.changed());
}

function readState(
  { dependencies, limits, connections }: Core,
  exchange: ExchangePipeline,
  registry: SessionRegistry,
) {
  const isDraining = exchange.isDraining();
  return {
    connections: connections.size,
    sessions: registry.size,
    ...exchange.stats(),
    maxInFlight: limits.maxInFlight,
    provider: dependencies.routes.defaultRoute('anonymous').provider,
    draining: isDraining,
    accepting: !isDraining && dependencies.data.isOpen(),
  };
}
