import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, NewPassword, NEW_PASSWORD_SECRET } from './common.ts';

export const authReset = defineOperation({
  name: 'auth.reset',
  summary: {
    en: 'Set your password anew by a link from an administrator; all your logins end',
    es: 'Establece una contraseña nueva con un enlace de un administrador; terminan todas tus sesiones',
  },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({ token: z.string().min(1).max(200), password: NewPassword }),
  output: Empty,
  errors: ['reset_failed', 'queue_full'],
  http: [{ method: 'POST', path: '/auth/reset' }],
  text: {
    command: 'reset',
    args: ['token'],
    secrets: [NEW_PASSWORD_SECRET],
    render: (_, locale) =>
      ({
        en: 'Password set. Sign in with it: /login EMAIL',
        es: 'Contraseña establecida. Inicia sesión con ella: /login CORREO',
      })[locale],
  },
  examples: [{ input: { token: 'pW3k…', password: 'a new sentence' }, output: {} }],
});
