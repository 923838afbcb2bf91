import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { BatchView, EXAMPLE_BATCH } from './batch-shapes.ts';
import { RowId } from './common.ts';

export const batchesGet = defineOperation({
  name: 'batches.get',
  summary: {
    en: 'Show a batch and how far it is',
    es: 'Muestra un lote y por dónde va',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'read',
  input: z.strictObject({ batch: RowId }),
  output: z.strictObject({ batch: BatchView }),
  errors: ['account_needed', 'not_found'],
  http: [{ method: 'GET', path: '/batches/{batch}' }],
  examples: [{ input: { batch: EXAMPLE_BATCH.id }, output: { batch: EXAMPLE_BATCH } }],
});
