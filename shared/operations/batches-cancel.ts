import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { BatchView, EXAMPLE_BATCH } from './batch-shapes.ts';
import { RowId } from './common.ts';

export const batchesCancel = defineOperation({
  name: 'batches.cancel',
  summary: {
    en: 'Cancel a batch; what is done stays, and what a model has done by then is charged',
    es: 'Cancela un lote; lo hecho se queda, y se cobra lo que el modelo haya hecho',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'write',
  input: z.strictObject({ batch: RowId }),
  output: z.strictObject({ batch: BatchView }),
  errors: ['account_needed', 'not_found', 'batch_over'],
  http: [{ method: 'POST', path: '/batches/{batch}/cancel' }],
  examples: [
    { input: { batch: EXAMPLE_BATCH.id }, output: { batch: { ...EXAMPLE_BATCH, status: 'cancelling' } } },
  ],
});
