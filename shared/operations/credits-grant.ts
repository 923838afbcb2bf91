import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AccountName, Amount, EntryIndex, LedgerId, Reason } from './common.ts';

export const creditsGrant = defineOperation({
  name: 'credits.grant',
  summary: { en: 'Give credits to an account', es: 'Otorga créditos a una cuenta' },
  access: 'admin',
  effect: 'write',
  input: z.strictObject({
    account: AccountName,
    amount: z.int().min(1).max(999_999_999_999),
    reason: Reason.default(''),
    /** Repeating a grant with the same id and content does nothing more; other content is a conflict. */
    id: LedgerId.optional(),
  }),
  output: z.strictObject({ index: EntryIndex, balance: Amount }),
  errors: ['conflict', 'ledger_unavailable'],
  text: {
    command: 'grant',
    args: ['account', 'amount', '...reason'],
    render: ({ index, balance }, locale) =>
      ({
        en: `Granted, entry #${index}; balance ${balance}`,
        es: `Otorgado, asiento n.º ${index}; saldo ${balance}`,
      })[locale],
  },
  examples: [
    {
      input: { account: 'team-blue', amount: 5000, reason: 'November' },
      output: { index: 12, balance: 5000 },
    },
  ],
});
