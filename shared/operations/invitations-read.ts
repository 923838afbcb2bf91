import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Role, Time } from './common.ts';
import { InviteToken } from './invitation-shapes.ts';
import { TeamName } from './team-shapes.ts';

export const invitationsRead = defineOperation({
  name: 'invitations.read',
  summary: {
    en: 'Show what an invitation is for, to whoever has its link',
    es: 'Muestra para qué sirve una invitación, a quien tiene su enlace',
  },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: z.strictObject({ inviteToken: InviteToken }),
  output: z.strictObject({
    /** What those who use it become. */
    role: Role,
    /** The team that they join. */
    team: TeamName.optional(),
    expiresAt: Time,
  }),
  errors: ['invitation_failed'],
  examples: [
    { input: { inviteToken: 'pW3k…' }, output: { role: 'user', expiresAt: '2026-01-08T00:00:00.000Z' } },
  ],
});
