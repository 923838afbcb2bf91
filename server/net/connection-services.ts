/** What all connections of a server share. */
import type { Clock } from '../../shared/clock.ts';
import type { Limits } from '../../shared/limits.ts';
import type { AddressAdmission } from './admission.ts';
import type { CloseReason } from '../protocol/close-reason.ts';
import type { Connection } from './connection.ts';
import type { Dispatch } from '../operations/dispatch.ts';
import type { FaceObserver } from '../protocol/face.ts';
import type { FlushScheduler } from '../protocol/outbox.ts';
import type { Session } from '../protocol/session.ts';
import type { SessionRegistry } from '../protocol/session-registry.ts';

export interface ConnectionServices {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly flushes: FlushScheduler;
  readonly registry: SessionRegistry;
  readonly dispatch: Dispatch;
  readonly addresses: AddressAdmission;
  readonly observer: FaceObserver;
  newSession(): Session;
  onTalking(connection: Connection, face: 'text' | 'json'): void;
  onClosed(connection: Connection, reason: CloseReason, durationMs: number): void;
}
