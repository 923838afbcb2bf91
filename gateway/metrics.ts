/** What the gateway counts, and how Prometheus sees it. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { HandshakeOutcome } from '../shared/tls/tls-acceptor.ts';
import type { CloseReason } from './close-reason.ts';
import type { ServerPool } from './http/server-pool.ts';

/** Plain numbers, since the pipes touch them for every message; they are read when somebody scrapes. */
export class GatewayCounts {
  opened = 0;
  refusedUpgrades = 0;
  connectFailures = 0;
  messagesToServer = 0;
  messagesToBrowser = 0;
  bytesToServer = 0;
  bytesToBrowser = 0;
  pausesOfServer = 0;
  pausesOfBrowser = 0;
  readonly closes = new Map<CloseReason, number>();
  /** Answers of the HTTP API by status. */
  readonly answers = new Map<number, number>();
  /** TLS handshakes by how they ended. */
  readonly handshakes = new Map<HandshakeOutcome, number>();
  /** New certificate files by whether they are in use. */
  readonly reloads = new Map<'done' | 'failed', number>();
}

/** What there is to see of TLS. */
export interface TlsSource {
  readonly counts: GatewayCounts;
  handshakes(): number;
  certificateExpiresMs(): number;
}

export interface MetricsSource {
  readonly counts: GatewayCounts;
  connections(): number;
  backlogBytes(): number;
  readonly pool: Pick<ServerPool, 'size' | 'idleCount' | 'waitingCount'>;
}

export interface GatewayMetrics {
  readonly registry: Registry;
  close(): void;
}

const EVENT_LOOP_RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

export function createMetrics(source: MetricsSource): GatewayMetrics {
  const registry = new Registry();
  const { counts } = source;
  gauge(registry, 'hilo_gateway_connections', 'WebSocket connections', () => source.connections());
  gauge(registry, 'hilo_gateway_backlog_bytes', 'Bytes that wait in this process', () =>
    source.backlogBytes(),
  );
  describeProcess(registry);
  counter(registry, 'hilo_gateway_opened_total', 'WebSocket connections opened', [], () => [
    [{}, counts.opened],
  ]);
  counter(registry, 'hilo_gateway_refused_upgrades_total', 'Upgrades refused before WebSocket', [], () => [
    [{}, counts.refusedUpgrades],
  ]);
  counter(registry, 'hilo_gateway_connect_failures_total', 'Failed connections to the server', [], () => [
    [{}, counts.connectFailures],
  ]);
  counter(registry, 'hilo_gateway_closes_total', 'Ended connections by reason', ['reason'], () =>
    Array.from(counts.closes, ([reason, value]) => [{ reason }, value]),
  );
  counter(registry, 'hilo_gateway_messages_total', 'Messages forwarded', ['to'], () => [
    [{ to: 'server' }, counts.messagesToServer],
    [{ to: 'browser' }, counts.messagesToBrowser],
  ]);
  counter(registry, 'hilo_gateway_bytes_total', 'Bytes forwarded, without WebSocket framing', ['to'], () => [
    [{ to: 'server' }, counts.bytesToServer],
    [{ to: 'browser' }, counts.bytesToBrowser],
  ]);
  counter(
    registry,
    'hilo_gateway_pauses_total',
    'Times that one side was not read, as the other was slow',
    ['of'],
    () => [
      [{ of: 'server' }, counts.pausesOfServer],
      [{ of: 'browser' }, counts.pausesOfBrowser],
    ],
  );
  countApi(registry, source);
  return { registry, close: watchEventLoop(registry) };
}

function countApi(registry: Registry, { counts, pool }: MetricsSource): void {
  counter(registry, 'hilo_gateway_answers_total', 'Answers of the HTTP API', ['status'], () =>
    Array.from(counts.answers, ([status, value]) => [{ status: String(status) }, value]),
  );
  gauge(
    registry,
    'hilo_gateway_server_connections',
    'Connections to the server for HTTP requests',
    () => pool.size,
  );
  gauge(
    registry,
    'hilo_gateway_idle_server_connections',
    'Of them, those that are free',
    () => pool.idleCount,
  );
  gauge(
    registry,
    'hilo_gateway_waiting_requests',
    'HTTP requests that wait for one',
    () => pool.waitingCount,
  );
}

/** Registers what a gateway with a certificate counts. */
export function addTlsMetrics(registry: Registry, source: TlsSource): void {
  const { handshakes, reloads } = source.counts;
  counter(
    registry,
    'hilo_gateway_tls_handshakes_total',
    'TLS handshakes by how they ended',
    ['outcome'],
    () => Array.from(handshakes, ([outcome, value]) => [{ outcome }, value]),
  );
  counter(
    registry,
    'hilo_gateway_tls_reloads_total',
    'New certificate files: taken over, or unusable',
    ['outcome'],
    () => Array.from(reloads, ([outcome, value]) => [{ outcome }, value]),
  );
  gauge(registry, 'hilo_gateway_tls_handshakes_in_progress', 'TLS handshakes that are not over', () =>
    source.handshakes(),
  );
  gauge(
    registry,
    'hilo_gateway_tls_certificate_expiry_timestamp_seconds',
    'When the certificate expires',
    () => Math.floor(source.certificateExpiresMs() / 1e3),
  );
}

/** Delays since the last scrape, beyond the resolution of the measurement. */
function watchEventLoop(registry: Registry): () => void {
  const histogram = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
  histogram.enable();
  const help = 'Event-loop delay, 99th percentile since the last scrape';
  gauge(registry, 'hilo_gateway_event_loop_delay_seconds', help, () => {
    const seconds = histogram.percentile(99) / NANOSECONDS - EVENT_LOOP_RESOLUTION_MS / 1e3;
    histogram.reset();
    return Math.max(0, seconds) || 0;
  });
  return () => void histogram.disable();
}

/** With the names that Prometheus has for every process. */
function describeProcess(registry: Registry): void {
  gauge(registry, 'process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
  gauge(registry, 'process_start_time_seconds', 'When the process has started', () =>
    Math.round(performance.timeOrigin / 1e3),
  );
  counter(registry, 'process_cpu_seconds_total', 'Processor time, user and system', [], () => {
    const { user, system } = process.cpuUsage();
    return [[{}, (user + system) / 1e6]];
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const metric: Gauge = new Gauge({ name, help, registers: [registry], collect: () => metric.set(read()) });
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function counter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: () => Sample[],
): void {
  const metric: Counter = new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      metric.reset();
      for (const [labels, value] of read()) metric.inc(labels, value);
    },
  });
}
