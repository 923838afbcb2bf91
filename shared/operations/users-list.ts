import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ADMIN_LIMITS } from './admin-shapes.ts';
import { EXAMPLE_USER, ListedUser, Role, RowId, shownListedUser } from './common.ts';

export const usersList = defineOperation({
  name: 'users.list',
  summary: {
    en: 'List the users, the first ones first',
    es: 'Lista los usuarios, los primeros primero',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: z.strictObject({
    /** `nextCursor` of the page before. */
    cursor: RowId.optional(),
    limit: z.int().min(1).max(200).optional(),
    /** Only those whose e-mail or name has it. */
    query: z.string().trim().max(ADMIN_LIMITS.queryCharactersMax).optional(),
    role: Role.optional(),
    active: z.boolean().optional(),
  }),
  output: z.strictObject({ users: z.array(ListedUser), nextCursor: RowId.optional() }),
  errors: ['key_not_enough'],
  http: [
    { method: 'GET', path: '/users' },
    { method: 'GET', path: '/admin/users' },
  ],
  text: {
    command: 'users',
    args: ['...query'],
    render: ({ users, nextCursor }, locale) => {
      const lines = users.map((user) => shownListedUser(user, locale));
      return [...lines, ...(nextCursor === undefined ? [] : ['…'])].join('\n');
    },
  },
  examples: [{ input: {}, output: { users: [{ ...EXAMPLE_USER, active: true }] } }],
});
