import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AllowanceOf, EXAMPLE_ALLOWANCE, shownAllowance } from './allowance-shapes.ts';
import { AccountName } from './common.ts';

export const allowancesList = defineOperation({
  name: 'allowances.list',
  summary: {
    en: 'List the accounts that get credits for each day, week or month',
    es: 'Lista las cuentas que reciben créditos cada día, semana o mes',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: z.strictObject({
    /** `nextCursor` of the page before. */
    cursor: AccountName.optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  output: z.strictObject({
    /** By the name of the account. */
    allowances: z.array(AllowanceOf),
    /** Absent on the last page. */
    nextCursor: AccountName.optional(),
  }),
  errors: ['key_not_enough', 'ledger_unavailable'],
  http: [{ method: 'GET', path: '/admin/allowances' }],
  text: {
    command: 'allowances',
    args: ['cursor'],
    render: ({ allowances, nextCursor }, locale) => {
      if (allowances.length === 0) return NONE[locale];
      const lines = allowances.map(({ account, ...rest }) => `${account} · ${shownAllowance(rest, locale)}`);
      return [
        ...lines,
        ...(nextCursor === undefined ? [] : [`${MORE[locale]}: /allowances ${nextCursor}`]),
      ].join('\n');
    },
  },
  examples: [
    {
      input: {},
      output: {
        allowances: [{ account: 'user:0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d10', ...EXAMPLE_ALLOWANCE }],
      },
    },
  ],
});

const NONE = { en: 'No allowances.', es: 'No hay asignaciones.' } as const;
const MORE = { en: 'More', es: 'Más' } as const;
