import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_KEPT_FILE } from './batch-shapes.ts';
import { FileId } from './common.ts';

export const filesRead = defineOperation({
  name: 'files.read',
  summary: {
    en: 'Read a file of a batch: what was asked, the results, or the failures',
    es: 'Lee un archivo de un lote: lo pedido, los resultados o los fallos',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'stream',
  input: z.strictObject({ file: FileId }),
  output: z.strictObject({ lines: z.int().nonnegative() }),
  events: {
    /** Joined in order they are the file: JSON Lines. */
    'files.text': z.strictObject({ text: z.string() }),
  },
  errors: ['account_needed', 'not_found'],
  examples: [{ input: { file: EXAMPLE_KEPT_FILE.id }, output: { lines: 12 } }],
});
