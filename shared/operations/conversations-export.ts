import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { withoutReservedLines } from '../reserved-lines.ts';
import { safeText } from '../text-safety.ts';
import { ConversationReference, Cursor, EXAMPLE_SUMMARY } from './conversation-fields.ts';

export const conversationsExport = defineOperation({
  name: 'conversations.export',
  summary: {
    en: 'Export a conversation with all its branches, page by page; the pages together are the file',
    es: 'Exporta una conversación con todas sus ramas, por páginas; las páginas juntas son el archivo',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  input: z.strictObject({
    conversation: ConversationReference,
    format: z.enum(['markdown', 'json']).default('markdown'),
    cursor: Cursor.optional(),
  }),
  output: z.strictObject({
    title: z.string(),
    format: z.enum(['markdown', 'json']),
    text: z.string(),
    nextCursor: Cursor.optional(),
  }),
  errors: ['not_found', 'cursor_unknown'],
  http: [{ method: 'GET', path: '/conversations/{conversation}/export' }],
  text: {
    command: 'export',
    args: ['conversation', 'format', 'cursor'],
    render: ({ text, format, nextCursor }, locale) => {
      const shown = withoutReservedLines(safeText(text)).trimEnd();
      return nextCursor === undefined ? shown : `${shown}\n-- ${MORE[locale]}: ${format} ${nextCursor}`;
    },
  },
  examples: [
    {
      input: { conversation: EXAMPLE_SUMMARY.id },
      output: {
        title: 'A trip to the sea',
        format: 'markdown',
        text: '# A trip to the sea\n\n## You · 2026-11-30 09:12\n\nHow far is the sea?\n\n',
      },
    },
  ],
});

const MORE = { en: 'more', es: 'más' } as const;
