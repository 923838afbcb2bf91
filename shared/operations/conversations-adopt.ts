import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';

export const conversationsAdopt = defineOperation({
  name: 'conversations.adopt',
  summary: {
    en: 'Take over the conversations that you have had as a guest; credits stay with the guest',
    es: 'Hazte cargo de las conversaciones que tuviste como invitado; los créditos se quedan con él',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  input: z.strictObject({
    /** Of the guest; the guest of this session when left out. */
    guestToken: z.string().max(200).optional(),
  }),
  output: z.strictObject({ adopted: z.int().nonnegative() }),
  errors: ['not_found'],
  http: [{ method: 'POST', path: '/conversations/adopt' }],
  text: {
    command: 'adopt',
    args: [],
    render: ({ adopted }, locale) => `${ADOPTED[locale]}: ${adopted}`,
  },
  examples: [{ input: {}, output: { adopted: 3 } }],
});

const ADOPTED = { en: 'Conversations taken over', es: 'Conversaciones pasadas a tu cuenta' } as const;
