import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AccountName, Amount } from './common.ts';

export const creditsBalance = defineOperation({
  name: 'credits.balance',
  summary: { en: 'Show the credits that are left', es: 'Muestra los créditos que quedan' },
  access: 'anonymous',
  effect: 'read',
  input: z.strictObject({
    /** An account other than one's own: for administrators only. */
    account: AccountName.optional(),
  }),
  output: z.strictObject({
    account: z.string(),
    /** `available + held + spent = granted`, always. */
    available: Amount,
    held: Amount,
    spent: Amount,
    granted: Amount,
  }),
  errors: ['forbidden'],
  text: {
    command: 'balance',
    args: ['account'],
    render: ({ account, available, held, spent, granted }, locale) =>
      locale === 'es'
        ? `${available} créditos disponibles · ${held} retenidos · ${spent} gastados · ` +
          `${granted} otorgados · ${account}`
        : `${available} credits available · ${held} held · ${spent} spent · ${granted} granted · ${account}`,
  },
  examples: [
    { input: {}, output: { account: 'anon:9f2c41d07a3b:3', available: 0, held: 0, spent: 0, granted: 0 } },
  ],
});
