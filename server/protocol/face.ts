/** What a connection asks of its face. The face is decided by the first byte and then stays. [P-2] */
import type { LineFault } from '../../shared/line-splitter.ts';
import type { ErrorKey, HiloError } from '../../shared/errors.ts';
import type { TelnetFilter } from '../../shared/telnet-filter.ts';
import type { Clock } from '../../shared/clock.ts';
import type { CloseReason } from '../support/close-reason.ts';
import type { CommandBudget } from './command-budget.ts';
import type { ConnectionPort } from '../operations/call.ts';
import type { Dispatch } from '../operations/dispatch.ts';
import type { ForwardedRequests } from './forwarded-requests.ts';
import type { Outbox } from './outbox.ts';
import type { Session } from './session.ts';
import type { SessionRegistry } from './session-registry.ts';

export interface Face {
  /** Whether the face accepts another line now. */
  readonly isReady: boolean;
  /** No request still waits for its answer. */
  readonly isIdle: boolean;
  line(text: string): void;
  fault(fault: LineFault): void;
  /** The final error line before the connection ends, with the LF; empty when there is nothing to report. */
  finalErrorLine(error: HiloError): string;
  draining(reconnectAfterMs: number): void;
  /** Writes something without meaning, to learn whether the peer is still there. */
  probe(): void;
  /** How long the peer has owed something, in addition to what the outbox knows. */
  stalledMs(nowMs: number): number;
  /** The connection is gone. */
  closed(): void;
}

/** What a face may ask of its connection. */
export interface FaceHost {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly budget: CommandBudget;
  readonly registry: SessionRegistry;
  readonly dispatch: Dispatch;
  readonly limits: FaceLimits;
  /** Undefined on the JSON-RPC face. */
  readonly terminal: Terminal | undefined;
  /** Whether passwords may be sent here. [T-8] */
  readonly mayAskSecrets: boolean;
  /** How long a line may be now. */
  readonly lineBytesMax: number;
  readonly observer: FaceObserver;
  /** Only on the gateway's own connections. [G-8] */
  readonly forwarded: ForwardedRequests | undefined;
  /** When the client ended its side; undefined while it has not. */
  readonly peerEndedMs: number | undefined;
  /** The current session; another one after a resume. */
  session: Session;
  /** What a handler may ask of the connection. Always the same object. */
  readonly port: ConnectionPort;
  /** The session that `port.adopt` requested; the face continues with it and clears this. */
  adopting: { readonly session: Session; readonly lastSeq: number } | undefined;
  close(reason: CloseReason, error?: HiloError): void;
  /** The face may be ready for another line, or idle. */
  pump(): void;
}

/** What is known of the client's terminal, by telnet. */
export type Terminal = Pick<TelnetFilter, 'hasNegotiated' | 'hideInput' | 'showInput'>;

export interface FaceObserver {
  /** A line that reached no operation. */
  refused(key: ErrorKey): void;
}

export interface FaceLimits {
  readonly waitingLinesMax: number;
  readonly waitingBytesMax: number;
  readonly pendingRequestsMax: number;
  readonly jsonDepthMax: number;
  readonly jsonMembersMax: number;
  readonly pasteCharactersMax: number;
  readonly outboxSoftBytes: number;
  readonly outboxLowBytes: number;
  readonly replayBytesMax: number;
}
