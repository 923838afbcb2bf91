import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { RowId } from './common.ts';
import { EXAMPLE_SUMMARY_VIEW } from './summary-shapes.ts';

export const summariesDelete = defineOperation({
  name: 'summaries.delete',
  summary: {
    en: 'Delete one of your summaries for good; the entries of what it cost stay',
    es: 'Elimina uno de tus resúmenes para siempre; los asientos de lo que costó se conservan',
  },
  access: 'anonymous',
  scope: 'models',
  effect: 'write',
  input: z.strictObject({ summary: RowId }),
  output: z.strictObject({ deleted: RowId }),
  errors: ['not_found'],
  http: [{ method: 'DELETE', path: '/summaries/{summary}', status: 204 }],
  text: { command: 'delete-summary', args: ['summary'], render: (_, locale) => DELETED[locale] },
  examples: [{ input: { summary: EXAMPLE_SUMMARY_VIEW.id }, output: { deleted: EXAMPLE_SUMMARY_VIEW.id } }],
});

const DELETED = { en: 'Deleted.', es: 'Eliminado.' } as const;
