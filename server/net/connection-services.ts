/** What all connections of a server share, and what is known of one when it begins. */
import type { Clock } from '../../shared/clock.ts';
import type { Limits } from '../../shared/limits.ts';
import type { AddressAdmission, Verdict } from './admission.ts';
import type { Refusal } from './refusal.ts';
import type { CloseReason } from '../support/close-reason.ts';
import type { Dispatch } from '../operations/dispatch.ts';
import type { ForwardedRequests } from '../protocol/forwarded-requests.ts';
import type { FaceObserver } from '../protocol/face.ts';
import type { ServerEntry } from '../operations/services.ts';
import type { FlushScheduler } from '../protocol/outbox.ts';
import type { HiloError } from '../../shared/errors.ts';
import type { Session } from '../protocol/session.ts';
import type { SessionRegistry } from '../protocol/session-registry.ts';

/** What the listener knows of a connection. */
export interface OpenConnection {
  readonly session: { readonly name: string };
  readonly outbox: { readonly queuedBytes: number };
  /** No request still waits for its answer. */
  readonly isIdle: boolean;
  /** Deadlines. */
  sweep(nowMs: number): void;
  draining(reconnectAfterMs: number): void;
  close(reason: CloseReason, error?: HiloError): void;
}

export interface ConnectionServices {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly flushes: FlushScheduler;
  readonly registry: SessionRegistry;
  readonly dispatch: Dispatch;
  readonly addresses: AddressAdmission;
  readonly observer: FaceObserver;
  /** Whether passwords may come over TCP from other machines. [T-8] */
  readonly allowsPlainLogin: boolean;
  readonly entry: ServerEntry;
  /** For the gateway's own connections. */
  readonly forwarded: ForwardedRequests;
  /** Throws when the connection cannot be numbered. */
  newSession(): Session;
  /** For a connection that is refused. */
  unnumberedSession(): Session;
  /** Called once for each connection, with its first face. */
  onTalking(connection: OpenConnection, face: 'text' | 'json'): void;
  onClosed(connection: OpenConnection, reason: CloseReason, durationMs: number): void;
}

export interface ConnectionOptions {
  readonly demandsProxyHeader: boolean;
  /** A proxy that speaks for itself here is the gateway. */
  readonly believesProxy: boolean;
  /** How the address was counted, if it has been counted already. */
  readonly admitted?: Verdict | undefined;
  /** The socket's, if it may not know it any more. */
  readonly address?: string;
  /** From the client to this server. */
  readonly isEncrypted?: boolean;
  readonly session: Session;
  readonly refusal: Refusal | undefined;
}
