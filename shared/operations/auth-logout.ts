import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, RefreshToken } from './common.ts';

export const authLogout = defineOperation({
  name: 'auth.logout',
  summary: { en: 'Sign out', es: 'Cierra la sesión' },
  access: 'public',
  scope: 'any',
  effect: 'write',
  /** A browser sends it as a cookie. Without one, whatever this connection has shown is forgotten. */
  input: z.strictObject({ refreshToken: RefreshToken.optional() }),
  output: Empty,
  errors: [],
  http: [{ method: 'POST', path: '/auth/logout', status: 204, cookie: 'refresh' }],
  text: {
    command: 'logout',
    args: [],
    render: (_, locale) => ({ en: 'Signed out.', es: 'Sesión cerrada.' })[locale],
  },
  examples: [{ input: {}, output: {} }],
});
