import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AccountName, EntryIndex } from './common.ts';

export const ledgerErase = defineOperation({
  name: 'ledger.erase',
  summary: {
    en: 'Erase what was said in one exchange, or in all of them with "all"; the proofs stay valid',
    es: 'Borra lo dicho en un intercambio, o con «all» en todos; las pruebas siguen siendo válidas',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    /** Index of the exchange or of the settle that paid for it, or all of the account's. */
    exchange: z.union([z.literal('all'), z.int().min(0)]),
    account: AccountName.optional(),
  }),
  output: z.strictObject({
    /** Exchanges whose text and salts are gone now. */
    erased: z.int().nonnegative(),
    /** The entry that says so; absent when there was nothing to erase. */
    index: EntryIndex.optional(),
  }),
  errors: ['not_found', 'forbidden', 'key_not_enough', 'ledger_unavailable'],
  text: {
    command: 'erase',
    args: ['exchange'],
    render: ({ erased, index }, locale) => {
      const entry = index === undefined ? '' : ` (#${index})`;
      return `${{ en: 'Erased', es: 'Borrados' }[locale]}: ${erased}${entry}`;
    },
  },
  examples: [{ input: { exchange: 15 }, output: { erased: 1, index: 20 } }],
});
