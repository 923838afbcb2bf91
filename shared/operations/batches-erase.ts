import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_BATCH } from './batch-shapes.ts';
import { RowId } from './common.ts';

export const batchesErase = defineOperation({
  name: 'batches.erase',
  summary: {
    en: 'Erase a batch that is over, with all that was asked and answered in it; its file stays',
    es: 'Borra un lote terminado, con lo pedido y lo respondido; su archivo se queda',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'write',
  input: z.strictObject({ batch: RowId }),
  output: z.strictObject({ erased: z.int().nonnegative() }),
  errors: ['account_needed', 'not_found', 'batch_unfinished'],
  http: [{ method: 'DELETE', path: '/batches/{batch}' }],
  examples: [{ input: { batch: EXAMPLE_BATCH.id }, output: { erased: 12 } }],
});
