import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { fill } from '../locale.ts';
import { shownMinute } from './conversation-fields.ts';
import { Email, EXAMPLE_USER, ListedUser, NewPassword, PersonName, Role, shownUser, Time } from './common.ts';

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
  text: {
    command: 'new-user',
    args: ['email', 'role', '...name'],
    render: ({ user, resetToken, expiresAt = '' }, locale) => {
      const shown = shownUser(user, locale);
      if (resetToken === undefined) return shown;
      return `${shown}\n${fill(RESET[locale], { token: resetToken, at: shownMinute(expiresAt) })}`;
    },
  },
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

const RESET = {
  en: 'They set a password with /reset {token}, until {at} (UTC)',
  es: 'Establece su contraseña con /reset {token}, hasta las {at} (UTC)',
} as const;
