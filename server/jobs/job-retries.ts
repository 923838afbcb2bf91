/** Which failures of a job are worth another try, and when. */
import { ERRORS, type HiloError } from '../../shared/errors.ts';
import { JOB_LIMITS } from './limits.ts';

/** Credits that are held elsewhere do not come into its own hold. */
export function isWorthAnotherTry({ key }: HiloError): boolean {
  return ERRORS[key].retryable && key !== 'credits_held' && key !== 'address_credits_used';
}

/** Milliseconds until the next try, after so many. */
export function againIn(attempts: number, { retryAfterMs = 0 }: HiloError): number {
  const { backoffFirstMs, backoffFactor, backoffMaxMs } = JOB_LIMITS;
  const pauseMs = Math.min(backoffFirstMs * backoffFactor ** (attempts - 1), backoffMaxMs);
  return Math.max(pauseMs, Math.min(retryAfterMs, backoffMaxMs));
}
