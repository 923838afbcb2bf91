import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, NewPassword } from './common.ts';

export const authReset = defineOperation({
  name: 'auth.reset',
  summary: {
    en: 'Set your password anew by a link from an administrator; all your logins end',
    es: 'Establece una contraseña nueva con un enlace de un administrador; terminan todas tus sesiones',
  },
  access: 'public',
  effect: 'write',
  input: z.strictObject({ token: z.string().min(1).max(200), password: NewPassword }),
  output: Empty,
  errors: ['reset_failed', 'queue_full'],
  http: [{ method: 'POST', path: '/auth/reset' }],
  examples: [{ input: { token: 'pW3k…', password: 'a new sentence' }, output: {} }],
});
