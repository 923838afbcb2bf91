/**
 * The record of an exchange as spans: the exchange, its stages, and each try of a provider. The tries have
 * the names of OpenTelemetry's conventions for generative models, version 1.37.0. Attributes that begin with
 * `langfuse.` fill the views of Langfuse.
 */
import type { Attributes } from '@opentelemetry/api';
import type { AttemptRecord, ExchangeRecord } from '../exchange-record.ts';
import type { FinishedSpan } from './span-sender.ts';

/** A span below that of the exchange. Its id is known already when a model server was told it. */
export type PartSpan = FinishedSpan & { readonly spanId?: string | undefined };

export function exchangeSpan(record: ExchangeRecord, costUsd: number | undefined): FinishedSpan {
  const { outcome, times, answeredBy, usage, charged, sizes, wanted } = record;
  return {
    name: 'exchange',
    kind: 'internal',
    startMs: times.arrivedAtMs,
    endMs: times.arrivedAtMs + times.totalMs,
    error: errorOf(outcome),
    attributes: {
      ...whoseOf(record),
      'hilo.outcome': outcome,
      'hilo.route.wanted': wanted,
      'hilo.route': answeredBy?.route,
      'hilo.degraded': answeredBy?.degraded,
      'hilo.credits': charged,
      'hilo.cost_usd': costUsd,
      'hilo.tokens.input': usage?.inputTokens,
      'hilo.tokens.output': usage?.outputTokens,
      'hilo.tokens.source': usage?.source,
      'hilo.messages': sizes.messages,
      'hilo.prompt_characters': sizes.promptCharacters,
      'hilo.answer_characters': sizes.answerCharacters,
      'error.type': errorOf(outcome),
    },
  };
}

/** In the order of the pipeline. A stage that was not reached has none. */
export function partsOf(record: ExchangeRecord, costUsd: number | undefined): PartSpan[] {
  return [...stagesOf(record), ...record.attempts.map((_, index) => attemptSpan(record, index, costUsd))];
}

/** On each span, so that a view of spans can be filtered by them. */
export function whoseOf({ trace, request, owner }: ExchangeRecord): Attributes {
  return { 'hilo.trace': trace, 'hilo.request': request, 'user.id': owner, 'langfuse.user.id': owner };
}

function stagesOf(record: ExchangeRecord): PartSpan[] {
  const { times, outcome } = record;
  const { checkedMs, admittedMs, queuedMs, firstTokenMs, deliveredMs, totalMs } = times;
  const failed = errorOf(outcome);
  const stage = (name: string, fromMs: number, toMs: number | undefined): PartSpan => ({
    name,
    kind: 'internal',
    startMs: times.arrivedAtMs + fromMs,
    // A stage that never ended is the one in which the exchange did.
    endMs: times.arrivedAtMs + (toMs ?? totalMs),
    error: toMs === undefined ? failed : undefined,
    attributes: {},
  });
  const stages = [stage('check', 0, checkedMs)];
  if (checkedMs !== undefined) stages.push(stage('reserve', checkedMs, admittedMs));
  if (admittedMs !== undefined) {
    stages.push(stage('queue', admittedMs, queuedMs === undefined ? undefined : admittedMs + queuedMs));
  }
  if (firstTokenMs !== undefined) stages.push(stage('deliver', firstTokenMs, deliveredMs));
  if (deliveredMs !== undefined) stages.push(stage('settle', deliveredMs, totalMs));
  return stages;
}

function attemptSpan(record: ExchangeRecord, index: number, costUsd: number | undefined): PartSpan {
  const { attempts, kind, times } = record;
  const attempt = attempts[index] as AttemptRecord;
  const { provider, model, route, outcome, failure, spanId, retryInMs, firstTokenMs } = attempt;
  const startMs = times.arrivedAtMs + attempt.startedMs;
  const error = errorOf(outcome);
  const firstMs = firstTokenMs === undefined ? undefined : startMs + firstTokenMs;
  const isLast = index === attempts.length - 1;
  return {
    spanId,
    name: `${kind} ${model}`,
    kind: 'client',
    startMs,
    endMs: startMs + attempt.durationMs,
    error,
    events: firstMs === undefined ? [] : [{ name: 'first token', atMs: firstMs }],
    attributes: {
      ...whoseOf(record),
      'gen_ai.operation.name': kind,
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': model,
      'hilo.route': route,
      'hilo.attempt': index + 1,
      'hilo.retry_in_ms': retryInMs,
      'error.type': error,
      'http.response.status_code': failure?.status,
      'hilo.diagnosis': failure?.diagnosis,
      'langfuse.observation.type': kind === 'embeddings' ? 'embedding' : 'generation',
      ...(error !== undefined && { 'langfuse.observation.level': 'ERROR' }),
      ...(firstMs !== undefined && {
        'langfuse.observation.completion_start_time': new Date(firstMs).toISOString(),
      }),
      ...(isLast && usageOf(record, costUsd)),
    },
  };
}

/** Of the try that has answered, or has come nearest to it. */
function usageOf({ usage, finish, answeredBy }: ExchangeRecord, costUsd: number | undefined): Attributes {
  return {
    'gen_ai.response.model': answeredBy?.model,
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    ...(finish !== undefined && { 'gen_ai.response.finish_reasons': [finish] }),
    ...(costUsd !== undefined && {
      'langfuse.observation.cost_details': JSON.stringify({ total: costUsd }),
    }),
  };
}

/** What people cancel is no failure. */
function errorOf(outcome: string): string | undefined {
  return ['answered', 'cancelled', 'aborted'].includes(outcome) ? undefined : outcome;
}
