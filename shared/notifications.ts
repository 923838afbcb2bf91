/**
 * Notifications that belong to the connection, not to a request. Those of a request are its operation's
 * events.
 */
import { z } from 'zod';

export const NOTIFICATIONS = {
  /** Sent once on SIGTERM. Reconnect after the delay; it is drawn at random for each client. */
  'server.draining': z.strictObject({ reconnectAfterMs: z.int().nonnegative() }),
  /** The session acts for no user any more; it goes on as a guest, in a new conversation. */
  'session.signedOut': z.strictObject({
    reason: z.enum(['logout', 'revoked', 'reused', 'password', 'registered']),
  }),
} as const;
