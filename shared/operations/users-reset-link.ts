import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Time, UserReference } from './common.ts';

export const usersResetLink = defineOperation({
  name: 'users.resetLink',
  summary: {
    en: 'Make a link by which a user can set a new password once, within an hour',
    es: 'Crea un enlace con el que un usuario puede cambiar su contraseña una vez, en una hora',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({ user: UserReference }),
  output: z.strictObject({
    /** For `auth.reset`. */
    token: z.string(),
    expiresAt: Time,
  }),
  errors: ['key_not_enough', 'not_found'],
  http: [{ method: 'POST', path: '/users/{user}/reset-link', status: 201 }],
  text: {
    command: 'reset-link',
    args: ['user'],
    render: ({ token, expiresAt }) => `${token} (${expiresAt})`,
  },
  examples: [
    { input: { user: 'ana@example.org' }, output: { token: 'pW3k…', expiresAt: '2026-01-01T01:00:00.000Z' } },
  ],
});
