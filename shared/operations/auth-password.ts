import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, NewPassword, NEW_PASSWORD_SECRET, Password } from './common.ts';

export const authPassword = defineOperation({
  name: 'auth.password',
  summary: {
    en: 'Change your password; all your other logins end',
    es: 'Cambia tu contraseña; terminan todos tus otros inicios de sesión',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  input: z.strictObject({ current: Password, password: NewPassword }),
  output: Empty,
  errors: ['account_needed', 'key_not_enough', 'password_wrong', 'login_blocked', 'queue_full'],
  http: [{ method: 'POST', path: '/auth/password' }],
  text: {
    command: 'password',
    args: [],
    secrets: [
      { name: 'current', prompt: { en: 'Current password', es: 'Contraseña actual' } },
      NEW_PASSWORD_SECRET,
    ],
    render: (_, locale) => ({ en: 'Password changed.', es: 'Contraseña cambiada.' })[locale],
  },
  examples: [{ input: { current: 'a long sentence', password: 'a longer sentence' }, output: {} }],
});
