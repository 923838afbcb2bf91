import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ADMIN_LIMITS } from './admin-shapes.ts';
import { Email, EXAMPLE_KEY, EXAMPLE_USER, KeyView, RowId, Time, UserReference } from './common.ts';

export const adminKeys = defineOperation({
  name: 'admin.keys',
  summary: {
    en: 'List the API keys of all users, or of one, newest first',
    es: 'Lista las claves de API de todos los usuarios, o de uno, primero las nuevas',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: z.strictObject({
    user: UserReference.optional(),
    /** `nextCursor` of the page before. */
    cursor: RowId.optional(),
    limit: z.int().min(1).max(ADMIN_LIMITS.pageMax).default(ADMIN_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    keys: z.array(KeyView.extend({ user: RowId, email: Email, lastUsedAt: Time.optional() })),
    nextCursor: RowId.optional(),
  }),
  errors: ['key_not_enough', 'not_found'],
  http: [{ method: 'GET', path: '/admin/keys' }],
  text: {
    command: 'all-keys',
    args: ['user'],
    render: ({ keys, nextCursor }, locale) => {
      if (keys.length === 0) return { en: 'No API keys.', es: 'No hay claves de API.' }[locale];
      const lines = keys.map(({ id, prefix, name, email }) => `${id} · ${prefix}… · ${name} · ${email}`);
      return [...lines, ...(nextCursor === undefined ? [] : ['…'])].join('\n');
    },
  },
  examples: [
    { input: {}, output: { keys: [{ ...EXAMPLE_KEY, user: EXAMPLE_USER.id, email: EXAMPLE_USER.email }] } },
  ],
});
