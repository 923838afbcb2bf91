import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';
import { EXAMPLE_TEAM, shownTeam, Team } from './team-shapes.ts';

export const teamsList = defineOperation({
  name: 'teams.list',
  summary: {
    en: 'List your teams; for an administrator, all teams',
    es: 'Lista tus equipos; para un administrador, todos los equipos',
  },
  access: 'user',
  scope: 'usage',
  effect: 'read',
  input: Empty,
  output: z.strictObject({ teams: z.array(Team) }),
  errors: [],
  http: [{ method: 'GET', path: '/teams' }],
  text: {
    command: 'teams',
    args: [],
    render: ({ teams }, locale) =>
      teams.length === 0
        ? { en: 'No teams.', es: 'No hay equipos.' }[locale]
        : teams.map((team) => shownTeam(team, locale)).join('\n'),
  },
  examples: [{ input: {}, output: { teams: [{ ...EXAMPLE_TEAM, role: 'member' }] } }],
});
