import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_FILE, FileId } from './common.ts';

export const filesBegin = defineOperation({
  name: 'files.begin',
  summary: {
    en: 'Begin a file: an input that is too long for a line, in pieces',
    es: 'Empieza un archivo: una entrada demasiado larga para una línea, por partes',
  },
  access: 'anonymous',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({
    /** How long it will be, as far as that is known: what is too long is refused at once. */
    bytes: z.int().nonnegative().optional(),
    /** What it is for, if not for an operation at once: a file of a batch may be longer. */
    purpose: z.enum(['batch']).optional(),
  }),
  output: z.strictObject({ file: FileId }),
  errors: ['file_too_large', 'too_many_files', 'files_full'],
  examples: [{ input: { bytes: 15_000_000 }, output: { file: EXAMPLE_FILE } }],
});
