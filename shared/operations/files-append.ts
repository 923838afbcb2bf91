import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_FILE, FileId } from './common.ts';

export const filesAppend = defineOperation({
  name: 'files.append',
  summary: { en: 'Add the next piece to a file', es: 'Añade la siguiente parte a un archivo' },
  access: 'anonymous',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({
    file: FileId,
    /** How many bytes come before it. */
    at: z.int().nonnegative(),
    /** The bytes, in base64 with its padding. */
    data: z.string().min(4).max(1_000_000),
  }),
  output: z.strictObject({ bytes: z.int().nonnegative() }),
  errors: ['not_found', 'file_position', 'file_too_large', 'files_full'],
  examples: [{ input: { file: EXAMPLE_FILE, at: 0, data: 'eyJkYXRhIjoi' }, output: { bytes: 9 } }],
});
