import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import {
  AllowanceCredits,
  AllowanceOf,
  AllowanceZone,
  EXAMPLE_ALLOWANCE,
  shownAllowance,
} from './allowance-shapes.ts';
import { AccountName, Amount } from './common.ts';
import { Period } from './team-shapes.ts';

export const allowancesSet = defineOperation({
  name: 'allowances.set',
  summary: {
    en: 'Give an account credits for each day, week or month, from now on',
    es: 'Asigna créditos a una cuenta para cada día, semana o mes, desde ahora',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({
    /** An e-mail stands for the account of the user who has it. */
    account: AccountName,
    credits: AllowanceCredits,
    period: Period,
    /** What is left of a period is carried over up to this; the rest lapses. */
    carriedMax: Amount.default(0),
    /** In whose calendar; the server's when left out. */
    timeZone: AllowanceZone.optional(),
  }),
  output: AllowanceOf,
  errors: ['key_not_enough', 'not_found', 'conflict', 'ledger_unavailable'],
  http: [{ method: 'PUT', path: '/admin/allowances/{account}' }],
  text: {
    command: 'set-allowance',
    args: ['account', 'credits', 'period', 'carriedMax', 'timeZone'],
    render: (allowance, locale) => shownAllowance(allowance, locale),
  },
  examples: [
    {
      input: {
        account: 'ana@example.org',
        credits: 50_000,
        period: 'month',
        timeZone: 'America/Santiago',
      },
      output: { account: 'user:0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d10', ...EXAMPLE_ALLOWANCE, left: 50_000 },
    },
  ],
});
