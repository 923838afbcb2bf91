import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, RowId } from './common.ts';
import { EXAMPLE_INVITATION } from './invitation-shapes.ts';

export const invitationsWithdraw = defineOperation({
  name: 'invitations.withdraw',
  summary: {
    en: 'Withdraw an invitation; the accounts that were made with it stay',
    es: 'Retira una invitación; las cuentas que se crearon con ella se mantienen',
  },
  access: 'user',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({ invitation: RowId }),
  output: Empty,
  errors: ['key_not_enough', 'not_found'],
  http: [{ method: 'DELETE', path: '/invitations/{invitation}', status: 204 }],
  text: {
    command: 'withdraw',
    args: ['invitation'],
    render: (_, locale) => ({ en: 'Invitation withdrawn.', es: 'Invitación retirada.' })[locale],
  },
  examples: [{ input: { invitation: EXAMPLE_INVITATION.id }, output: {} }],
});
