import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';
import { TeamReference } from './team-shapes.ts';

export const teamsDelete = defineOperation({
  name: 'teams.delete',
  summary: {
    en: 'Delete a team; nobody can spend what is left in its wallet',
    es: 'Elimina un equipo; nadie podrá gastar lo que quede en su monedero',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({ team: TeamReference }),
  output: Empty,
  errors: ['key_not_enough', 'not_found'],
  http: [{ method: 'DELETE', path: '/teams/{team}', status: 204 }],
  text: {
    command: 'delete-team',
    args: ['team'],
    render: (_, locale) => ({ en: 'Deleted.', es: 'Eliminado.' })[locale],
  },
  examples: [{ input: { team: 'research' }, output: {} }],
});
