/** The answers to hello and resume. */
import { textOf, type Params, type RequestId, type RpcMessage } from './message.ts';
import type { Loss, Resumption, SessionStart } from './session-contract.ts';

/** The request whose answer makes the connection ready. */
export interface Greeting {
  readonly id: RequestId;
  readonly kind: 'hello' | 'resume';
  readonly lost?: LostSession;
}

/** A session that could not be resumed. */
export interface LostSession {
  readonly epoch: string;
  readonly reason: string;
}

/** `lastSeq` is known for a session that was resumed. Undefined when the answer cannot be understood. */
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

/** Messages about the connection are not numbered in the session. */
export function isUnnumbered(message: RpcMessage): boolean {
  return message.type === 'notification' && message.method === 'server.draining';
}

function lossOf(lost: LostSession, epoch: string): Loss {
  if (lost.epoch !== epoch) return 'restarted';
  return lost.reason === 'gap' ? 'gap' : 'expired';
}
