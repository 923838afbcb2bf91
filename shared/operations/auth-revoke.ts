import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { RowId } from './common.ts';

export const authRevoke = defineOperation({
  name: 'auth.revoke',
  summary: {
    en: 'End one of your logins, or all but this one',
    es: 'Termina uno de tus inicios de sesión, o todos menos este',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  input: z.strictObject({ login: RowId.optional() }),
  output: z.strictObject({ ended: z.int().nonnegative() }),
  errors: ['account_needed', 'key_not_enough', 'not_found'],
  http: [
    { method: 'DELETE', path: '/auth/logins/{login}' },
    { method: 'DELETE', path: '/auth/logins' },
  ],
  text: {
    command: 'end-login',
    args: ['login'],
    render: ({ ended }, locale) => `${{ en: 'Ended', es: 'Terminados' }[locale]}: ${ended}`,
  },
  examples: [{ input: {}, output: { ended: 2 } }],
});
