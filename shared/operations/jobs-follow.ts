import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';

export const jobsFollow = defineOperation({
  name: 'jobs.follow',
  summary: {
    en: 'Be told on this connection how your jobs go on: `jobs.changed`',
    es: 'Recibe en esta conexión cómo avanzan tus trabajos: `jobs.changed`',
  },
  access: 'anonymous',
  scope: 'jobs',
  effect: 'write',
  input: z.strictObject({
    /** False: no longer. */
    follow: z.boolean().default(true),
  }),
  output: z.strictObject({
    /** Jobs of yours that wait or run. */
    unfinished: z.int().nonnegative(),
  }),
  errors: [],
  examples: [{ input: {}, output: { unfinished: 2 } }],
});
