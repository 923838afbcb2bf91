import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Email, EXAMPLE_USER, ListedUser, NewPassword, PersonName, Role, Time } from './common.ts';

export const usersCreate = defineOperation({
  name: 'users.create',
  summary: {
    en: 'Make an account for somebody; without a password, with a link to set one',
    es: 'Crea una cuenta para alguien; sin contraseña, con un enlace para establecerla',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({
    email: Email,
    name: PersonName.optional(),
    role: Role.optional(),
    password: NewPassword.optional(),
  }),
  output: z.strictObject({
    user: ListedUser,
    /** For `auth.reset`; only when no password was given. */
    resetToken: z.string().optional(),
    expiresAt: Time.optional(),
  }),
  errors: ['key_not_enough', 'email_taken', 'queue_full'],
  http: [
    { method: 'POST', path: '/users', status: 201 },
    { method: 'POST', path: '/admin/users', status: 201 },
  ],
  examples: [
    {
      input: { email: 'eva@example.org' },
      output: {
        user: { ...EXAMPLE_USER, email: 'eva@example.org', active: true },
        resetToken: 'pW3k…',
        expiresAt: '2026-01-01T01:00:00.000Z',
      },
    },
  ],
});
