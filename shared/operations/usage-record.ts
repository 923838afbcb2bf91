import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_DOCUMENT, UsageDocument } from './usage-document.ts';

export const usageRecord = defineOperation({
  name: 'usage.record',
  summary: {
    en: 'Count a request to another service of yours',
    es: 'Cuenta una petición a otro de tus servicios',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: UsageDocument,
  output: z.strictObject({
    requestId: z.string(),
    /** False when the request was counted before: nothing has changed. */
    recorded: z.boolean(),
  }),
  errors: ['not_found'],
  http: [{ method: 'POST', path: '/analytics/events', status: 201 }],
  examples: [{ input: EXAMPLE_DOCUMENT, output: { requestId: 'req-7f3a', recorded: true } }],
});
