import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Allowance, shownAllowance } from './allowance-shapes.ts';
import { AccountName, Amount } from './common.ts';

export const creditsBalance = defineOperation({
  name: 'credits.balance',
  summary: { en: 'Show the credits that are left', es: 'Muestra los créditos que quedan' },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject({
    /** Another account: that of one of your teams; any, for administrators. */
    account: AccountName.optional(),
  }),
  output: z.strictObject({
    account: z.string(),
    /** `available + held + spent = granted`, always. */
    available: Amount,
    held: Amount,
    spent: Amount,
    granted: Amount,
    /**
     * Not granted yet: what a guest still gets, in portions, as it is used. It comes later when others at the
     * same address have used what the address gets in a day.
     */
    gift: Amount,
    /** What the account gets for each day, week or month; `left` is part of `available` and `held`. */
    allowance: Allowance.optional(),
  }),
  errors: ['forbidden'],
  text: {
    command: 'balance',
    args: ['account'],
    render({ account, available, held, spent, granted, gift, allowance }, locale) {
      const more = { en: `${gift} more as you use them`, es: `${gift} más a medida que los uses` }[locale];
      const parts =
        locale === 'es'
          ? [`${available} créditos disponibles`, `${held} retenidos`, `${spent} gastados`]
          : [`${available} credits available`, `${held} held`, `${spent} spent`];
      parts.push(locale === 'es' ? `${granted} otorgados` : `${granted} granted`);
      const regular = allowance ? [shownAllowance(allowance, locale)] : [];
      return [...parts, ...(gift > 0 ? [more] : []), ...regular, account].join(' · ');
    },
  },
  examples: [
    {
      input: {},
      output: {
        account: 'guest:019b3f7e-6a54-7c1d-9f0e-3d1c5a2b7e88',
        available: 1450,
        held: 0,
        spent: 550,
        granted: 2000,
        gift: 18000,
      },
    },
  ],
});
