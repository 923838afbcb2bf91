/**
 * Spans to a collector, by OTLP over HTTP in JSON. They wait in a bounded queue; what does not fit is
 * dropped.
 * Imported only where a collector is named: OpenTelemetry takes a moment to load.
 */
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  type Attributes,
  type HrTime,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  RandomIdGenerator,
  TracerProvider,
  type IdGenerator,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Clock } from '../../../shared/clock.ts';
import type { TraceSettings } from '../../config/telemetry-settings.ts';

export const SPAN_LIMITS = {
  /** Spans that wait; a message makes about eight. */
  queueMax: 2_048,
  batchMax: 256,
  batchDelayMs: 2_000,
  /** Requests to the collector at once: one after the other, and the whole queue when a server ends. */
  requestsMax: 9,
  requestMs: 10_000,
  /** For one batch, with its retries. */
  batchMs: 15_000,
  /** What a server that ends still waits for. */
  closeMs: 2_000,
  /** Of prompt and answer each, where texts are sent. */
  textCharacters: 8_192,
  /** Room for such a text in JSON. */
  attributeCharacters: 64 * 1_024,
} as const;

/** The conventions for generative models are those of this version. */
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.37.0';

export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the first span of a trace. */
  readonly parentId: string | undefined;
}

export interface FinishedSpan {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  /** Wall times in milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** The key of what went wrong. */
  readonly error?: string | undefined;
  readonly events?: readonly { readonly name: string; readonly atMs: number }[];
}

export interface SpanSenderOptions {
  readonly settings: TraceSettings;
  readonly version: string;
  readonly clock: Pick<Clock, 'after'>;
  /** Of each batch that was sent, or that no collector took. */
  readonly onBatch: (spans: number, error: Error | undefined) => void;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

export class SpanSender {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #ids = new PlannedIds();
  readonly #clock: Pick<Clock, 'after'>;

  constructor({ settings, version, clock, onBatch }: SpanSenderOptions) {
    this.#clock = clock;
    const { url, headers, serviceName } = settings;
    const exporter = new OTLPTraceExporter({
      url,
      headers: { ...headers },
      timeoutMillis: SPAN_LIMITS.requestMs,
      concurrencyLimit: SPAN_LIMITS.requestsMax,
    });
    this.#provider = new TracerProvider({
      // Whether a trace is sent is decided when its request begins.
      sampler: new AlwaysOnSampler(),
      idGenerator: this.#ids,
      resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
      spanLimits: { attributeValueLengthLimit: SPAN_LIMITS.attributeCharacters },
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: counting(exporter, onBatch),
          maxQueueSize: SPAN_LIMITS.queueMax,
          maxExportBatchSize: SPAN_LIMITS.batchMax,
          scheduledDelayMillis: SPAN_LIMITS.batchDelayMs,
          exportTimeoutMillis: SPAN_LIMITS.batchMs,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('hilo', version, { schemaUrl: SCHEMA_URL });
  }

  add(span: FinishedSpan, { traceId, spanId, parentId }: SpanPlace): void {
    const parent = parentId === undefined ? undefined : { traceId, spanId: parentId };
    this.#ids.plan(traceId, spanId);
    const { name, kind, attributes, error, events = [] } = span;
    const made = this.#tracer.startSpan(
      name,
      { kind: KINDS[kind], startTime: timeOf(span.startMs), attributes },
      parent
        ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags: TraceFlags.SAMPLED })
        : ROOT_CONTEXT,
    );
    for (const event of events) made.addEvent(event.name, timeOf(event.atMs));
    if (error !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: error });
    made.end(timeOf(Math.max(span.startMs, span.endMs)));
  }

  async close(): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(SPAN_LIMITS.closeMs, resolve);
    await Promise.race([this.#provider.shutdown().catch(() => undefined), tooLate]);
    cancel();
  }
}

/** The ids of a span are known before it is made: a model server is told them while its call runs. */
class PlannedIds implements IdGenerator {
  #traceId = '';
  #spanId = '';

  plan(traceId: string, spanId: string): void {
    this.#traceId = traceId;
    this.#spanId = spanId;
  }

  generateTraceId(): string {
    return this.#traceId;
  }

  generateSpanId(): string {
    return this.#spanId;
  }
}

export class NewIds {
  readonly #random = new RandomIdGenerator();

  traceId(): string {
    return this.#random.generateTraceId();
  }

  spanId(): string {
    return this.#random.generateSpanId();
  }
}

function counting(exporter: SpanExporter, onBatch: SpanSenderOptions['onBatch']): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        // A batch that was not taken has an error.
        onBatch(spans.length, result.error);
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function timeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.min(999_999_999, Math.round((ms - seconds * 1_000) * 1e6))];
}
