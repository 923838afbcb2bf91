/** What handlers may ask of a connection, and nothing else of it. */
import { HiloError } from '../../shared/errors.ts';
import type { ConnectionPort, SessionPort } from '../operations/call.ts';
import type { Session } from '../protocol/session.ts';
import type { CloseReason } from '../support/close-reason.ts';

interface Target {
  readonly address: string;
  adopting: { readonly session: Session; readonly lastSeq: number } | undefined;
  raiseLineLimit(): void;
  close(reason: CloseReason, error: HiloError): void;
}

export class HandlersPort implements ConnectionPort {
  readonly #connection: Target;

  constructor(connection: Target) {
    this.#connection = connection;
  }

  get address(): string {
    return this.#connection.address;
  }

  supersede(): void {
    this.#connection.close('superseded', new HiloError('superseded'));
  }

  adopt(session: SessionPort, lastSeq: number): void {
    // The directory of sessions returns the objects that the faces have made.
    this.#connection.adopting = { session: session as Session, lastSeq };
  }

  raiseLineLimit(): void {
    this.#connection.raiseLineLimit();
  }
}
