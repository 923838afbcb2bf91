import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { UserReference } from './common.ts';
import { CONVERSATION_LIMITS, Cursor, EXAMPLE_SUMMARY, shownConversation } from './conversation-fields.ts';
import { ConversationStatus, ConversationSummary } from './conversation-shapes.ts';

export const adminConversations = defineOperation({
  name: 'admin.conversations',
  summary: {
    en: 'List the conversations of a user, to read them; that an administrator did so is recorded',
    es: 'Lista las conversaciones de un usuario, para leerlas; queda registrado que se hizo',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: z.strictObject({
    user: UserReference,
    cursor: Cursor.optional(),
    status: ConversationStatus.optional(),
    limit: z.int().min(1).max(CONVERSATION_LIMITS.pageMax).default(CONVERSATION_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    conversations: z.array(ConversationSummary),
    nextCursor: Cursor.optional(),
  }),
  errors: ['key_not_enough', 'not_found', 'cursor_unknown'],
  http: [{ method: 'GET', path: '/admin/conversations' }],
  text: {
    command: 'conversations-of',
    args: ['user', 'cursor'],
    render: ({ conversations, nextCursor }, locale) => {
      const lines = conversations.map((one) => `${one.id} · ${shownConversation(one, locale)}`);
      if (lines.length === 0) return { en: 'No conversations.', es: 'No hay conversaciones.' }[locale];
      return [...lines, ...(nextCursor === undefined ? [] : [`… ${nextCursor}`])].join('\n');
    },
  },
  examples: [{ input: { user: 'ana@example.org' }, output: { conversations: [EXAMPLE_SUMMARY] } }],
});
