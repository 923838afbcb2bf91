import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Amount, RowId, Time } from './common.ts';
import { Cursor } from './conversation-fields.ts';
import { EXAMPLE_DONE_JOB, JOB_KINDS, JOB_OPERATION_LIMITS } from './job-shapes.ts';

export const jobsHistory = defineOperation({
  name: 'jobs.history',
  summary: {
    en: 'List what was asked and answered in your jobs, newest first',
    es: 'Lista lo que se pidió y se respondió en tus trabajos, primero lo nuevo',
  },
  access: 'anonymous',
  scope: 'jobs',
  effect: 'read',
  input: z.strictObject({
    cursor: Cursor.optional(),
    limit: z.int().min(1).max(JOB_OPERATION_LIMITS.pageMax).default(10),
  }),
  output: z.strictObject({
    history: z.array(
      z.strictObject({
        job: RowId,
        kind: z.enum(JOB_KINDS),
        prompt: z.string(),
        answer: z.string(),
        inputTokens: z.int().nonnegative(),
        outputTokens: z.int().nonnegative(),
        charged: Amount,
        endedAt: Time,
      }),
    ),
    nextCursor: Cursor.optional(),
  }),
  errors: ['cursor_unknown'],
  http: [{ method: 'GET', path: '/jobs/history' }],
  examples: [
    {
      input: { limit: 1 },
      output: {
        history: [
          {
            job: EXAMPLE_DONE_JOB.id,
            kind: 'completion',
            prompt: 'Three names for a cat',
            answer: 'Nube, Copo and Lucero.',
            inputTokens: 12,
            outputTokens: 8,
            charged: 20,
            endedAt: '2026-11-30T09:20:05.120Z',
          },
        ],
      },
    },
  ],
});
