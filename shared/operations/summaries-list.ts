import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Cursor } from './conversation-fields.ts';
import { EXAMPLE_SUMMARY_VIEW, renderSummaryLine, SUMMARY_LIMITS, SummaryView } from './summary-shapes.ts';

export const summariesList = defineOperation({
  name: 'summaries.list',
  summary: { en: 'List your summaries, newest first', es: 'Lista tus resúmenes, primero los nuevos' },
  access: 'anonymous',
  scope: 'models',
  effect: 'read',
  input: z.strictObject({
    cursor: Cursor.optional(),
    limit: z.int().min(1).max(SUMMARY_LIMITS.pageMax).default(SUMMARY_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    summaries: z.array(SummaryView),
    /** Absent on the last page. */
    nextCursor: Cursor.optional(),
  }),
  errors: ['cursor_unknown'],
  http: [{ method: 'GET', path: '/summaries' }],
  text: {
    command: 'summaries',
    args: ['cursor'],
    render: ({ summaries, nextCursor }, locale) => {
      const lines = summaries.map((summary) => renderSummaryLine(summary, locale));
      if (nextCursor !== undefined) lines.push(`${MORE[locale]}: /summaries ${nextCursor}`);
      return lines.length === 0 ? NONE[locale] : lines.join('\n');
    },
  },
  examples: [{ input: {}, output: { summaries: [EXAMPLE_SUMMARY_VIEW] } }],
});

const NONE = { en: 'No summaries.', es: 'No hay resúmenes.' } as const;
const MORE = { en: 'More', es: 'Más' } as const;
