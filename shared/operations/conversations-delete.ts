import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationId } from './common.ts';
import { ConversationReference, EXAMPLE_SUMMARY } from './conversation-fields.ts';

export const conversationsDelete = defineOperation({
  name: 'conversations.delete',
  summary: {
    en: 'Delete a conversation and erase what was said in it; the proofs stay valid',
    es: 'Elimina una conversación y borra lo dicho en ella; las pruebas siguen siendo válidas',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({ conversation: ConversationReference }),
  output: z.strictObject({
    deleted: ConversationId,
    messages: z.int().nonnegative(),
    /** False while a long one is still being erased: it goes on by itself, and nobody sees it any more. */
    erased: z.boolean(),
  }),
  errors: ['not_found'],
  http: [{ method: 'DELETE', path: '/conversations/{conversation}', status: 204 }],
  text: {
    command: 'delete',
    args: ['conversation'],
    render: ({ messages, erased }, locale) =>
      `${DELETED[locale](messages)}${erased ? '' : ` ${GOES_ON[locale]}`}`,
  },
  examples: [
    {
      input: { conversation: EXAMPLE_SUMMARY.id },
      output: { deleted: EXAMPLE_SUMMARY.id, messages: 12, erased: true },
    },
  ],
});

const DELETED = {
  en: (count: number) => `Deleted, with ${count} ${count === 1 ? 'message' : 'messages'}.`,
  es: (count: number) => `Eliminada, con ${count} ${count === 1 ? 'mensaje' : 'mensajes'}.`,
} as const;

const GOES_ON = {
  en: 'Its texts are still being erased.',
  es: 'Sus textos todavía se están borrando.',
} as const;
