import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { RowId } from './common.ts';
import {
  EXAMPLE_INVITATION,
  INVITATION_LIMITS,
  InvitationView,
  shownInvitation,
} from './invitation-shapes.ts';

export const invitationsList = defineOperation({
  name: 'invitations.list',
  summary: {
    en: 'List the invitations that have not expired, newest first; a manager, those to the own teams',
    es: 'Lista las invitaciones que no han caducado, primero las nuevas; un responsable, las de sus equipos',
  },
  access: 'user',
  scope: 'admin',
  effect: 'read',
  input: z.strictObject({
    /** `nextCursor` of the page before. */
    cursor: RowId.optional(),
    limit: z.int().min(1).max(INVITATION_LIMITS.pageMax).default(INVITATION_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    invitations: z.array(InvitationView),
    /** Absent on the last page. */
    nextCursor: RowId.optional(),
  }),
  errors: ['key_not_enough'],
  http: [{ method: 'GET', path: '/invitations' }],
  text: {
    command: 'invitations',
    args: ['cursor'],
    render: ({ invitations, nextCursor }, locale) => {
      if (invitations.length === 0) return NONE[locale];
      const lines = invitations.map((invitation) => shownInvitation(invitation, locale));
      const more = nextCursor === undefined ? [] : [`${MORE[locale]}: /invitations ${nextCursor}`];
      return [...lines, ...more].join('\n');
    },
  },
  examples: [{ input: {}, output: { invitations: [EXAMPLE_INVITATION] } }],
});

const NONE = { en: 'No invitations.', es: 'No hay invitaciones.' } as const;
const MORE = { en: 'More', es: 'Más' } as const;
