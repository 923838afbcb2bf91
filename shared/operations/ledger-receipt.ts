import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Receipt } from './common.ts';

export const ledgerReceipt = defineOperation({
  name: 'ledger.receipt',
  summary: {
    en: 'Give the proof that one of your exchanges is in the ledger',
    es: 'Da la prueba de que uno de tus intercambios está en el registro',
  },
  access: 'anonymous',
  effect: 'read',
  input: z.strictObject({
    /** Index of the entry; the newest exchange of this session when left out. */
    index: z.coerce.number().int().min(0).optional(),
  }),
  output: Receipt,
  errors: ['not_found', 'ledger_unavailable'],
  text: { command: 'receipt', args: ['index'], render: ({ proof }) => proof.trimEnd() },
  examples: [
    {
      input: { index: 15 },
      output: {
        index: 15,
        proof: 'c2sp.org/tlog-proof@v1\n…',
        promptSalt: '…',
        answerSalt: '…',
      },
    },
  ],
});
