import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_KEPT_FILE } from './batch-shapes.ts';
import { FileId } from './common.ts';

export const filesDelete = defineOperation({
  name: 'files.delete',
  summary: {
    en: 'Delete a file that you keep for a batch',
    es: 'Elimina un archivo que conservas para un lote',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'write',
  input: z.strictObject({ file: FileId }),
  output: z.strictObject({ deleted: z.int().nonnegative() }),
  errors: ['account_needed', 'not_found', 'file_in_use'],
  http: [{ method: 'DELETE', path: '/files/{file}' }],
  examples: [{ input: { file: EXAMPLE_KEPT_FILE.id }, output: { deleted: 1 } }],
});
