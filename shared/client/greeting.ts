/** What hello and resume answer. */
import { textOf, type Params, type RequestId, type RpcMessage } from './message.ts';
import type { Loss, Resumption, SessionStart } from './session-contract.ts';

/** The request that is to be answered before the connection is ready. */
export interface Greeting {
  readonly id: RequestId;
  readonly kind: 'hello' | 'resume';
  readonly lost?: LostSession;
}

/** A session that could not be taken up. */
export interface LostSession {
  readonly epoch: string;
  readonly reason: string;
}

/** `lastSeq` is known of a session that was resumed. Undefined when the server makes no sense. */
export function resumptionOf(result: Params, lastSeq: number | undefined): Resumption | undefined {
  const { session, resumeToken, epoch, seq } = result;
  if (typeof resumeToken !== 'string' || typeof epoch !== 'string' || typeof seq !== 'number')
    return undefined;
  return { session: textOf(session), token: resumeToken, epoch, lastSeq: lastSeq ?? seq };
}

export function startOf(result: Params, lost: LostSession | undefined): SessionStart {
  return {
    loss: lost && lossOf(lost, textOf(result['epoch'])),
    guestToken: textOf(result['guestToken']) || undefined,
    conversation: textOf(result['conversation']) || undefined,
  };
}

/** Messages of the connection stand outside the numbering of the session. */
export function isUnnumbered(message: RpcMessage): boolean {
  return message.type === 'notification' && message.method === 'server.draining';
}

function lossOf(lost: LostSession, epoch: string): Loss {
  if (lost.epoch !== epoch) return 'restarted';
  return lost.reason === 'gap' ? 'gap' : 'expired';
}
