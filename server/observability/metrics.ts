/** What the server counts, and how Prometheus sees it. Names and labels: docs/operations-guide.md. */
import { createServer, type Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { ErrorKey } from '../../shared/errors.ts';
import { countExchanges, WAIT_BUCKETS } from './exchange-metrics.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import type { CloseReason } from '../support/close-reason.ts';
import { FastCounter, FastHistogram } from './fast-metrics.ts';
import { addGauges, type MetricsSources } from './gauges.ts';

const SECONDS = 1_000;
const BREAKER_VALUES = { closed: 0, half_open: 1, open: 2 } as const;

export class ServerMetrics {
  readonly registry = new Registry();
  readonly #closes: Counter<'reason'>;
  readonly #refusals: Counter<'key'>;
  readonly #operations: FastCounter<'operation', 'outcome'>;
  readonly #opened: Counter<'face'>;
  readonly #spans: Counter<'outcome'>;
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 });
  readonly #breaker: Gauge<'route'>;
  #routes: ReadonlySet<string> = new Set();
  /** Subscribes to the records of exchanges. */
  readonly exchange: (record: ExchangeRecord) => void;
  /** Called for each exchange with a witness. */
  readonly witness: { onSubmission(witness: string, outcome: string, ms: number): void };

  constructor() {
    const registers = [this.registry];
    this.#opened = new Counter({
      name: 'hilo_connections_opened_total',
      help: 'Connections that began to talk, by face',
      labelNames: ['face'],
      registers,
    });
    this.#closes = new Counter({
      name: 'hilo_connections_closed_total',
      help: 'Ended connections, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.#refusals = new Counter({
      name: 'hilo_refusals_total',
      help: 'Requests and lines answered with an error, by key',
      labelNames: ['key'],
      registers,
    });
    this.#operations = new FastCounter(this.registry, 'hilo_operations_total', 'Operations run, by outcome', [
      'operation',
      'outcome',
    ]);
    this.#spans = new Counter({
      name: 'hilo_spans_total',
      help: 'Spans of traces that were sent, by whether the collector took them',
      labelNames: ['outcome'],
      registers,
    });
    this.#loopDelay.enable();
    this.#breaker = new Gauge({
      name: 'hilo_breaker_state',
      help: 'Circuit breaker: 0 closed, 1 half open, 2 open',
      labelNames: ['route'],
      registers,
    });
    this.exchange = countExchanges(this.registry);
    this.witness = witnessMetrics(this.registry);
  }

  /** Spans of traces that the collector has taken, or not. */
  spans(count: number, outcome: 'exported' | 'failed'): void {
    this.#spans.inc({ outcome }, count);
  }

  opened(face: 'text' | 'json'): void {
    this.#opened.inc({ face });
  }

  closed(reason: CloseReason): void {
    this.#closes.inc({ reason });
  }

  refused(key: ErrorKey): void {
    this.#refusals.inc({ key });
  }

  finished(operation: string, key: ErrorKey | undefined): void {
    if (key === undefined) {
      this.#operations.add(operation, 'ok');
      return;
    }
    this.#refusals.inc({ key });
    // A name that does not exist is chosen by the peer, and must not become a label.
    this.#operations.add(key === 'unknown_operation' ? 'unknown' : operation, key);
  }

  /** A breaker is closed until its route says otherwise; routes that are gone have no sample. */
  knowRoutes(routes: readonly string[]): void {
    for (const route of routes) if (!this.#routes.has(route)) this.breakerState(route, 'closed');
    for (const route of this.#routes) if (!routes.includes(route)) this.#breaker.remove({ route });
    this.#routes = new Set(routes);
  }

  breakerState(route: string, state: keyof typeof BREAKER_VALUES): void {
    this.#breaker.set({ route }, BREAKER_VALUES[state]);
  }

  close(): void {
    this.#loopDelay.disable();
  }

  /** Registers what is read during a scrape; called once, when there is something to read. */
  watch(sources: MetricsSources): void {
    addGauges(this.registry, sources, this.#loopDelay);
  }
}

function witnessMetrics(registry: Registry): ServerMetrics['witness'] {
  const submissions = new FastCounter(
    registry,
    'hilo_witness_submissions_total',
    'Checkpoints sent to witnesses, by outcome',
    ['witness', 'outcome'],
  );
  const duration = new FastHistogram(
    registry,
    'hilo_witness_duration_seconds',
    'Duration of exchanges with a witness',
    'witness',
    WAIT_BUCKETS,
  );
  return {
    onSubmission(witness, outcome, ms) {
      submissions.add(witness, outcome);
      duration.observe(witness, ms / SECONDS);
    },
  };
}

/** `GET /metrics` for Prometheus, `/healthz` for supervisors; nothing else. */
export async function serveMetrics(registry: Registry, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = async () => {
      if (request.url === '/healthz') return response.end('ok\n');
      if (request.url !== '/metrics')
        return response.writeHead(404).end('Only /metrics and /healthz are here\n');
      response.setHeader('content-type', registry.contentType);
      return response.end(await registry.metrics());
    };
    answer().catch(() => response.destroy());
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  server.maxConnections = 64;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  return server;
}
