import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';

export const conversationsAdoptable = defineOperation({
  name: 'conversations.adoptable',
  summary: {
    en: 'Count what you can take over from when you were a guest',
    es: 'Cuenta lo que puedes pasar a tu cuenta de cuando eras invitado',
  },
  access: 'user',
  scope: 'account',
  effect: 'read',
  input: z.strictObject({
    /** Of the guest; the guest of this session when left out. */
    guestToken: z.string().max(200).optional(),
  }),
  output: z.strictObject({ conversations: z.int().nonnegative(), folders: z.int().nonnegative() }),
  errors: ['not_found'],
  http: [{ method: 'POST', path: '/conversations/adoptable' }],
  examples: [{ input: {}, output: { conversations: 3, folders: 1 } }],
});
