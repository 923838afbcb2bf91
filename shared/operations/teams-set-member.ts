import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { UserReference } from './common.ts';
import { Budget, EXAMPLE_MEMBER, shownMember, TeamMember, TeamReference, TeamRole } from './team-shapes.ts';

export const teamsSetMember = defineOperation({
  name: 'teams.setMember',
  summary: {
    en: 'Add a user to a team, or change the role or the budget of a member',
    es: 'Añade un usuario a un equipo, o cambia el rol o el presupuesto de un miembro',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  /** What is left out stays; a new member is a `member` without a budget. */
  input: z.strictObject({
    team: TeamReference,
    user: UserReference,
    role: TeamRole.optional(),
    /** Null: as much as the wallet has. */
    budget: Budget.nullable().optional(),
  }),
  output: TeamMember,
  errors: ['account_needed', 'key_not_enough', 'not_found', 'too_many_kept'],
  http: [{ method: 'PUT', path: '/teams/{team}/members/{user}' }],
  text: { command: 'add-member', args: ['team', 'user', 'role'], render: shownMember },
  examples: [{ input: { team: 'research', user: 'ana@example.org' }, output: EXAMPLE_MEMBER }],
});
