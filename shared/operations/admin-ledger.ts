import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Amount, Empty } from './common.ts';

export const adminLedger = defineOperation({
  name: 'admin.ledger',
  summary: { en: 'Show the state of the ledger', es: 'Muestra el estado del registro' },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    entries: z.int().nonnegative(),
    accounts: z.int().nonnegative(),
    /** Credits that were given out in all, and what of them was spent. */
    issued: Amount,
    revenue: Amount,
    /** Amounts that are set aside for answers and jobs that run. */
    openHolds: z.int().nonnegative(),
    /** Whether it can be written. */
    writable: z.boolean(),
  }),
  errors: ['key_not_enough'],
  http: [{ method: 'GET', path: '/admin/ledger' }],
  text: {
    command: 'ledger-state',
    args: [],
    render: ({ entries, accounts, issued, revenue, openHolds, writable }, locale) =>
      locale === 'es'
        ? `${entries} asientos · ${accounts} cuentas · ` +
          `${issued} créditos otorgados · ${revenue} gastados · ` +
          `${openHolds} retenciones · ${writable ? 'se puede escribir' : 'NO se puede escribir'}`
        : `${entries} entries · ${accounts} accounts · ${issued} credits issued · ${revenue} spent · ` +
          `${openHolds} holds · ${writable ? 'can be written' : 'CANNOT be written'}`,
  },
  examples: [
    {
      input: {},
      output: { entries: 120, accounts: 4, issued: 80_000, revenue: 1_250, openHolds: 0, writable: true },
    },
  ],
});
