import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationReference, EXAMPLE_SUMMARY } from './conversation-fields.ts';
import { ConversationSummary } from './conversation-shapes.ts';

export const conversationsGet = defineOperation({
  name: 'conversations.get',
  summary: {
    en: 'Read what a conversation is called and how it is set',
    es: 'Lee el título y los ajustes de una conversación',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  input: z.strictObject({ conversation: ConversationReference }),
  output: ConversationSummary.extend({
    /** What the model is told in it; empty: nothing. */
    instructions: z.string(),
  }),
  errors: ['not_found'],
  http: [{ method: 'GET', path: '/conversations/{conversation}' }],
  examples: [
    {
      input: { conversation: EXAMPLE_SUMMARY.id },
      output: { ...EXAMPLE_SUMMARY, instructions: '' },
    },
  ],
});
