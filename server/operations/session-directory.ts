import type { Guest } from '../identity/principal.ts';
import type { ConnectionPort, SessionPort } from './call.ts';

/** A seam: the sessions that can be resumed, by their tokens. In memory it answers at once. */
export interface SessionDirectory {
  /** Names this run of the server. */
  readonly epoch: string;
  /** Makes a session resumable; returns its first token. */
  register(session: SessionPort, holder: ConnectionPort): string | Promise<string>;
  /** A user has taken over the guest: no session acts for it any more. `by` has asked for that. */
  guestTaken(guest: Guest, by: SessionPort): void;
  /** The session behind a token; changes nothing. Throws `unknown_session`. */
  find(token: string, epoch: string): SessionPort | Promise<SessionPort>;
  /** Hands the session to another connection, supersedes the one that held it, and rotates the token. */
  claim(session: SessionPort, usedToken: string, holder: ConnectionPort): string | Promise<string>;
}
