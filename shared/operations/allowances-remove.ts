import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AccountName, Empty } from './common.ts';

export const allowancesRemove = defineOperation({
  name: 'allowances.remove',
  summary: {
    en: 'End the allowance of an account; what is left of it lapses',
    es: 'Termina la asignación de una cuenta; lo que queda de ella se pierde',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  /** An e-mail stands for the account of the user who has it. */
  input: z.strictObject({ account: AccountName }),
  output: Empty,
  errors: ['key_not_enough', 'not_found', 'ledger_unavailable'],
  http: [{ method: 'DELETE', path: '/admin/allowances/{account}', status: 204 }],
  text: {
    command: 'end-allowance',
    args: ['account'],
    render: (_, locale) => ({ en: 'Ended.', es: 'Terminada.' })[locale],
  },
  examples: [{ input: { account: 'ana@example.org' }, output: {} }],
});
