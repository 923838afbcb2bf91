/** Shapes of invitations. */
import { z } from 'zod';
import type { Locale } from '../locale.ts';
import { Role, RowId, shownRole, Time } from './common.ts';
import { shownMinute } from './conversation-fields.ts';
import { TeamName } from './team-shapes.ts';

export const INVITATION_LIMITS = {
  usesMax: 1_000,
  daysMax: 365,
  daysDefault: 7,
  pageMax: 200,
  pageDefault: 50,
  /** That exist at once, of one person. */
  perPersonMax: 500,
  tokenCharactersMax: 200,
} as const;

/** The secret in the link of an invitation. */
export const InviteToken = z.string().min(1).max(INVITATION_LIMITS.tokenCharactersMax);

/** Of an invitation everything but its secret. */
export const InvitationView = z.strictObject({
  id: RowId,
  /** What those who use it become. */
  role: Role,
  /** The team that they join. */
  team: TeamName.optional(),
  /** How many accounts can be made with it, and how many have been. */
  uses: z.int().positive(),
  used: z.int().nonnegative(),
  createdAt: Time,
  expiresAt: Time,
  /** The id of the user who made it; absent when the operator did. */
  by: RowId.optional(),
});

export const EXAMPLE_INVITATION = {
  id: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d18',
  role: 'user',
  uses: 5,
  used: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-08T00:00:00.000Z',
} as const;

export function shownInvitation(invitation: z.output<typeof InvitationView>, locale: Locale): string {
  const { id, role, team, uses, used, expiresAt } = invitation;
  const count = locale === 'es' ? `${used} de ${uses} usos` : `${used} of ${uses} uses`;
  const until = `${UNTIL[locale]} ${shownMinute(expiresAt)}`;
  return [id, shownRole(role, locale), team ?? [], count, until].flat().join(' · ');
}

const UNTIL = { en: 'until', es: 'hasta' } as const;
