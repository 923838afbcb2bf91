import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, EntryIndex } from './common.ts';

export const conversationsEraseAll = defineOperation({
  name: 'conversations.eraseAll',
  summary: {
    en: 'Erase all your conversations and folders with everything said in them; the proofs stay valid',
    es: 'Borra todas tus conversaciones y carpetas con todo lo dicho; las pruebas siguen siendo válidas',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: Empty,
  output: z.strictObject({
    conversations: z.int().nonnegative(),
    /** Exchanges whose text and salts are gone now. */
    erased: z.int().nonnegative(),
    /** The entry that says so; absent when there was nothing to erase. */
    index: EntryIndex.optional(),
  }),
  errors: ['ledger_unavailable'],
  http: [{ method: 'DELETE', path: '/conversations', status: 204 }],
  text: {
    command: 'erase-conversations',
    args: [],
    render: ({ conversations, index }, locale) => {
      const entry = index === undefined ? '' : ` (#${index})`;
      return `${ERASED[locale]}: ${conversations}${entry}`;
    },
  },
  examples: [{ input: {}, output: { conversations: 3, erased: 41, index: 120 } }],
});

const ERASED = { en: 'Conversations erased', es: 'Conversaciones borradas' } as const;
