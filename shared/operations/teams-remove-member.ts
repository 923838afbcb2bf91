import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, UserReference } from './common.ts';
import { TeamReference } from './team-shapes.ts';

export const teamsRemoveMember = defineOperation({
  name: 'teams.removeMember',
  summary: {
    en: 'Remove a member from a team, at once; without a user: leave it',
    es: 'Saca a un miembro de un equipo, al instante; sin usuario: sales tú',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  input: z.strictObject({ team: TeamReference, user: UserReference.optional() }),
  output: Empty,
  errors: ['account_needed', 'key_not_enough', 'not_found'],
  http: [{ method: 'DELETE', path: '/teams/{team}/members/{user}', status: 204 }],
  text: {
    command: 'remove-member',
    args: ['team', 'user'],
    render: (_, locale) => ({ en: 'Removed.', es: 'Ya no es miembro.' })[locale],
  },
  examples: [{ input: { team: 'research', user: 'ana@example.org' }, output: {} }],
});
