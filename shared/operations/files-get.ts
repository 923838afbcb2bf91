import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_KEPT_FILE, KeptFile } from './batch-shapes.ts';
import { FileId } from './common.ts';

export const filesGet = defineOperation({
  name: 'files.get',
  summary: {
    en: 'Show a file that you keep for a batch',
    es: 'Muestra un archivo que conservas para un lote',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'read',
  input: z.strictObject({ file: FileId }),
  output: z.strictObject({ file: KeptFile }),
  errors: ['account_needed', 'not_found'],
  http: [{ method: 'GET', path: '/files/{file}' }],
  examples: [{ input: { file: EXAMPLE_KEPT_FILE.id }, output: { file: EXAMPLE_KEPT_FILE } }],
});
