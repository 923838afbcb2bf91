import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { withoutReservedLines } from '../reserved-lines.ts';
import { safeText } from '../text-safety.ts';
import { Cursor } from './conversation-fields.ts';

export const usersExport = defineOperation({
  name: 'users.export',
  summary: {
    en: 'Take everything with you, page by page: the pages together are a file of JSON lines',
    es: 'Llévate todo, por páginas: las páginas juntas son un archivo de líneas JSON',
  },
  access: 'anonymous',
  scope: 'account',
  effect: 'read',
  input: z.strictObject({ cursor: Cursor.optional() }),
  output: z.strictObject({
    /**
     * The `type` of a line: profile, folder, share, conversation, message, file, summary, job, statement or
     * usage.
     */
    text: z.string(),
    nextCursor: Cursor.optional(),
  }),
  errors: ['queue_full', 'ledger_unavailable', 'cursor_unknown'],
  http: [{ method: 'GET', path: '/users/me/export' }],
  text: {
    command: 'export-all',
    args: ['cursor'],
    render: ({ text, nextCursor }, locale) => {
      const shown = withoutReservedLines(safeText(text)).trimEnd();
      return nextCursor === undefined ? shown : `${shown}\n-- ${MORE[locale]}: /export-all ${nextCursor}`;
    },
  },
  examples: [
    {
      input: {},
      output: { text: '{"type":"profile","owner":"guest:0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60"}\n' },
    },
  ],
});

const MORE = { en: 'more', es: 'más' } as const;
