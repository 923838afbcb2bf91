import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { BeginningSettings, EXAMPLE_SUMMARY, FolderId, Title } from './conversation-fields.ts';
import { ConversationSummary } from './conversation-shapes.ts';

export const conversationsCreate = defineOperation({
  name: 'conversations.create',
  summary: {
    en: 'Create a conversation; the first message alone does so too',
    es: 'Crea una conversación; también lo hace el primer mensaje por sí solo',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    title: Title.optional(),
    folder: FolderId.optional(),
    ...BeginningSettings.shape,
  }),
  output: ConversationSummary,
  errors: ['not_found', 'too_many_kept'],
  http: [{ method: 'POST', path: '/conversations', status: 201 }],
  examples: [{ input: { title: 'A trip to the sea' }, output: EXAMPLE_SUMMARY }],
});
