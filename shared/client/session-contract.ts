/** The contract between a resumable session and its owner, and the reasons why a connection ended. */
import type { Clock } from '../clock.ts';
import { CONVERSATION_ERRORS } from '../conversation-errors.ts';
import type { ErrorKey } from '../errors.ts';
import type { Locale } from '../locale.ts';
import type { HeartbeatLimits } from './heartbeat.ts';
import { isErrorKey, type FailureReason, type Outcome, type Params, type RequestId } from './message.ts';
import type { OpenTransport, TransportEnd } from './transport.ts';

export const SESSION_LIMITS = {
  /** The time from the first packet until the answer to hello or resume. */
  greetMs: 10_000,
  /** Even at three bytes a character, less than what may stay unacknowledged (`outboxSoftBytes`). */
  acknowledgeCharacters: 16 * 1024,
  acknowledgeMs: 500,
} as const;

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
      /** Monotonic; infinite when only `connectNow` can start the next attempt. */
      readonly dueMs: number;
      readonly delayMs: number;
      /** The server chose the delay; only the user may cut it short. */
      readonly asked: boolean;
    }
  | { readonly name: 'ended'; readonly reason: CloseReason };

const NEXT: Readonly<Record<ConnectionState['name'], readonly ConnectionState['name'][]>> = {
  idle: ['connecting', 'ended'],
  connecting: ['greeting', 'waiting', 'ended'],
  greeting: ['ready', 'waiting', 'ended'],
  ready: ['ready', 'waiting', 'ended'],
  waiting: ['connecting', 'ended'],
  ended: ['connecting'],
};

export function mayFollow(state: ConnectionState, next: ConnectionState): boolean {
  return NEXT[state.name].includes(next.name);
}

/** What is needed to resume a session. */
export interface Resumption {
  readonly session: string;
  readonly token: string;
  readonly epoch: string;
  readonly lastSeq: number;
}

export type Loss = 'restarted' | 'expired' | 'gap';

export interface SessionStart {
  /** Why an older session could not be resumed; undefined when there was none. */
  readonly loss: Loss | undefined;
  /** Keep it before anything else: a later hello with this token is the same guest. */
  readonly guestToken: string | undefined;
  /** The conversation that messages of this session belong to. */
  readonly conversation: string | undefined;
}

/** A mistake by the server or the network. For programs that check a server. */
export type Fault = 'not_a_message' | 'unnumbered' | 'duplicate' | 'gap' | 'miscounted';

export interface ConnectionEvents {
  stateChanged(state: ConnectionState): void;
  sessionStarted(start: SessionStart): void;
  /** Missed messages follow, then `caughtUp`. */
  sessionResumed(): void;
  /** Everything missed has been handed on; `running` are the requests that the server still works on. */
  caughtUp(running: readonly RequestId[]): void;
  /** A notification that belongs to no `call` and to no `request`. */
  notification(method: string, params: Params): void;
  /** The response to a `post`, which may come from an earlier load of the page. */
  response(id: RequestId, outcome: Outcome): void;
  /** Must save the session and everything that was handed on before it returns. */
  persist(): void;
  /** The session continues as well as it can. */
  fault?(fault: Fault, line: string): void;
}

/** What the client remembers of an earlier session. */
export interface KnownGuest {
  readonly guestToken?: string;
  readonly conversation?: string;
  /** For whom the session acts from its beginning: an API key or an access token. */
  readonly key?: string;
  /** Its own place in the branches of a conversation belongs to it. [C-2] */
  readonly device?: string;
}

export interface SessionOptions {
  readonly open: OpenTransport;
  readonly clock: Clock;
  /** The delay before the next attempt; `askedMs` is the server's wish. Infinite: wait for `connectNow`. */
  readonly reconnectDelayMs: (attempt: number, askedMs: number | undefined) => number;
  readonly client: { readonly client: string; readonly version: string };
  readonly locale: () => Locale;
  readonly guest: () => KnownGuest;
  readonly newId: () => RequestId;
  readonly resumption: Resumption | undefined;
  /** Replaces the value in `SESSION_LIMITS`. */
  readonly greetMs?: number;
  /** Without it, a silent line is never probed. */
  readonly heartbeat?: HeartbeatLimits;
}

export function closeReasonOf({ code, reason }: TransportEnd): CloseReason {
  if (Object.hasOwn(CONVERSATION_ERRORS, reason ?? '')) return reason as keyof typeof CONVERSATION_ERRORS;
  if (code === 1012) return 'draining';
  if (code === 1013) return 'server_unreachable';
  if (code === 1000 || code === 1001) return 'ended';
  return 'network';
}

export function asCloseReason(reason: FailureReason): CloseReason {
  return isErrorKey(reason) ? reason : 'network';
}

export function requestIds(value: unknown): RequestId[] {
  if (!Array.isArray(value)) return [];
  return value.filter((id) => typeof id === 'string' || typeof id === 'number');
}
