import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationId, MessageId } from './common.ts';
import { EXAMPLE_SUMMARY } from './conversation-fields.ts';
import { MESSAGES_AT_ONCE, MESSAGES_EXAMPLE, MessagePage } from './conversation-shapes.ts';

export const adminMessages = defineOperation({
  name: 'admin.messages',
  summary: {
    en: 'Read a conversation of anybody, along its newest branch; that an administrator did so is recorded',
    es: 'Lee una conversación de cualquiera, por su rama más nueva; queda registrado que se hizo',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: z.strictObject({
    /** Its whole id. */
    conversation: ConversationId,
    /** Only what comes before this message. */
    before: MessageId.optional(),
    limit: z.int().min(1).max(MESSAGES_AT_ONCE).optional(),
  }),
  output: MessagePage,
  errors: ['key_not_enough', 'not_found'],
  http: [{ method: 'GET', path: '/admin/conversations/{conversation}/messages' }],
  text: {
    command: 'read',
    args: ['conversation', 'before'],
    render: ({ messages }) => messages.map(({ id, role, text }) => `${id} · ${role} · ${text}`).join('\n'),
  },
  examples: [{ input: { conversation: EXAMPLE_SUMMARY.id }, output: { messages: MESSAGES_EXAMPLE } }],
});
