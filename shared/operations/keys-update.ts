import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { RowId } from './common.ts';
import { EXAMPLE_LISTED_KEY, KEY_POLICY, ListedKey } from './key-shapes.ts';

export const keysUpdate = defineOperation({
  name: 'keys.update',
  summary: {
    en: 'Change what an API key may do and spend; in force at once',
    es: 'Cambia lo que una clave de API puede hacer y gastar; vale al instante',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  /** What is left out stays; null takes a bound away. */
  input: z.strictObject({
    key: RowId,
    scopes: KEY_POLICY.scopes.nullable().optional(),
    routes: KEY_POLICY.routes.nullable().optional(),
    wallet: KEY_POLICY.wallet.nullable().optional(),
    budget: KEY_POLICY.budget.nullable().optional(),
    rateMax: KEY_POLICY.rateMax.nullable().optional(),
    expiresAt: KEY_POLICY.expiresAt.nullable().optional(),
  }),
  output: ListedKey,
  errors: ['account_needed', 'key_not_enough', 'not_found'],
  http: [{ method: 'PATCH', path: '/keys/{key}' }],
  examples: [
    {
      input: { key: EXAMPLE_LISTED_KEY.id, scopes: ['chat'], budget: { credits: 5000, period: 'month' } },
      output: EXAMPLE_LISTED_KEY,
    },
  ],
});
