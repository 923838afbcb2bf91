/** Metrics of exchanges, from their records. Names and labels: docs/operations-guide.md. */
import { Counter, type Registry } from 'prom-client';
import type { ExchangeRecord } from './exchange-record.ts';
import { FastCounter, FastHistogram } from './fast-metrics.ts';

export const WAIT_BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;
const SECONDS = 1_000;

/** Returns the subscriber that counts. */
export function countExchanges(registry: Registry): (record: ExchangeRecord) => void {
  const histogram = (name: string, help: string, label: string) =>
    new FastHistogram(registry, name, help, label, WAIT_BUCKETS);
  const counter = <First extends string, Second extends string>(
    name: string,
    help: string,
    labels: readonly [First, Second],
  ) => new FastCounter(registry, name, help, labels);
  const queued = new Counter({
    name: 'hilo_queued_total',
    help: 'Messages that had to wait',
    registers: [registry],
  });
  const wait = histogram('hilo_queue_wait_seconds', 'From admission to the first slot', '');
  const duration = histogram('hilo_call_duration_seconds', 'Duration of calls', 'provider');
  const firstToken = histogram('hilo_first_token_seconds', 'From call to first token', 'provider');
  const calls = counter('hilo_calls_total', 'Calls of the model, by outcome', ['provider', 'outcome']);
  const tokens = counter('hilo_tokens_total', 'Tokens, by kind', ['provider', 'kind']);
  const retries = counter('hilo_retries_total', 'Calls tried again, by what failed', ['provider', 'failure']);
  const fallbacks = counter('hilo_fallbacks_total', 'Messages taken over by another provider', [
    'from',
    'to',
  ]);

  return ({ times, attempts, fallbacks: takenOver, usage, answeredBy }) => {
    if (times.hadToWait) queued.inc();
    if (times.queuedMs !== undefined) wait.observe('', times.queuedMs / SECONDS);
    for (const { provider, outcome, durationMs, firstTokenMs, retryInMs } of attempts) {
      calls.add(provider, outcome);
      duration.observe(provider, durationMs / SECONDS);
      if (firstTokenMs !== undefined) firstToken.observe(provider, firstTokenMs / SECONDS);
      if (retryInMs !== undefined) retries.add(provider, outcome);
    }
    for (const { from, to } of takenOver) fallbacks.add(from, to);
    if (!usage || !answeredBy) return;
    tokens.add(answeredBy.provider, 'input', usage.inputTokens);
    tokens.add(answeredBy.provider, 'output', usage.outputTokens);
  };
}
