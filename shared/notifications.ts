/**
 * Notifications that belong to the connection, not to a request. Those of a request are its operation's
 * events.
 */
import { z } from 'zod';
import { ConversationId, MessageId, Trace } from './operations/common.ts';
import { ConversationSummary } from './operations/conversation-shapes.ts';

export const NOTIFICATIONS = {
  /** Sent once on SIGTERM. Reconnect after the delay; it is drawn at random for each client. */
  'server.draining': z.strictObject({ reconnectAfterMs: z.int().nonnegative() }),
  /** The session acts for no user any more; it goes on as a guest, in a new conversation. */
  'session.signedOut': z.strictObject({
    reason: z.enum([
      'logout',
      'revoked',
      'reused',
      'password',
      'reset',
      'deactivated',
      'erased',
      'registered',
    ]),
  }),
  /** A turn that another session sends in the conversation that this one has open. */
  'conversation.turn': z.strictObject({
    conversation: ConversationId,
    /**
     * `started` and `delta`: the deltas joined are the answer. `ended`: its messages are written. `failed`:
     * nothing follows it. `missed`: this session has read so little that turns were left out: read the
     * conversation again.
     */
    phase: z.enum(['started', 'delta', 'ended', 'failed', 'missed']),
    trace: Trace.optional(),
    /** With `started`: what was asked, and the message that it follows. */
    prompt: z.string().optional(),
    parent: MessageId.optional(),
    /** With `delta`: the next part of the answer. */
    text: z.string().optional(),
    /** With `ended`, and with `started` when the prompt was there before: an answer is asked for again. */
    promptMessage: MessageId.optional(),
    answerMessage: MessageId.optional(),
    /** With `failed`: the key of the error. */
    reason: z.string().optional(),
  }),
  /** A conversation of the owner has changed or is gone; sent to every session of the owner. */
  'conversation.changed': z.strictObject({
    conversation: ConversationSummary.optional(),
    /** Its id. */
    deleted: ConversationId.optional(),
  }),
} as const;
