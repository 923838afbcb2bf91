import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_USER, ListedUser, UserReference } from './common.ts';

export const usersGet = defineOperation({
  name: 'users.get',
  summary: { en: 'Show a user', es: 'Muestra a un usuario' },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: z.strictObject({ user: UserReference }),
  output: ListedUser,
  errors: ['key_not_enough', 'not_found'],
  http: [{ method: 'GET', path: '/admin/users/{user}' }],
  examples: [{ input: { user: 'ana@example.org' }, output: { ...EXAMPLE_USER, active: true } }],
});
