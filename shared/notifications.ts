/**
 * Notifications that belong to the connection, not to a request. Those of a request are its operation's
 * events.
 */
import { Attachment } from './operations/attachment-shapes.ts';
import { z } from 'zod';
import { ConversationId, MessageId, Trace } from './operations/common.ts';
import { ConversationSummary } from './operations/conversation-shapes.ts';
import { Job } from './operations/job-shapes.ts';

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
  /** A turn that another session sends in the conversation that this one has open. [C-3] */
  'conversation.turn': z.strictObject({
    conversation: ConversationId,
    /**
     * `started` and `delta`: the deltas joined are the answer; another `started` begins anew. `ended`: its
     * messages are written. `failed`: nothing follows it. `missed`: this session has read so little that
     * turns were left out: read the conversation again.
     */
    phase: z.enum(['started', 'delta', 'ended', 'failed', 'missed']),
    trace: Trace.optional(),
    /** With `started`: what was asked, unless it was there before, and the message that it follows. */
    prompt: z.string().optional(),
    parent: MessageId.optional(),
    /** With `started`: the names of the files that are sent with it. */
    files: z.array(z.string()).optional(),
    /** With `ended`: what was sent of them. */
    attachments: z.array(Attachment).optional(),
    /** With `delta`: the next part of the answer, and how many UTF-16 code units of it come before. */
    text: z.string().optional(),
    from: z.int().nonnegative().optional(),
    /** With `ended`, and with `started` when a prompt that was there before is answered once more. */
    promptMessage: MessageId.optional(),
    answerMessage: MessageId.optional(),
    /** With `failed`: the key of the error. */
    reason: z.string().optional(),
  }),
  /**
   * A conversation of the owner has changed or is gone; sent to the owner's sessions. With neither member:
   * there were so many that some were left out; read the list again. [C-4]
   */
  'conversation.changed': z.strictObject({
    conversation: ConversationSummary.optional(),
    /** Its id. */
    deleted: ConversationId.optional(),
  }),
  /** A limit is near, or reached; sent to whoever has spent it, for the server to administrators. */
  'credits.limit': z.strictObject({
    /** `allowance`: what a wallet is given for a period. */
    what: z.enum(['member', 'key', 'server', 'allowance']),
    percent: z.union([z.literal(80), z.literal(100)]),
    used: z.int().nonnegative(),
    limit: z.int().nonnegative(),
    period: z.enum(['day', 'week', 'month']),
    until: z.iso.datetime(),
    /** Of the team, for what is a team's. */
    name: z.string().optional(),
  }),
  /**
   * A job of the owner goes on or has ended; sent to sessions that have called `jobs.follow`. Without the
   * job: there were so many that some were left out; read the list again.
   */
  'jobs.changed': z.strictObject({ job: Job.optional() }),
} as const;
