import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_FILE, FileId } from './common.ts';

export const filesEnd = defineOperation({
  name: 'files.end',
  summary: {
    en: 'End a file, so that an operation can take it; or throw it away',
    es: 'Termina un archivo, para que una operación lo tome; o lo descarta',
  },
  access: 'anonymous',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({
    file: FileId,
    discard: z.boolean().optional(),
  }),
  output: z.strictObject({ bytes: z.int().nonnegative() }),
  errors: ['not_found'],
  examples: [{ input: { file: EXAMPLE_FILE }, output: { bytes: 15_000_000 } }],
});
