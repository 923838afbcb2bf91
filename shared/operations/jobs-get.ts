import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { fill } from '../locale.ts';
import { safeLine } from '../text-safety.ts';
import {
  EXAMPLE_DONE_JOB,
  EXAMPLE_JOB_RESULT,
  Job,
  JobCompletionResult,
  JobImageResult,
  JobReference,
  JobSummaryResult,
} from './job-shapes.ts';
import { shownJob } from './job-shapes.ts';
import { said } from './turn-text.ts';
import { WebhookDelivery } from './webhook-shapes.ts';

export const jobsGet = defineOperation({
  name: 'jobs.get',
  summary: {
    en: 'Show a job of yours, and what came of it',
    es: 'Muestra un trabajo tuyo y lo que salió de él',
  },
  access: 'anonymous',
  scope: 'jobs',
  effect: 'read',
  input: z.strictObject({ job: JobReference }),
  output: z.strictObject({
    job: Job,
    /** Of a job that waits: 1 is next; an estimate. */
    position: z.int().positive().optional(),
    /** Of a job of the kind `completion` that is done. */
    completion: JobCompletionResult.optional(),
    /** Of one of the kind `summarize`. */
    summary: JobSummaryResult.optional(),
    /** Of one of the kind `image`. */
    image: JobImageResult.optional(),
    /** Of a job that has one. */
    webhook: WebhookDelivery.optional(),
  }),
  errors: ['not_found'],
  http: [{ method: 'GET', path: '/jobs/{job}' }],
  text: {
    command: 'job',
    args: ['job'],
    render: ({ job, completion, summary, image }, locale) => {
      const lines = [shownJob(job, locale)];
      if (job.reason) lines.push(safeLine(job.reason.text));
      if (completion) lines.push(said(completion.text));
      if (summary) lines.push(said(summary.text));
      if (image) lines.push(fill(PICTURE[locale], { id: image.id }));
      return lines.join('\n');
    },
  },
  examples: [
    {
      input: { job: EXAMPLE_DONE_JOB.id },
      output: { job: EXAMPLE_DONE_JOB, completion: EXAMPLE_JOB_RESULT },
    },
  ],
});

const PICTURE = { en: 'Image: {id}', es: 'Imagen: {id}' } as const;
