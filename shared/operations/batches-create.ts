import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { BatchView, EXAMPLE_BATCH, Metadata } from './batch-shapes.ts';
import { FileId, WalletName } from './common.ts';

export const batchesCreate = defineOperation({
  name: 'batches.create',
  summary: {
    en: 'Put every line of a file into the queue as a job',
    es: 'Pon cada línea de un archivo en la cola como un trabajo',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'write',
  input: z.strictObject({
    /** One that is kept. */
    file: FileId,
    /** All lines must be for it. */
    endpoint: z.string().max(200).optional(),
    metadata: Metadata.optional(),
    /** Whose money it uses: `own`, or one of your teams; as you have chosen when left out. */
    wallet: WalletName.optional(),
  }),
  output: z.strictObject({ batch: BatchView }),
  errors: ['account_needed', 'not_found', 'too_many_batches', 'draining'],
  http: [{ method: 'POST', path: '/batches', status: 201 }],
  examples: [{ input: { file: EXAMPLE_BATCH.file }, output: { batch: EXAMPLE_BATCH } }],
});
