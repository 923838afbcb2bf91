import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_USER, ListedUser, Role, shownRole, UserReference } from './common.ts';

export const usersSetRole = defineOperation({
  name: 'users.setRole',
  summary: {
    en: 'Make a user an administrator, or an administrator a user',
    es: 'Convierte a un usuario en administrador, o a un administrador en usuario',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({
    user: UserReference,
    role: Role,
    /** Also the last active administrator; only with the admin key. */
    force: z.literal(true).optional(),
  }),
  output: ListedUser,
  errors: ['key_not_enough', 'not_found', 'last_admin'],
  http: [
    { method: 'PUT', path: '/users/{user}/role' },
    { method: 'PUT', path: '/admin/users/{user}/role' },
  ],
  text: {
    command: 'role',
    args: ['user', 'role'],
    render: ({ email, role }, locale) => `${email}: ${shownRole(role, locale)}`,
  },
  examples: [
    {
      input: { user: 'ana@example.org', role: 'admin' },
      output: { ...EXAMPLE_USER, role: 'admin', active: true },
    },
  ],
});
