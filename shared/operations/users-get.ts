import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_USER, ListedUser, shownListedUser, UserReference } from './common.ts';

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
  text: { command: 'user', args: ['user'], render: shownListedUser },
  examples: [{ input: { user: 'ana@example.org' }, output: { ...EXAMPLE_USER, active: true } }],
});
