import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationReference } from './conversation-fields.ts';

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
    conversation: ConversationReference.optional(),
  }),
  output: z.strictObject({
    /** Exchanges whose text and salts are gone now, and imported messages whose text is. */
    erased: z.int().nonnegative(),
    /** Exchanges and imported messages that are still there: ask again until there are none. */
    left: z.int().nonnegative(),
  }),
  errors: ['not_found', 'queue_full', 'ledger_unavailable'],
  text: {
    command: 'erase-conversation',
    args: ['conversation'],
    render: ({ erased, left }, locale) =>
      `${ERASED[locale]}: ${erased}${left === 0 ? '' : `. ${LEFT[locale]}: ${left}`}`,
  },
  examples: [{ input: {}, output: { erased: 0, left: 0 } }],
});

const ERASED = { en: 'Erased', es: 'Borrados' } as const;
const LEFT = {
  en: 'Repeat the command for those left',
  es: 'Repite el comando para los que quedan',
} as const;
