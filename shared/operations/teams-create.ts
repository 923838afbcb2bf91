import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_TEAM, PersonaList, RouteList, shownTeam, Team, TeamName } from './team-shapes.ts';

export const teamsCreate = defineOperation({
  name: 'teams.create',
  summary: { en: 'Make a team with a wallet of its own', es: 'Crea un equipo con su propio monedero' },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({
    name: TeamName,
    /** What its wallet pays for; left out: every route that the member may use. */
    routes: RouteList.optional(),
    personas: PersonaList.optional(),
  }),
  output: Team,
  errors: ['key_not_enough', 'not_found', 'team_name_taken', 'too_many_kept'],
  http: [{ method: 'POST', path: '/teams', status: 201 }],
  text: { command: 'new-team', args: ['name'], render: shownTeam },
  examples: [{ input: { name: 'research' }, output: EXAMPLE_TEAM }],
});
