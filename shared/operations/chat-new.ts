import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationId } from './common.ts';

export const chatNew = defineOperation({
  name: 'chat.new',
  summary: {
    en: 'Start a new conversation; the one before stays on the server',
    es: 'Empieza otra conversación; la anterior sigue en el servidor',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    /** Nothing of it is kept, and it is gone when the session leaves it or ends. */
    temporary: z.boolean().optional(),
  }),
  output: z.strictObject({
    /** The conversation that was left: kept until it is erased. */
    left: ConversationId.optional(),
    /** The new conversation, when it is a temporary one. */
    temporary: ConversationId.optional(),
  }),
  errors: [],
  text: {
    command: 'new',
    args: [],
    render: ({ left, temporary }, locale) => {
      if (temporary !== undefined) return TEXT.temporary[locale];
      return TEXT[left === undefined ? 'first' : 'kept'][locale];
    },
  },
  commands: [
    {
      command: 'temporary',
      args: [],
      given: { temporary: true },
      summary: {
        en: 'Start a conversation of which nothing is kept',
        es: 'Empieza una conversación de la que no se guarda nada',
      },
    },
  ],
  examples: [
    { input: {}, output: {} },
    { input: { temporary: true }, output: { temporary: '0193a5c1-7d20-7b11-8f3c-2a4b6c8d0e1f' } },
  ],
});

const TEXT = {
  temporary: {
    en: 'A temporary conversation: its text is not kept, and it is gone when you leave it or disconnect.',
    es: 'Una conversación temporal: su texto no se guarda y desaparece cuando la dejes o te desconectes.',
  },
  first: { en: 'A new conversation.', es: 'Una conversación nueva.' },
  kept: {
    en: 'A new conversation. The text of the one before stays on this server; "/erase all" erases it all.',
    es: 'Una conversación nueva. El texto de la anterior sigue en este servidor; «/erase all» lo borra todo.',
  },
} as const;
