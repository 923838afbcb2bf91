/** What a client is told of a call that no route has answered. */
import { HiloError, type ErrorKey } from '../../shared/errors.ts';
import { MODEL_LIMITS } from '../models/limits.ts';
import { LlmError, type LlmErrorKind } from '../models/model-client.ts';

/** Failures that pass by themselves: clients learn when to come back. */
const PASSING: Readonly<Partial<Record<LlmErrorKind, ErrorKey>>> = {
  rate_limited: 'upstream_rate_limited',
  busy: 'upstream_unavailable',
};

/**
 * `failure` is the last one that really happened: it says more than an open breaker does. `refusedForMs`: the
 * breakers of the routes that were not called stay open for that long.
 */
export function noAnswer(failure: LlmError | undefined, refusedForMs: number | undefined): HiloError {
  if (failure === undefined) {
    const cause = new LlmError('unreachable', 'The circuit breaker is open');
    return passing('upstream_unavailable', refusedForMs, cause);
  }
  const key = PASSING[failure.kind];
  return key ? passing(key, failure.retryAfterMs, failure) : brokenAnswer(failure);
}

/** The answer had begun, so only its client can decide to ask again. */
export function brokenAnswer(failure: LlmError): HiloError {
  return new HiloError(failure.kind === 'timeout' ? 'upstream_timeout' : 'upstream_failed', {
    cause: failure,
  });
}

function passing(key: ErrorKey, askedMs: number = MODEL_LIMITS.busyRetryMs, cause?: LlmError): HiloError {
  const retryAfterMs = Math.min(Math.max(askedMs, 0), MODEL_LIMITS.retryAfterToldMaxMs);
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return new HiloError(key, { values: { seconds }, retryAfterMs, cause });
}

/** Of two times that may be unknown. */
export function soonest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
