import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationId } from './common.ts';

export const chatErase = defineOperation({
  name: 'chat.erase',
  summary: {
    en: 'Erase what was said in a conversation, some exchanges at a time; the proofs stay valid',
    es: 'Borra lo dicho en una conversación, unos intercambios cada vez; las pruebas siguen siendo válidas',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    /** One of your own; this one when left out. */
    conversation: ConversationId.optional(),
  }),
  output: z.strictObject({
    /** Exchanges whose text and salts are gone now, and imported messages whose text is. */
    erased: z.int().nonnegative(),
    /** Exchanges and imported messages that are still there: ask again until there are none. */
    left: z.int().nonnegative(),
  }),
  errors: ['not_found', 'queue_full', 'ledger_unavailable'],
  examples: [{ input: {}, output: { erased: 0, left: 0 } }],
});
