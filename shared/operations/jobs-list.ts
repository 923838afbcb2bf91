import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Cursor } from './conversation-fields.ts';
import { EXAMPLE_JOB, Job, JOB_OPERATION_LIMITS, JOB_STATUSES, shownJob } from './job-shapes.ts';

export const jobsList = defineOperation({
  name: 'jobs.list',
  summary: { en: 'List your jobs, newest first', es: 'Lista tus trabajos, primero los nuevos' },
  access: 'anonymous',
  scope: 'jobs',
  effect: 'read',
  input: z.strictObject({
    cursor: Cursor.optional(),
    /** All of them when left out. */
    status: z.enum(JOB_STATUSES).optional(),
    limit: z.int().min(1).max(JOB_OPERATION_LIMITS.pageMax).default(JOB_OPERATION_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    jobs: z.array(Job),
    /** Absent on the last page. */
    nextCursor: Cursor.optional(),
  }),
  errors: ['not_found', 'cursor_unknown'],
  http: [{ method: 'GET', path: '/jobs' }],
  text: {
    command: 'jobs',
    args: ['cursor'],
    render: ({ jobs, nextCursor }, locale) => {
      const lines = jobs.map((job) => shownJob(job, locale));
      if (nextCursor !== undefined) lines.push(`${MORE[locale]}: /jobs ${nextCursor}`);
      return lines.length === 0 ? NONE[locale] : lines.join('\n');
    },
  },
  examples: [{ input: {}, output: { jobs: [EXAMPLE_JOB], nextCursor: 'ODEuMA' } }],
});

const NONE = { en: 'No jobs.', es: 'No hay trabajos.' } as const;
const MORE = { en: 'More', es: 'Más' } as const;
