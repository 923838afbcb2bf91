import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { BATCH_OPERATION_LIMITS, BatchView, EXAMPLE_BATCH } from './batch-shapes.ts';
import { RowId } from './common.ts';

export const batchesList = defineOperation({
  name: 'batches.list',
  summary: {
    en: 'List your batches, newest first',
    es: 'Lista tus lotes, primero los nuevos',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'read',
  input: z.strictObject({
    /** The id of the last one of the page before. */
    cursor: RowId.optional(),
    limit: z.int().min(1).max(BATCH_OPERATION_LIMITS.pageMax).default(BATCH_OPERATION_LIMITS.pageDefault),
  }),
  output: z.strictObject({ batches: z.array(BatchView), nextCursor: RowId.optional() }),
  errors: ['account_needed', 'not_found'],
  http: [{ method: 'GET', path: '/batches' }],
  examples: [{ input: {}, output: { batches: [EXAMPLE_BATCH] } }],
});
