import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { BATCH_OPERATION_LIMITS, EXAMPLE_KEPT_FILE, KeptFile } from './batch-shapes.ts';
import { EXAMPLE_FILE, FileId } from './common.ts';

export const filesKeep = defineOperation({
  name: 'files.keep',
  summary: {
    en: 'Keep a file for a batch: JSON Lines, each a job',
    es: 'Conserva un archivo para un lote: JSON Lines, cada línea un trabajo',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'write',
  input: z.strictObject({
    /** It came by `files.append`, and `files.end` has been called. */
    file: FileId,
    /** How long it was before it was translated, to be shown. */
    bytes: z.int().nonnegative().optional(),
    name: z.string().max(BATCH_OPERATION_LIMITS.fileNameMax).default(''),
  }),
  output: z.strictObject({ file: KeptFile }),
  errors: ['account_needed', 'not_found', 'file_incomplete', 'too_many_kept', 'files_full'],
  examples: [{ input: { file: EXAMPLE_FILE, name: 'cats.jsonl' }, output: { file: EXAMPLE_KEPT_FILE } }],
});
