import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_JOB, JobReference } from './job-shapes.ts';

export const jobsErase = defineOperation({
  name: 'jobs.erase',
  summary: {
    en: 'Erase a job that is over, with what was asked and answered; its charge stays in the ledger',
    es: 'Borra un trabajo terminado, con lo pedido y lo respondido; su cobro queda en el registro contable',
  },
  access: 'anonymous',
  scope: 'jobs',
  effect: 'write',
  input: z.strictObject({ job: JobReference }),
  output: z.strictObject({ erased: z.int().nonnegative() }),
  errors: ['not_found', 'job_unfinished', 'ledger_unavailable'],
  http: [{ method: 'DELETE', path: '/jobs/{job}' }],
  text: {
    command: 'erase-job',
    args: ['job'],
    render: ({ erased }, locale) => `${ERASED[locale]}: ${erased}`,
  },
  examples: [{ input: { job: EXAMPLE_JOB.id }, output: { erased: 1 } }],
});

const ERASED = { en: 'Erased', es: 'Borrados' } as const;
