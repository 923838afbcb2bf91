import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AccountName, Amount, EntryIndex, LedgerId, Reason } from './common.ts';

export const creditsGrant = defineOperation({
  name: 'credits.grant',
  summary: { en: 'Give credits to an account', es: 'Otorga créditos a una cuenta' },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({
    /** An e-mail stands for the account of the user who has it. */
    account: AccountName,
    amount: z.int().min(1).max(999_999_999_999),
    reason: Reason.default(''),
    /** Repeating a grant with the same id and content does nothing more; other content is a conflict. */
    id: LedgerId.optional(),
  }),
  output: z.strictObject({
    index: EntryIndex,
    balance: Amount,
    /** Nobody has this account yet, so nobody can spend its credits. */
    isUnowned: z.literal(true).optional(),
  }),
  errors: ['key_not_enough', 'not_found', 'conflict', 'ledger_unavailable'],
  text: {
    command: 'grant',
    args: ['account', 'amount', '...reason'],
    render: ({ index, balance, isUnowned }, locale) =>
      ({
        en: `Granted, entry #${index}; balance ${balance}`,
        es: `Otorgado, asiento n.º ${index}; saldo ${balance}`,
      })[locale] + (isUnowned ? UNOWNED[locale] : ''),
  },
  examples: [
    {
      input: { account: 'team-blue', amount: 5000, reason: 'November' },
      output: { index: 12, balance: 5000, isUnowned: true },
    },
  ],
});

const UNOWNED = {
  en: "; nobody has this account, so nobody can spend it: /balance shows the name of one's own",
  es: '; nadie tiene esta cuenta y nadie puede gastarla: /balance muestra el nombre de la propia',
} as const;
