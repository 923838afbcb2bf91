import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_JOB, Job, JobReference, shownJob } from './job-shapes.ts';

export const jobsCancel = defineOperation({
  name: 'jobs.cancel',
  summary: {
    en: 'Cancel a job that waits or runs; what a model has done for it by then is charged',
    es: 'Cancela un trabajo en espera o en curso; lo que el modelo haya hecho hasta entonces se cobra',
  },
  access: 'anonymous',
  scope: 'jobs',
  effect: 'write',
  input: z.strictObject({ job: JobReference }),
  output: z.strictObject({ job: Job }),
  errors: ['not_found', 'job_over'],
  http: [{ method: 'POST', path: '/jobs/{job}/cancel' }],
  text: {
    command: 'canceljob',
    args: ['job'],
    render: ({ job }, locale) => shownJob(job, locale),
  },
  examples: [{ input: { job: EXAMPLE_JOB.id }, output: { job: { ...EXAMPLE_JOB, status: 'cancelled' } } }],
});
