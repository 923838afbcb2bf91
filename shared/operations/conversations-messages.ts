import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationReference, EXAMPLE_SUMMARY } from './conversation-fields.ts';
import { MessageId } from './common.ts';
import { MESSAGES_EXAMPLE, MessagePage, MESSAGES_AT_ONCE } from './conversation-shapes.ts';

export const conversationsMessages = defineOperation({
  name: 'conversations.messages',
  summary: {
    en: 'Read the messages of a conversation, from the newest back, along one branch',
    es: 'Lee los mensajes de una conversación, del más nuevo hacia atrás, por una de sus ramas',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  input: z.strictObject({
    conversation: ConversationReference,
    /** Only what comes before this message, along its own branch. */
    before: MessageId.optional(),
    limit: z.int().min(1).max(MESSAGES_AT_ONCE).optional(),
    /** The branch through this message; the branch of the device when left out. */
    message: MessageId.optional(),
  }),
  output: MessagePage.extend({
    /** Keys of the records of its messages, the oldest first, where chat is in `HISTORY_FILES`. */
    records: z.array(z.string()).optional(),
  }),
  errors: ['not_found'],
  http: [{ method: 'GET', path: '/conversations/{conversation}/messages' }],
  examples: [
    {
      input: { conversation: EXAMPLE_SUMMARY.id, limit: 2 },
      output: { messages: MESSAGES_EXAMPLE },
    },
  ],
});
