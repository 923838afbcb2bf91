import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_MEMBER, EXAMPLE_TEAM, shownMember, shownTeam } from './team-shapes.ts';
import { Team, TeamMember, TeamReference } from './team-shapes.ts';
import { Amount } from './common.ts';

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
    /** What is left in its wallet. */
    available: Amount,
    /** What of the caller's own budget is used in this period. */
    used: Amount.optional(),
    /** In the order in which they came; for a member, the member alone. */
    members: z.array(TeamMember),
  }),
  errors: ['not_found'],
  http: [{ method: 'GET', path: '/teams/{team}' }],
  text: {
    command: 'team',
    args: ['team'],
    render: ({ team, available, used, members }, locale) => {
      const left = `${available} ${LEFT[locale]}`;
      const spent = used === undefined ? [] : [`${used} ${USED[locale]}`];
      const rows = members.map((member) => shownMember(member, locale));
      return [shownTeam(team, locale), [left, ...spent].join(' · '), ...rows].join('\n');
    },
  },
  examples: [
    {
      input: { team: 'research' },
      output: {
        team: { ...EXAMPLE_TEAM, role: 'manager' },
        available: 9120,
        members: [EXAMPLE_MEMBER],
      },
    },
  ],
});

const LEFT = { en: 'credits in the wallet', es: 'créditos en el monedero' } as const;
const USED = { en: 'of your budget used', es: 'de tu presupuesto gastados' } as const;
