import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Amount } from './common.ts';
import { Budget, shownBudget } from './team-shapes.ts';

export const serverBudget = defineOperation({
  name: 'server.budget',
  summary: {
    en: 'Show or set what the whole server may spend in a period',
    es: 'Muestra o fija lo que todo el servidor puede gastar en un periodo',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  /** Left out: only shown. Null: no budget any more. */
  input: z.strictObject({ budget: Budget.nullable().optional() }),
  output: z.strictObject({ budget: Budget.extend({ used: Amount }).optional() }),
  errors: ['key_not_enough'],
  http: [
    { method: 'GET', path: '/admin/budget' },
    { method: 'PUT', path: '/admin/budget' },
  ],
  text: {
    command: 'server-budget',
    args: [],
    render: ({ budget }, locale) => {
      if (!budget) return { en: 'No budget.', es: 'Sin presupuesto.' }[locale];
      return `${shownBudget(budget, locale)} · ${budget.used} ${{ en: 'used', es: 'gastados' }[locale]}`;
    },
  },
  examples: [
    {
      input: { budget: { credits: 100000, period: 'month' } },
      output: { budget: { credits: 100000, period: 'month', used: 1200 } },
    },
  ],
});
