import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Attachment } from './attachment-shapes.ts';
import { ConversationId } from './common.ts';
import { renderSaid } from './turn-text.ts';

export const chatHistory = defineOperation({
  name: 'chat.history',
  summary: { en: 'Show this conversation', es: 'Muestra esta conversación' },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  input: z.strictObject({ limit: z.int().min(1).max(200).optional() }),
  output: z.strictObject({
    /** Absent before the first message. */
    conversation: ConversationId.optional(),
    /** Whole turns, oldest first: what the model is sent again, as far as it fits. */
    turns: z.array(
      z.strictObject({
        user: z.string(),
        assistant: z.string(),
        /** What was sent with it. */
        attachments: z.array(Attachment).optional(),
        /** Of the message; empty where it is not known. */
        trace: z.string(),
      }),
    ),
  }),
  errors: [],
  text: {
    command: 'history',
    args: ['limit'],
    render: ({ turns }, locale) =>
      turns.length === 0 ? EMPTY[locale] : turns.map((turn) => renderSaid(turn, locale)).join('\n\n'),
  },
  examples: [{ input: {}, output: { turns: [] } }],
});

const EMPTY = { en: 'Nothing has been said yet.', es: 'Todavía no se ha dicho nada.' } as const;
