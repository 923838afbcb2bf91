import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';

export const ledgerConsistency = defineOperation({
  name: 'ledger.consistency',
  summary: {
    en: 'Prove that the ledger only grew from one size to another',
    es: 'Demuestra que el registro solo creció de un tamaño a otro',
  },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject({
    from: z.int().min(0),
    /** The newest size when left out. */
    to: z.int().min(0).optional(),
  }),
  output: z.strictObject({
    from: z.int().nonnegative(),
    to: z.int().nonnegative(),
    /** RFC 6962 §2.1.2, base64. */
    hashes: z.array(z.string()),
  }),
  errors: ['not_found', 'queue_full', 'ledger_unavailable'],
  text: {
    command: 'consistency',
    args: ['from', 'to'],
    render: ({ from, to, hashes }) => [`${from} → ${to}`, ...hashes].join('\n'),
  },
  examples: [{ input: { from: 0, to: 0 }, output: { from: 0, to: 0, hashes: [] } }],
});
