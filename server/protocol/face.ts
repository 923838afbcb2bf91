/** What a connection asks of its face. The face is decided by the first byte and then stays. [P-2] */
import type { LineFault } from '../../shared/line-splitter.ts';
import type { ErrorKey, HiloError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/clock.ts';
import type { CloseReason } from '../support/close-reason.ts';
import type { CommandBudget } from './command-budget.ts';
import type { ConnectionPort } from '../operations/call.ts';
import type { Dispatch } from '../operations/dispatch.ts';
import type { Outbox } from './outbox.ts';
import type { Session } from './session.ts';
import type { SessionRegistry } from './session-registry.ts';

export interface Face {
  /** Whether another line may be handed over now. */
  readonly isReady: boolean;
  /** Nothing that was asked is still to be answered. */
  readonly isIdle: boolean;
  line(text: string): void;
  fault(fault: LineFault): void;
  /** The last words before the connection ends, with the LF; empty when the face has nothing to say. */
  finalErrorLine(error: HiloError): string;
  draining(reconnectAfterMs: number): void;
  /** Writes something that means nothing, to learn whether the peer is there. */
  probe(): void;
  /** How long the peer has owed something, beside what the outbox knows. */
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
  /** How long a line may be now. */
  readonly lineBytesMax: number;
  readonly observer: FaceObserver;
  /** When the client ended its side; undefined while it has not. */
  readonly peerEndedMs: number | undefined;
  /** Who talks here; another one after a resume. */
  session: Session;
  /** What a handler may ask of the connection. Always the same object. */
  readonly port: ConnectionPort;
  /** The session that `port.adopt` asked for; the face goes on with it and clears this. */
  adopting: { readonly session: Session; readonly lastSeq: number } | undefined;
  close(reason: CloseReason, error?: HiloError): void;
  /** The face may be ready for another line, or idle. */
  pump(): void;
}

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
