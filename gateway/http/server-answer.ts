/** What the server has answered: a result, or something to throw. */
import type { Params } from '../../shared/client/message.ts';
import { ApiRefusal, failureError, type ApiError, type ApiRefusalKey } from './api-errors.ts';
import type { ServerAnswer, ServerFault } from './server-pool.ts';

export const FAULTS: Readonly<Record<ServerFault, ApiRefusalKey>> = {
  full: 'full',
  address_full: 'address_full',
  unreachable: 'server_unreachable',
  lost: 'server_lost',
  timed_out: 'timed_out',
};

/** The server has refused a request, or failed. */
export class Failure extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.code);
    this.error = error;
  }
}

/** Throws `Failure` and `ApiRefusal`. */
export function resultOf(answered: ServerAnswer): Params {
  if ('fault' in answered) throw new ApiRefusal(FAULTS[answered.fault]);
  if (!answered.ok) throw new Failure(failureError(answered.failure));
  return answered.result;
}
