import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { fill } from '../locale.ts';
import { Time, UserReference } from './common.ts';
import { ConversationSummary } from './conversation-shapes.ts';
import { EXAMPLE_SUMMARY } from './conversation-fields.ts';

export const conversationsImport = defineOperation({
  name: 'conversations.import',
  summary: {
    en: 'Import conversations from an export of Hilo, Open WebUI or ChatGPT',
    es: 'Importa conversaciones de una exportación de Hilo, Open WebUI o ChatGPT',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    /**
     * JSON: one conversation, a list, or the lines of `users.export`. What does not fit into a line comes as
     * a file. [F-3]
     */
    data: z
      .string()
      .min(2)
      .max(32 * 1024 * 1024),
    /** Who gets them, if an administrator imports them for somebody. */
    user: UserReference.optional(),
  }),
  output: z.strictObject({
    conversations: z.array(ConversationSummary),
    messages: z.int().nonnegative(),
    /** Some of it is older than texts are kept here, and is deleted soon. */
    retention: z
      .strictObject({
        /** How long texts are kept. */
        days: z.int().positive(),
        /** Whole conversations that are deleted. */
        conversations: z.int().nonnegative(),
        /** Messages that are deleted, those of such conversations included. */
        messages: z.int().nonnegative(),
        /** When it begins. */
        at: Time,
      })
      .optional(),
  }),
  errors: ['import_refused', 'too_many_kept', 'forbidden', 'account_needed', 'key_not_enough', 'not_found'],
  largeInput: true,
  // Some thousand conversations, on a machine that is busy.
  deadlineMs: 120_000,
  http: [{ method: 'POST', path: '/conversations/import', status: 201 }],
  text: {
    command: 'import',
    args: [],
    pasted: 'data',
    render: ({ conversations, messages, retention }, locale) => {
      const lines = [fill(IMPORTED[locale], { conversations: conversations.length, messages })];
      if (retention) lines.push(fill(DELETED_SOON[locale], retention));
      return lines.join('\n');
    },
  },
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

const IMPORTED = {
  en: 'Imported: conversations {conversations}, messages {messages}',
  es: 'Importado: conversaciones {conversations}, mensajes {messages}',
} as const;
const DELETED_SOON = {
  en:
    'Texts are kept for {days} days, so from {at} on these are deleted: ' +
    'conversations {conversations}, messages {messages}',
  es:
    'Los textos se guardan {days} días, así que desde {at} se borran: ' +
    'conversaciones {conversations}, mensajes {messages}',
} as const;
