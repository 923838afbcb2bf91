import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Role } from './common.ts';
import { TeamReference } from './team-shapes.ts';
import { EXAMPLE_INVITATION, INVITATION_LIMITS, InvitationView, InviteToken } from './invitation-shapes.ts';

export const invitationsCreate = defineOperation({
  name: 'invitations.create',
  summary: {
    en: 'Make an invitation, by which people can make accounts even where sign-up is closed, and join a team',
    es: 'Crea una invitación para crear cuentas aunque el registro esté cerrado, y entrar en un equipo',
  },
  access: 'user',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({
    /** How many accounts can be made with it. */
    uses: z.int().min(1).max(INVITATION_LIMITS.usesMax).default(1),
    /** How long it can be used. */
    days: z.int().min(1).max(INVITATION_LIMITS.daysMax).default(INVITATION_LIMITS.daysDefault),
    /** What those who use it become. */
    role: Role.default('user'),
    /** The team that they join, as members. A manager has to name an own one, and leaves `role` out. */
    team: TeamReference.optional(),
  }),
  /** `token` is the secret, for `inviteToken` of `auth.register`; the page takes it at `/invite/TOKEN`. */
  output: InvitationView.extend({ token: InviteToken }),
  errors: ['key_not_enough', 'not_found', 'too_many_kept'],
  http: [{ method: 'POST', path: '/invitations', status: 201 }],
  text: {
    command: 'invite',
    args: ['uses', 'days', 'role', 'team'],
    render: ({ token, expiresAt }, locale) =>
      ({
        en:
          `On the page: /invite/${token}\nOn the text port: /join ${token} EMAIL [NAME]\n` +
          `Until ${expiresAt}. Keep it now: it is not shown again.`,
        es:
          `En la página: /invite/${token}\nEn el puerto de texto: /join ${token} CORREO [NOMBRE]\n` +
          `Hasta ${expiresAt}. Guárdala ahora: no se volverá a mostrar.`,
      })[locale],
  },
  examples: [
    {
      input: { uses: 5, team: 'research' },
      output: { ...EXAMPLE_INVITATION, team: 'research', token: 'pW3k…' },
    },
  ],
});
