/** What happens, as numbers for Prometheus and as lines in the log. */
import type { DispatchObserver } from './operations/dispatch.ts';
import type { ExchangeMetrics } from './chat/metrics.ts';
import type { Log } from './observability/log.ts';
import type { ServerMetrics } from './observability/metrics.ts';

export function observeDispatch(metrics: ServerMetrics, log: Log): DispatchObserver {
  return {
    finished(name, durationMs, key, trace) {
      metrics.finished(name, key);
      if (trace === undefined) return;
      const level = key === undefined ? 'info' : 'warn';
      if (!log.isLevelEnabled(level)) return;
      log[level]({ trace, ms: Math.round(durationMs), ...(key ? { key } : {}) }, 'Message');
    },
    failed: (name, trace, err) => log.error({ operation: name, trace, err }, 'An operation failed'),
  };
}

/** The metrics, and in the log what an operator wants to read about. */
export function observeExchange(metrics: Partial<ExchangeMetrics>, log: Log): Partial<ExchangeMetrics> {
  return {
    ...metrics,
    onRetry(event) {
      metrics.onRetry?.(event);
      const { provider, trace, failure, delayMs } = event;
      log.warn({ provider, trace, failure: failure.kind, delayMs }, 'The call is tried again');
    },
    onFallback(event) {
      metrics.onFallback?.(event);
      const { from, to, trace, failure } = event;
      log.warn({ from, to, trace, failure: failure?.kind ?? 'breaker open' }, 'The next provider takes over');
    },
    onBreakerState(provider, state) {
      metrics.onBreakerState?.(provider, state);
      log.warn({ provider, state }, 'The circuit breaker has changed');
    },
  };
}
