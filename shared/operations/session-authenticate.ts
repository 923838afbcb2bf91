import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AccessName } from './common.ts';

export const sessionAuthenticate = defineOperation({
  name: 'session.authenticate',
  summary: {
    en: 'Sign in with an API key, an access token or the admin key',
    es: 'Entra con una clave de API, un token de acceso o la clave de administración',
  },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({ key: z.string().min(1).max(4_096) }),
  output: z.strictObject({ access: AccessName }),
  errors: ['auth_failed', 'auth_expired'],
  text: {
    command: 'login',
    args: ['key'],
    render: ({ access }, locale) =>
      ({ en: `Signed in: ${access}`, es: `Sesión iniciada: ${access}` })[locale],
  },
  examples: [{ input: { key: 'hilo_3fK9xQ…' }, output: { access: 'user' } }],
});
