/** A request that takes a while: what comes on the way is handed on, and it can be stopped. */
import type { GivenInput } from '../../../shared/client/client.ts';
import { DISCONNECTED, type Outcome, type Params, type RequestId } from '../../../shared/client/message.ts';
import type { OperationName } from '../../../shared/operations/index.ts';
import type { Asking } from '../connection/page-line.ts';

export interface Following {
  readonly outcome: Promise<Outcome>;
  /** The outcome becomes `cancelled`, unless it is over already. */
  stop(): void;
}

export function follow<Name extends OperationName>(
  line: Pick<Asking, 'ask' | 'request'>,
  method: Name,
  params: GivenInput<Name>,
  event: (method: string, params: Params) => void,
): Following {
  let id: RequestId | undefined;
  let isStopped = false;
  const once = () => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    id = line.request(method, params, { event, repeated: () => {}, settled: resolve });
    if (id === undefined) resolve({ ok: false, failure: DISCONNECTED });
    return promise;
  };
  const again = async (outcome: Outcome): Promise<Outcome> => {
    if (outcome.ok || outcome.failure.reason !== 'auth_expired' || isStopped) return outcome;
    // An answer that has expired is asked for again with a new access token; then the session has it, too.
    const renewed = await line.ask('session.whoami', {});
    return renewed.ok && !isStopped ? once() : outcome;
  };
  return {
    outcome: once().then(again),
    stop: () => {
      isStopped = true;
      if (id !== undefined) void line.ask('chat.cancel', { requestId: id });
    },
  };
}
