import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Amount, EntryIndex, LedgerId, Reason } from './common.ts';

export const creditsRefund = defineOperation({
  name: 'credits.refund',
  summary: { en: 'Refund a charge, in whole or in part', es: 'Devuelve un cobro, entero o en parte' },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({
    /** Index of the charge that is refunded. */
    charge: z.int().min(0),
    amount: z.int().min(1).max(999_999_999_999),
    reason: Reason.default(''),
    id: LedgerId.optional(),
  }),
  output: z.strictObject({ index: EntryIndex, balance: Amount }),
  errors: ['key_not_enough', 'conflict', 'refund_too_high', 'not_found', 'ledger_unavailable'],
  text: {
    command: 'refund',
    args: ['charge', 'amount', '...reason'],
    render: ({ index, balance }, locale) =>
      ({
        en: `Refunded, entry #${index}; balance ${balance}`,
        es: `Devuelto, asiento n.º ${index}; saldo ${balance}`,
      })[locale],
  },
  examples: [
    { input: { charge: 14, amount: 21, reason: 'wrong answer' }, output: { index: 19, balance: 20000 } },
  ],
});
