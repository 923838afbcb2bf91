import type { AttemptRecord, ExchangeRecord } from './exchange-record.ts';
import type { Log } from './log.ts';

/** One line for each exchange, and before it one for each call that failed. Returns the subscriber. */
export function logExchanges(log: Log): (record: ExchangeRecord) => void {
  return (record) => {
    for (const attempt of record.attempts) logFailure(log, record.trace, attempt);
    const level = record.outcome === 'answered' ? 'info' : 'warn';
    if (log.isLevelEnabled(level)) log[level](fieldsOf(record), 'Exchange');
  };
}

/** A cancellation by the client is not a failure. */
function logFailure(log: Log, trace: string, attempt: AttemptRecord): void {
  const { route, provider, outcome, failure, retryInMs } = attempt;
  if (!failure || outcome === 'aborted') return;
  const { status, diagnosis, message } = failure;
  const why = { failure: outcome, status, diagnosis, reason: message };
  log.warn({ trace, route, provider, ...why, retryInMs }, 'A call failed');
}

function fieldsOf({ trace, request, outcome, answeredBy, times, attempts, usage, charged }: ExchangeRecord) {
  return {
    trace,
    request,
    ...(outcome === 'answered' ? {} : { key: outcome }),
    ms: Math.round(times.totalMs),
    queuedMs: times.hadToWait && times.queuedMs !== undefined ? Math.round(times.queuedMs) : undefined,
    firstTokenMs: times.firstTokenMs === undefined ? undefined : Math.round(times.firstTokenMs),
    route: answeredBy?.route,
    provider: answeredBy?.provider,
    model: answeredBy?.model,
    degraded: answeredBy?.degraded || undefined,
    calls: attempts.length,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
    charged,
  };
}
