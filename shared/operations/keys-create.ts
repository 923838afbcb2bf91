import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_KEY, KeyView, PersonName } from './common.ts';

export const keysCreate = defineOperation({
  name: 'keys.create',
  summary: {
    en: 'Make an API key; it is shown only once',
    es: 'Crea una clave de API; solo se muestra una vez',
  },
  access: 'user',
  effect: 'write',
  input: z.strictObject({ name: PersonName.min(1) }),
  /** `key` is the secret. */
  output: KeyView.extend({ key: z.string() }),
  errors: ['account_needed', 'key_not_enough', 'too_many_kept'],
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
