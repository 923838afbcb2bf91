/** Shapes that several operations share. */
import { z } from 'zod';
import { LOCALES } from '../locale.ts';

export const LocaleName = z.enum(LOCALES);
export const SessionName = z.string().regex(/^Usuario-\d+$/);
/** `Usuario-N:mM`: stands in every log line, upstream request, answer and ledger entry of the message. */
export const Trace = z.string().regex(/^Usuario-\d+:m\d+$/);
export const ModelName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w.:/@-]+$/, 'letters, digits and . _ : / @ - only');
export const RequestId = z.union([z.string().max(128), z.int()]);
export const Sequence = z.int().nonnegative();
export const Empty = z.strictObject({});

export const Usage = z.strictObject({
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  source: z.enum(['reported', 'estimated']),
});
