import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_KEY, PersonName } from './common.ts';
import { BoundKey, KEY_POLICY } from './key-shapes.ts';

export const keysCreate = defineOperation({
  name: 'keys.create',
  summary: {
    en: 'Make an API key; it is shown only once',
    es: 'Crea una clave de API; solo se muestra una vez',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  input: z.strictObject({
    name: PersonName.min(1),
    scopes: KEY_POLICY.scopes.optional(),
    routes: KEY_POLICY.routes.optional(),
    wallet: KEY_POLICY.wallet.optional(),
    budget: KEY_POLICY.budget.optional(),
    rateMax: KEY_POLICY.rateMax.optional(),
    expiresAt: KEY_POLICY.expiresAt.optional(),
  }),
  /** `key` is the secret. */
  output: BoundKey.extend({ key: z.string() }),
  errors: ['account_needed', 'key_not_enough', 'not_found', 'too_many_kept'],
  http: [{ method: 'POST', path: '/keys', status: 201 }],
  text: {
    command: 'new-key',
    args: ['...name'],
    render: ({ key }, locale) =>
      ({
        en: `${key}\nKeep it now: it is not shown again.`,
        es: `${key}\nGuárdala ahora: no se volverá a mostrar.`,
      })[locale],
  },
  examples: [{ input: { name: 'my program' }, output: { ...EXAMPLE_KEY, key: 'hilo_3fK9xQ…' } }],
});
