import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { BATCH_OPERATION_LIMITS, EXAMPLE_KEPT_FILE, KeptFile } from './batch-shapes.ts';
import { FileId } from './common.ts';

export const filesList = defineOperation({
  name: 'files.list',
  summary: {
    en: 'List the files that you keep for batches, newest first',
    es: 'Lista los archivos que conservas para lotes, primero lo nuevo',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'read',
  input: z.strictObject({
    /** The id of the last one of the page before. */
    cursor: FileId.optional(),
    limit: z.int().min(1).max(BATCH_OPERATION_LIMITS.pageMax).default(BATCH_OPERATION_LIMITS.pageDefault),
  }),
  output: z.strictObject({ files: z.array(KeptFile), nextCursor: FileId.optional() }),
  errors: ['account_needed', 'not_found'],
  http: [{ method: 'GET', path: '/files' }],
  examples: [{ input: {}, output: { files: [EXAMPLE_KEPT_FILE] } }],
});
