import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, NewPassword, Password } from './common.ts';

export const authPassword = defineOperation({
  name: 'auth.password',
  summary: {
    en: 'Change your password; all your other logins end',
    es: 'Cambia tu contraseña; terminan todos tus otros inicios de sesión',
  },
  access: 'user',
  effect: 'write',
  input: z.strictObject({ current: Password, password: NewPassword }),
  output: Empty,
  errors: ['account_needed', 'password_wrong', 'login_blocked', 'queue_full'],
  http: [{ method: 'POST', path: '/auth/password' }],
  examples: [{ input: { current: 'a long sentence', password: 'a longer sentence' }, output: {} }],
});
