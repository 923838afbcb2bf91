/** Why a connection is not admitted; sent in the protocol of the client, as soon as its face is known. */
import { HiloError } from '../../shared/errors.ts';
import type { CloseReason } from '../support/close-reason.ts';

export interface Refusal {
  readonly reason: CloseReason;
  readonly error: HiloError;
}

export function refusal(
  reason: 'server_full' | 'address_limit' | 'store_unavailable',
  retryAfterMs: number,
): Refusal {
  const values = { seconds: Math.ceil(retryAfterMs / 1_000) };
  return { reason, error: new HiloError(reason, { values, retryAfterMs }) };
}

/** The client speaks another protocol. [P-3] */
export function violation(what: string): Refusal {
  return { reason: 'protocol_violation', error: new HiloError('protocol_violation', { values: { what } }) };
}

/** The client speaks without TLS where TLS is spoken. [P-18] */
export const TLS_EXPECTED: Refusal = {
  reason: 'protocol_violation',
  error: new HiloError('tls_expected'),
};
