import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { RowId } from './common.ts';
import { EXAMPLE_SUMMARY_WHOLE, renderSummaryLine, Summary } from './summary-shapes.ts';

export const summariesGet = defineOperation({
  name: 'summaries.get',
  summary: { en: 'Read one of your summaries', es: 'Lee uno de tus resúmenes' },
  access: 'anonymous',
  scope: 'models',
  effect: 'read',
  input: z.strictObject({ summary: RowId }),
  output: Summary,
  errors: ['not_found'],
  http: [{ method: 'GET', path: '/summaries/{summary}' }],
  text: {
    command: 'summary',
    args: ['summary'],
    render: (summary, locale) => `${summary.text}\n-- ${renderSummaryLine(summary, locale)}`,
  },
  examples: [{ input: { summary: EXAMPLE_SUMMARY_WHOLE.id }, output: EXAMPLE_SUMMARY_WHOLE }],
});
