import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { fill, type Locale } from '../locale.ts';
import {
  EXAMPLE_JOB,
  Job,
  JOB_ERRORS,
  JOB_OPERATION_LIMITS,
  JobEstimate,
  JobInput,
  type JobView,
} from './job-shapes.ts';

export const jobsSubmit = defineOperation({
  name: 'jobs.submit',
  summary: {
    en: 'Put a prompt, a summary or an image into the queue: it is made when nobody waits for the model',
    es: 'Pon en la cola una petición, un resumen o una imagen: se hace cuando nadie espera al modelo',
  },
  access: 'anonymous',
  scope: 'jobs',
  effect: 'write',
  largeInput: true,
  // A page is fetched and a document read.
  deadlineMs: JOB_OPERATION_LIMITS.readingMs,
  input: JobInput,
  output: z.strictObject({
    job: Job,
    /** 1 is next; an estimate, since the queue is fair between people. */
    position: z.int().nonnegative(),
    estimate: JobEstimate,
  }),
  errors: JOB_ERRORS,
  http: [{ method: 'POST', path: '/jobs', status: 201 }],
  text: {
    command: 'submit',
    args: ['...prompt'],
    render: (submitted, locale) => renderSubmitted(submitted, locale),
  },
  examples: [
    {
      input: { prompt: 'Three names for a cat' },
      output: {
        job: EXAMPLE_JOB,
        position: 1,
        estimate: { inputTokens: 9, maxOutputTokens: 1_024, startsInSeconds: 0 },
      },
    },
  ],
});

export function renderSubmitted(
  {
    job,
    position,
    estimate,
  }: { readonly job: JobView; readonly position: number; readonly estimate: JobEstimate },
  locale: Locale,
): string {
  const { held } = job.credits;
  const seconds = String(estimate.startsInSeconds);
  return fill(QUEUED[locale], { id: job.id, position, seconds, held });
}

const QUEUED = {
  en: 'Queued: {id} · position {position} · starts in about {seconds} s · {held} credits held',
  es: 'En la cola: {id} · puesto {position} · empieza en unos {seconds} s · {held} créditos retenidos',
} as const;
