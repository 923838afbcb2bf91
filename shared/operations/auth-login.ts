import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import {
  Email,
  DeviceToken,
  EXAMPLE_DEVICE,
  EXAMPLE_TOKENS,
  EXAMPLE_USER,
  Password,
  PASSWORD_SECRET,
  TokenPair,
  UserView,
} from './common.ts';

export const authLogin = defineOperation({
  name: 'auth.login',
  summary: { en: 'Sign in with e-mail and password', es: 'Inicia sesión con correo y contraseña' },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({
    email: Email,
    password: Password,
    /** What an earlier login gave to this device. A browser sends it as a cookie. */
    deviceToken: DeviceToken.optional(),
  }),
  output: z.strictObject({ user: UserView, ...TokenPair.shape, deviceToken: DeviceToken }),
  errors: ['login_failed', 'login_blocked', 'queue_full'],
  http: [{ method: 'POST', path: '/auth/login', cookie: 'refresh' }],
  text: {
    command: 'login',
    args: ['email'],
    secrets: [PASSWORD_SECRET],
    render: ({ user: { email } }, locale) =>
      ({ en: `Signed in: ${email}`, es: `Sesión iniciada: ${email}` })[locale],
  },
  examples: [
    {
      input: { email: 'ana@example.org', password: 'a long sentence' },
      output: { user: EXAMPLE_USER, ...EXAMPLE_TOKENS, ...EXAMPLE_DEVICE },
    },
  ],
});
