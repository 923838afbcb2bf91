import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AccountName, EntryIndex } from './common.ts';

export const ledgerErase = defineOperation({
  name: 'ledger.erase',
  summary: {
    en: 'Erase what was said in one exchange, or with "all" in every one; the proofs stay valid',
    es: 'Borra lo dicho en un intercambio, o con «all» en todos; las pruebas siguen siendo válidas',
  },
  access: 'anonymous',
  effect: 'write',
  input: z.strictObject({
    /** Index of the exchange, or all of the account's. */
    exchange: z.union([z.literal('all'), z.coerce.number().int().min(0)]),
    account: AccountName.optional(),
  }),
  output: z.strictObject({
    /** Exchanges whose text and salts are gone now. */
    erased: z.int().nonnegative(),
    /** The entry that says so. */
    index: EntryIndex,
  }),
  errors: ['not_found', 'forbidden', 'ledger_unavailable'],
  text: {
    command: 'erase',
    args: ['exchange'],
    render: ({ erased, index }, locale) =>
      ({ en: `Erased: ${erased} (entry #${index})`, es: `Borrados: ${erased} (asiento n.º ${index})` })[
        locale
      ],
  },
  examples: [{ input: { exchange: 15 }, output: { erased: 1, index: 20 } }],
});
