import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import {
  EXAMPLE_TEAM,
  PersonaList,
  RouteList,
  shownTeam,
  Team,
  TeamName,
  TeamReference,
} from './team-shapes.ts';

export const teamsUpdate = defineOperation({
  name: 'teams.update',
  summary: {
    en: 'Change the name of a team, its routes or its personas',
    es: 'Cambia el nombre de un equipo, sus rutas o sus personajes',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  /** What is left out stays. */
  input: z.strictObject({
    team: TeamReference,
    name: TeamName.optional(),
    /** Null: every route that the member may use. */
    routes: RouteList.nullable().optional(),
    personas: PersonaList.optional(),
  }),
  output: Team,
  errors: ['key_not_enough', 'not_found', 'team_name_taken'],
  http: [{ method: 'PATCH', path: '/teams/{team}' }],
  text: { command: 'rename-team', args: ['team', 'name'], render: shownTeam },
  examples: [{ input: { team: 'research', name: 'science' }, output: { ...EXAMPLE_TEAM, name: 'science' } }],
});
