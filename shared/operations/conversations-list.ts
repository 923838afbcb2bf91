import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import {
  CONVERSATION_LIMITS,
  Cursor,
  EXAMPLE_SUMMARY,
  FolderId,
  shownConversation,
  shownMinute,
} from './conversation-fields.ts';
import { ConversationStatus, ConversationSummary } from './conversation-shapes.ts';

export const conversationsList = defineOperation({
  name: 'conversations.list',
  summary: {
    en: 'List your conversations, newest first',
    es: 'Lista tus conversaciones, primero las nuevas',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  input: z.strictObject({
    cursor: Cursor.optional(),
    folder: FolderId.optional(),
    /** All but the archived ones when left out. */
    status: ConversationStatus.optional(),
    limit: z.int().min(1).max(CONVERSATION_LIMITS.pageMax).default(CONVERSATION_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    /** The first page begins with all that are pinned; the others follow, each part newest first. */
    conversations: z.array(ConversationSummary),
    /** Absent on the last page. */
    nextCursor: Cursor.optional(),
  }),
  errors: ['not_found', 'cursor_unknown'],
  http: [{ method: 'GET', path: '/conversations' }],
  text: {
    command: 'conversations',
    args: ['cursor'],
    render: ({ conversations, nextCursor }, locale) => {
      const lines = conversations.map((conversation, index) => {
        const start = `${String(index + 1).padStart(3)}  ${shownMinute(conversation.updatedAt)}`;
        return `${start}  ${shownConversation(conversation, locale)}`;
      });
      if (nextCursor !== undefined) lines.push(`${MORE[locale]}: /conversations ${nextCursor}`);
      return lines.length === 0 ? NONE[locale] : lines.join('\n');
    },
  },
  commands: [
    {
      command: 'archived',
      args: ['cursor'],
      given: { status: 'archived' },
      summary: { en: 'List archived conversations', es: 'Lista las conversaciones archivadas' },
    },
  ],
  examples: [
    { input: {}, output: { conversations: [EXAMPLE_SUMMARY], nextCursor: 'MTc5NjAzMDQ0MjUxNy44MQ' } },
  ],
});

const NONE = { en: 'No conversations.', es: 'No hay conversaciones.' } as const;
const MORE = { en: 'More', es: 'Más' } as const;
