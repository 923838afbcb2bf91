import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_FILE, Trace } from './common.ts';
import { Charged } from './completion-shapes.ts';
import {
  EXAMPLE_SUMMARY_WHOLE,
  renderSummaryEvent,
  renderSummaryLine,
  Summary,
  SUMMARY_ERRORS,
  SUMMARY_EVENTS,
  SummaryInput,
} from './summary-shapes.ts';

export const summariesCreate = defineOperation({
  name: 'summaries.create',
  summary: {
    en: 'Summarise a text, a page or a document, however long it is',
    es: 'Resume un texto, una página o un documento, por largo que sea',
  },
  access: 'anonymous',
  scope: 'models',
  effect: 'stream',
  largeInput: true,
  input: SummaryInput,
  output: Summary.extend({ trace: Trace, credits: Charged }),
  events: SUMMARY_EVENTS,
  errors: SUMMARY_ERRORS,
  examples: [
    {
      input: { document: EXAMPLE_FILE, length: 'short' },
      output: {
        ...EXAMPLE_SUMMARY_WHOLE,
        trace: 'Usuario-3:m1',
        credits: { charged: 3520, balance: 16480 },
      },
    },
  ],
  text: {
    command: 'summarize',
    args: ['...text'],
    render: (summary, locale) => `-- ${renderSummaryLine(summary, locale)}`,
    renderEvent: renderSummaryEvent,
  },
});
