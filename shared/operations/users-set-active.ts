import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_USER, ListedUser, UserReference } from './common.ts';

export const usersSetActive = defineOperation({
  name: 'users.setActive',
  summary: {
    en: 'Deactivate a user, who is cut off at once, or activate one again',
    es: 'Desactiva a un usuario, que queda fuera al instante, o vuelve a activarlo',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({
    user: UserReference,
    active: z.boolean(),
    /** Also the last active administrator; only with the admin key. */
    force: z.literal(true).optional(),
  }),
  output: ListedUser,
  errors: ['key_not_enough', 'not_found', 'last_admin'],
  http: [
    { method: 'PUT', path: '/users/{user}/active' },
    { method: 'PUT', path: '/admin/users/{user}/active' },
  ],
  text: {
    command: 'activate',
    args: ['user'],
    given: { active: true },
    render: ({ email, active }, locale) => `${email}: ${ACTIVE[locale][active ? 1 : 0]}`,
  },
  commands: [
    {
      command: 'deactivate',
      args: ['user'],
      given: { active: false },
      summary: { en: 'Cut a user off at once', es: 'Deja fuera a un usuario al instante' },
    },
  ],
  examples: [
    { input: { user: 'ana@example.org', active: false }, output: { ...EXAMPLE_USER, active: false } },
  ],
});

const ACTIVE = { en: ['not active', 'active'], es: ['inactivo', 'activo'] } as const;
