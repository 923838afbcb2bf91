import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationId, Empty } from './common.ts';

export const chatNew = defineOperation({
  name: 'chat.new',
  summary: {
    en: 'Start a new conversation; the one before stays on the server',
    es: 'Empieza otra conversación; la anterior sigue en el servidor',
  },
  access: 'anonymous',
  effect: 'write',
  input: Empty,
  output: z.strictObject({
    /** The conversation that was left: kept until it is erased. */
    left: ConversationId.optional(),
  }),
  errors: [],
  text: {
    command: 'new',
    args: [],
    render: ({ left }, locale) => TEXT[left === undefined ? 'first' : 'kept'][locale],
  },
  examples: [{ input: {}, output: {} }],
});

const TEXT = {
  first: { en: 'A new conversation.', es: 'Una conversación nueva.' },
  kept: {
    en: 'A new conversation. The text of the one before stays on this server; "/erase all" erases it all.',
    es: 'Una conversación nueva. El texto de la anterior sigue en este servidor; «/erase all» lo borra todo.',
  },
} as const;
