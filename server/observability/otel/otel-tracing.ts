/**
 * Traces: a span for each request that may reach a model, below it those of its exchanges. Spans are made
 * when what they tell of is over, so that nothing waits for them; only their ids are made before.
 */
import type { Clock } from '../../../shared/clock.ts';
import { formatTraceparent, parseTraceparent, type TraceParent } from '../../../shared/traceparent.ts';
import type { TraceSettings } from '../../config/telemetry-settings.ts';
import type { ExchangeRecord } from '../exchange-record.ts';
import type { AttemptTrace, BegunRequest, EndedRequest, Tracing } from '../tracing.ts';
import { exchangeSpan, partsOf, whoseOf } from './exchange-spans.ts';
import { samplingOf, type Decide } from './sampling.ts';
import { NewIds, SPAN_LIMITS, SpanSender, type SpanSenderOptions } from './span-sender.ts';

export interface OtelTracingOptions {
  readonly settings: TraceSettings;
  readonly version: string;
  readonly clock: Clock;
  readonly onBatch: SpanSenderOptions['onBatch'];
}

/** A trace of which something runs. */
interface OpenTrace {
  readonly traceId: string;
  readonly isSampled: boolean;
  /** Of the request, or of the exchange when there is no request: of a job, or a title. */
  readonly spanId: string;
  readonly parent: TraceParent | undefined;
  readonly request: BegunRequest | undefined;
  readonly beganAtMs: number;
  readonly beganMs: number;
  owner: ReturnType<typeof whoseOf>;
  texts: { readonly prompt: string; readonly answer: string } | undefined;
}

export class OtelTracing implements Tracing {
  readonly #settings: TraceSettings;
  readonly #clock: Clock;
  readonly #sender: SpanSender;
  readonly #ids = new NewIds();
  readonly #isSampled: Decide;
  /** By their names here. As many as requests and exchanges run. */
  readonly #open = new Map<string, OpenTrace>();

  constructor(options: OtelTracingOptions) {
    const { settings, clock } = options;
    this.#settings = settings;
    this.#clock = clock;
    this.#sender = new SpanSender(options);
    this.#isSampled = samplingOf(settings.sampler, settings.ratio);
  }

  requestBegan(trace: string, request: BegunRequest): void {
    this.#begin(trace, request);
  }

  requestEnded(trace: string, { key, conversation }: EndedRequest): void {
    const open = this.#open.get(trace);
    this.#open.delete(trace);
    if (!open?.request || !open.isSampled) return;
    const { request, beganAtMs, traceId, spanId, parent, texts } = open;
    const session = conversation ?? request.session;
    this.#sender.add(
      {
        name: request.operation,
        kind: 'server',
        startMs: beganAtMs,
        endMs: beganAtMs + this.#clock.monotonic() - open.beganMs,
        error: key === 'cancelled' ? undefined : key,
        attributes: {
          'hilo.trace': trace,
          'hilo.request': request.clientRequestId,
          ...open.owner,
          'hilo.operation': request.operation,
          'hilo.face': request.isText ? 'text' : 'json',
          'hilo.session': request.session,
          'hilo.outcome': key ?? 'ok',
          'error.type': key === 'cancelled' ? undefined : key,
          'gen_ai.conversation.id': conversation,
          'session.id': session,
          'langfuse.session.id': session,
          'langfuse.trace.name': request.operation,
          ...(texts && textsOf(texts)),
        },
      },
      { traceId, spanId, parentId: parent?.spanId },
    );
  }

  attemptBegan(trace: string): AttemptTrace {
    const { traceId, isSampled } = this.#open.get(trace) ?? this.#begin(trace, undefined);
    const spanId = this.#ids.spanId();
    return { spanId, traceparent: formatTraceparent({ traceId, spanId, isSampled }) };
  }

  exchangeEnded(record: ExchangeRecord): void {
    const open = this.#open.get(record.trace) ?? this.#begin(record.trace, undefined);
    if (!open.request) this.#open.delete(record.trace);
    if (!open.isSampled) return;
    const { traceId } = open;
    const { usdPerCredit } = this.#settings;
    const costUsd = usdPerCredit === undefined ? undefined : record.charged * usdPerCredit;
    open.owner = whoseOf(record);
    const spanId = open.request ? this.#ids.spanId() : open.spanId;
    const parentId = open.request ? open.spanId : undefined;
    for (const part of partsOf(record, costUsd)) {
      this.#sender.add(part, { traceId, spanId: part.spanId ?? this.#ids.spanId(), parentId: spanId });
    }
    this.#sender.add(exchangeSpan(record, costUsd), { traceId, spanId, parentId });
  }

  said(trace: string, prompt: string, answer: string): void {
    const open = this.#open.get(trace);
    if (open && this.#settings.hasContent) open.texts = { prompt, answer };
  }

  traceIdOf(trace: string): string | undefined {
    return this.#open.get(trace)?.traceId;
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  #begin(trace: string, request: BegunRequest | undefined): OpenTrace {
    const parent = request?.traceparent === undefined ? undefined : parseTraceparent(request.traceparent);
    const traceId = parent?.traceId ?? this.#ids.traceId();
    const open: OpenTrace = {
      traceId,
      isSampled: this.#isSampled(traceId, request?.operation ?? 'exchange', parent),
      spanId: this.#ids.spanId(),
      parent,
      request,
      beganAtMs: this.#clock.now(),
      beganMs: this.#clock.monotonic(),
      owner: {},
      texts: undefined,
    };
    this.#open.set(trace, open);
    return open;
  }
}

/** In the form of the conventions, and where Langfuse looks for the texts of a trace. */
function textsOf(texts: { readonly prompt: string; readonly answer: string }) {
  const prompt = texts.prompt.slice(0, SPAN_LIMITS.textCharacters);
  const answer = texts.answer.slice(0, SPAN_LIMITS.textCharacters);
  const message = (role: string, content: string) =>
    JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
  return {
    'gen_ai.input.messages': message('user', prompt),
    'gen_ai.output.messages': message('assistant', answer),
    'langfuse.trace.input': prompt,
    'langfuse.trace.output': answer,
  };
}
