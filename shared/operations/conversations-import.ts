import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationSummary } from './conversation-shapes.ts';
import { EXAMPLE_SUMMARY } from './conversation-fields.ts';

export const conversationsImport = defineOperation({
  name: 'conversations.import',
  summary: {
    en: 'Import conversations from an export of Hilo, Open WebUI or ChatGPT',
    es: 'Importa conversaciones de una exportación de Hilo, Open WebUI o ChatGPT',
  },
  access: 'anonymous',
  effect: 'write',
  input: z.strictObject({
    /** JSON: one conversation, or a list. What does not fit into a line comes as a file. [F-3] */
    data: z
      .string()
      .min(2)
      .max(32 * 1024 * 1024),
  }),
  output: z.strictObject({ conversations: z.array(ConversationSummary), messages: z.int().nonnegative() }),
  errors: ['import_refused', 'too_many_kept'],
  largeInput: true,
  http: [{ method: 'POST', path: '/conversations/import', status: 201 }],
  examples: [
    {
      input: {
        data: JSON.stringify({
          title: 'A trip to the sea',
          mapping: {
            a: { parent: null, message: null },
            b: {
              parent: 'a',
              message: { author: { role: 'user' }, content: { content_type: 'text', parts: ['How far?'] } },
            },
          },
        }),
      },
      output: { conversations: [EXAMPLE_SUMMARY], messages: 1 },
    },
  ],
});
