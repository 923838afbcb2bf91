/** What operations on conversations have in common. */
import { z } from 'zod';
import { Attachment } from './attachment-shapes.ts';
import { ConversationId, MessageId, ModelName, Trace } from './common.ts';

/** Messages on one page. */
export const MESSAGES_AT_ONCE = 100;

/** The longest name of a conversation, a folder or a persona. */
const NAME_CHARACTERS = 200;

export const ConversationStatus = z.enum(['open', 'closed', 'archived']);

export const ConversationSummary = z.strictObject({
  id: ConversationId,
  /** Empty while it has none. */
  title: z.string(),
  status: ConversationStatus,
  pinned: z.boolean(),
  /** The id of a folder. */
  folder: z.string().max(NAME_CHARACTERS).optional(),
  /** Answers in it; the one that the session has chosen when left out. */
  route: ModelName.optional(),
  persona: z.string().max(NAME_CHARACTERS).optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

/** Versions of a message: the prompts that follow the same answer, or the answers to the same prompt. */
export const Siblings = z.strictObject({
  /** Oldest first, the message itself included. */
  ids: z.array(MessageId),
  /** Where the message stands among them, from 0. */
  index: z.int().nonnegative(),
});

/** A message of a conversation. Messages form a tree: an edited prompt or a second answer is a branch. */
export const Message = z.strictObject({
  id: MessageId,
  /** The message that it follows; absent for the first one of a branch. */
  parent: MessageId.optional(),
  role: z.enum(['user', 'assistant']),
  /** Empty when it was erased. */
  text: z.string(),
  /** `cancelled`: an answer that was stopped. */
  status: z.enum(['ok', 'cancelled', 'erased']),
  createdAt: z.iso.datetime(),
  /** What was sent with it. */
  attachments: z.array(Attachment).optional(),
  /** Of the exchange that made it; absent when that was erased. */
  trace: Trace.optional(),
  /** Absent when it is the only version. */
  siblings: Siblings.optional(),
});

/** A part of one branch. */
export const MessagePage = z.strictObject({
  /** Oldest first. */
  messages: z.array(Message),
  /** Ask for what comes before this message; absent when nothing does. */
  before: MessageId.optional(),
});

/** The end of the branch on which the device stands. */
export const BranchEnd = z.strictObject({
  ...MessagePage.shape,
  /** The device stands at the newest message of all branches, and follows it. */
  follows: z.boolean().optional(),
  /**
   * Messages before the last turn that the model was sent with it; those above them did not fit. Absent while
   * it is not known, such as after a restart.
   */
  remembered: z.int().nonnegative().optional(),
});

export const MESSAGES_EXAMPLE: z.input<typeof Message>[] = [
  { id: '41', role: 'user', text: 'hello', status: 'ok', createdAt: '2026-11-30T09:00:12.000Z' },
  {
    id: '42',
    parent: '41',
    role: 'assistant',
    text: 'Hello! How are you today?',
    status: 'ok',
    createdAt: '2026-11-30T09:00:12.000Z',
    trace: 'Usuario-3:m1',
  },
];
