import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_MEMBER, EXAMPLE_TEAM, shownMember, shownTeam } from './team-shapes.ts';
import { Team, TeamMember, TeamReference } from './team-shapes.ts';

export const teamsGet = defineOperation({
  name: 'teams.get',
  summary: {
    en: 'Show a team; its members only to managers and administrators',
    es: 'Muestra un equipo; sus miembros, solo a responsables y administradores',
  },
  access: 'user',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject({ team: TeamReference }),
  output: z.strictObject({
    team: Team,
    /** In the order in which they came; for a member, the member alone. */
    members: z.array(TeamMember),
  }),
  errors: ['not_found'],
  http: [{ method: 'GET', path: '/teams/{team}' }],
  text: {
    command: 'team',
    args: ['team'],
    render: ({ team, members }, locale) =>
      [shownTeam(team, locale), ...members.map((member) => shownMember(member, locale))].join('\n'),
  },
  examples: [
    {
      input: { team: 'research' },
      output: { team: { ...EXAMPLE_TEAM, role: 'manager' }, members: [EXAMPLE_MEMBER] },
    },
  ],
});
