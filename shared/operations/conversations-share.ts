import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { MessageId } from './common.ts';
import { ConversationReference, EXAMPLE_SHARE, EXAMPLE_SUMMARY, Share } from './conversation-fields.ts';

export const conversationsShare = defineOperation({
  name: 'conversations.share',
  summary: {
    en: 'Make a link by which anyone reads one branch of a conversation, up to a message',
    es: 'Crea un enlace con el que cualquiera lee una rama de una conversación, hasta un mensaje',
  },
  access: 'anonymous',
  effect: 'write',
  input: z.strictObject({
    conversation: ConversationReference,
    /** The last one that is shown; later ones stay private. The newest of the conversation when left out. */
    message: MessageId.optional(),
  }),
  output: Share,
  errors: ['not_found', 'too_many_kept'],
  http: [{ method: 'POST', path: '/conversations/{conversation}/shares', status: 201 }],
  text: { command: 'share', args: ['conversation'], render: ({ share }) => share },
  examples: [{ input: { conversation: EXAMPLE_SUMMARY.id }, output: EXAMPLE_SHARE }],
});
