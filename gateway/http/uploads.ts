/**
 * [H-8] in docs/protocol.md.
 * Input that does not fit into a line goes to the server as a file, piece by piece, as it comes from the
 * client: the next piece is read when the server has the one before.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Params, RpcFailure } from '../../shared/client/message.ts';
import { sendLargeInput, type LargeInput, type RunOperation } from '../../shared/client/large-input.ts';
import type { RequestMeta } from '../../shared/request-meta.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import type { ServerFault, ServerPool } from './server-pool.ts';

export interface UploadOptions {
  readonly pool: Pick<ServerPool, 'ask'>;
  readonly clock: Clock;
}

/** The server has refused a part of it. */
export class UploadFailure extends Error {
  readonly failure: RpcFailure;

  constructor(failure: RpcFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** The server could not be asked. */
export class UploadFault extends Error {
  readonly fault: ServerFault;

  constructor(fault: ServerFault) {
    super(fault);
    this.fault = fault;
  }
}

/**
 * Resolves with the name of the file. Rejects with `UploadFailure`, `UploadFault`, or what the source of the
 * pieces throws.
 */
export function upload(
  { pool, clock }: UploadOptions,
  input: LargeInput,
  { meta, signal }: { readonly meta: RequestMeta; readonly signal: AbortSignal },
): Promise<string> {
  const run: RunOperation = async (method, params) => {
    // What is thrown away is so because the client is gone, as a rule.
    const until = params['discard'] === true ? new AbortController().signal : signal;
    for (;;) {
      const request = { method, params, meta, timeoutMs: GATEWAY_LIMITS.operationMs, isRead: false };
      const answer = await pool.ask(request, until);
      if ('fault' in answer) throw new UploadFault(answer.fault);
      if (answer.ok) return answer.result satisfies Params;
      const { reason, retryAfterMs = Infinity } = answer.failure;
      // The pace of an address delays its client; it must not cost it what it has sent so far. [P-13]
      const isDelay = reason === 'too_many_requests' && retryAfterMs <= GATEWAY_LIMITS.uploadDelayMs;
      if (!isDelay || until.aborted) throw new UploadFailure(answer.failure);
      await new Promise<void>((resolve) => void clock.after(retryAfterMs, resolve));
    }
  };
  return sendLargeInput(run, input);
}
