import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationId, MessageId } from './common.ts';
import { BranchEnd } from './conversation-shapes.ts';
import { renderMessages } from './turn-text.ts';

/** One turn: what was asked and what was answered. */
const SHOWN = 2;

export const chatBranch = defineOperation({
  name: 'chat.branch',
  summary: {
    en: 'Go to another version of a message: what you write next follows that branch',
    es: 'Pasa a otra versión de un mensaje: lo siguiente que escribas sigue esa rama',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    /** This device stands at the newest message of the branch through it from now on. */
    message: MessageId,
  }),
  output: z.strictObject({
    conversation: ConversationId,
    /** The message that the next one follows. */
    place: MessageId,
    ...BranchEnd.shape,
  }),
  errors: ['not_found'],
  text: {
    command: 'branch',
    args: ['message'],
    render: ({ messages }, locale) => renderMessages(messages, SHOWN, locale),
  },
  examples: [
    {
      input: { message: '42' },
      output: {
        conversation: '0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60',
        place: '42',
        follows: false,
        messages: [],
      },
    },
  ],
});
