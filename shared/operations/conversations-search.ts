import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { safeLine } from '../text-safety.ts';
import { ConversationId, MessageId } from './common.ts';
import { Cursor, EXAMPLE_SUMMARY, shownMinute, shownTitle } from './conversation-fields.ts';

const Passage = z.array(
  z.strictObject({
    text: z.string(),
    /** One of the words that were looked for. */
    hit: z.literal(true).optional(),
  }),
);

export const conversationsSearch = defineOperation({
  name: 'conversations.search',
  summary: {
    en: 'Search titles and texts; the last word may be a beginning, quotes hold words together',
    es: 'Busca en títulos y textos; la última palabra puede ser un comienzo, las comillas unen palabras',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  input: z.strictObject({
    /** Accents and case do not matter. */
    query: z.string().min(1).max(200),
    cursor: Cursor.optional(),
    limit: z.int().min(1).max(50).default(20),
  }),
  output: z.strictObject({
    /** Titles first, on the first page only; then messages, newest first. */
    results: z.array(
      z.strictObject({
        conversation: ConversationId,
        title: z.string(),
        /** Absent when the title is what fits. */
        message: MessageId.optional(),
        role: z.enum(['user', 'assistant']).optional(),
        at: z.iso.datetime(),
        /** One after the other they are a part of the text. */
        passage: Passage,
      }),
    ),
    /** Absent on the last page. A page may have few results, or none, and still not be the last. */
    nextCursor: Cursor.optional(),
    /** Present when texts are still being indexed, which were not looked at. On the first page only. */
    isIncomplete: z.literal(true).optional(),
  }),
  errors: ['cursor_unknown'],
  http: [{ method: 'GET', path: '/conversations/search' }],
  text: {
    command: 'search',
    args: ['...query'],
    render: ({ results, isIncomplete = false }, locale) => {
      const found = results.map(({ title, at, passage }, index) => {
        const start = `${String(index + 1).padStart(3)}  ${shownMinute(at)}`;
        return `${start}  ${shownTitle(title, locale)}\n     ${marked(passage)}`;
      });
      if (found.length === 0) found.push(NONE[locale]);
      return [...found, ...(isIncomplete ? [INCOMPLETE[locale]] : [])].join('\n');
    },
  },
  examples: [
    {
      input: { query: 'sea' },
      output: {
        results: [
          {
            conversation: EXAMPLE_SUMMARY.id,
            title: EXAMPLE_SUMMARY.title,
            message: '81',
            role: 'user',
            at: EXAMPLE_SUMMARY.createdAt,
            passage: [{ text: 'How far is the ' }, { text: 'sea', hit: true }, { text: ' from here?' }],
          },
        ],
      },
    },
  ],
});

const NONE = { en: 'Nothing was found.', es: 'No se encontró nada.' } as const;

const INCOMPLETE = {
  en: 'Some texts are still being indexed; search again later to find them too.',
  es: 'Algunos textos aún se están indexando; repite la búsqueda más tarde para encontrarlos también.',
} as const;

function marked(passage: z.output<typeof Passage>): string {
  return safeLine(passage.map(({ text, hit }) => (hit ? `[${text}]` : text)).join(''));
}
