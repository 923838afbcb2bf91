/** What the page and its connection promise each other, and why a connection ended. */
import type { Clock } from '../../../shared/clock.ts';
import type { ErrorKey } from '../../../shared/errors.ts';
import { isErrorKey, type Outcome, type Params, type RequestId, type RpcFailure } from './rpc-message.ts';

export const CONNECTION_LIMITS = {
  /** From the first packet to the answer to hello or resume. */
  greetMs: 10_000,
  /** In characters: a third of the bytes that the server lets stand unacknowledged, whatever the script. */
  acknowledgeCharacters: 16 * 1024,
  acknowledgeMs: 500,
  /**
   * Silence after which the page asks whether the server is still there, and how long it waits for a word.
   */
  silenceMs: 45_000,
  probeMs: 8_000,
} as const;

export interface Socket {
  send(line: string): void;
  close(): void;
}

export interface SocketListener {
  opened(): void;
  received(line: string): void;
  closed(code: number, reason: string): void;
}

export type CloseReason = ErrorKey | 'network' | 'server_unreachable' | 'ended' | 'unresponsive';

export type ConnectionState =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'greeting'; readonly attempt: number }
  | { readonly name: 'ready'; readonly resumed: boolean; readonly draining: boolean }
  | {
      readonly name: 'waiting';
      readonly attempt: number;
      readonly reason: CloseReason;
      /** Monotonic. */
      readonly dueMs: number;
      readonly delayMs: number;
      /** The server named the delay; only the reader may cut it short. */
      readonly asked: boolean;
    }
  | { readonly name: 'ended'; readonly reason: CloseReason };

/** What it takes to take up a session again. */
export interface Resumption {
  readonly session: string;
  readonly token: string;
  readonly epoch: string;
  readonly lastSeq: number;
}

export type Loss = 'restarted' | 'expired' | 'gap';

export interface ConnectionEvents {
  stateChanged(state: ConnectionState): void;
  /** A new session; `loss` says why an older one could not be taken up. */
  sessionStarted(loss: Loss | undefined): void;
  /** Missed messages follow, then `caughtUp`. */
  sessionResumed(): void;
  /** Everything missed has been handed on; `running` are the requests that the server still works on. */
  caughtUp(running: readonly RequestId[]): void;
  notification(method: string, params: Params): void;
  /** The response to a `post`, possibly one of an earlier load of the page. */
  response(id: RequestId, outcome: Outcome): void;
  /** Keep the session and all that was handed on; synchronous. */
  persist(): void;
}

export interface ConnectionOptions {
  readonly openSocket: (listener: SocketListener) => Socket;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly client: { readonly client: string; readonly version: string };
  readonly locale: () => string;
  readonly newId: () => string;
  readonly resumption: Resumption | undefined;
}

export function closeReasonOf(code: number, reason: string): CloseReason {
  if (isErrorKey(reason)) return reason;
  if (code === 1012) return 'draining';
  if (code === 1013) return 'server_unreachable';
  if (code === 1000 || code === 1001) return 'ended';
  return 'network';
}

export function asCloseReason(reason: RpcFailure['reason']): CloseReason {
  return reason === 'disconnected' ? 'network' : reason;
}

export function requestIds(value: unknown): RequestId[] {
  if (!Array.isArray(value)) return [];
  return value.filter((id) => typeof id === 'string' || typeof id === 'number');
}
