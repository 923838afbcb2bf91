import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { PROVIDERS } from '../model-route.ts';
import { Amount, MessageId, Receipt } from './common.ts';

export const ledgerReceipt = defineOperation({
  name: 'ledger.receipt',
  summary: {
    en: 'Give the proof that one of your exchanges is in the ledger',
    es: 'Da la prueba de que uno de tus intercambios está en el registro',
  },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject({
    /** Index of the exchange; the newest when left out. */
    index: z.int().min(0).optional(),
    /** An answer, in place of an index. */
    message: MessageId.optional(),
  }),
  output: z.strictObject({
    ...Receipt.shape,
    proof: z.string(),
    /** What the ledger has written of the exchange. */
    exchange: z.strictObject({
      trace: z.string(),
      model: z.string(),
      provider: z.enum(PROVIDERS),
      degraded: z.boolean(),
      finish: z.string(),
      charged: Amount,
    }),
  }),
  errors: ['not_found', 'queue_full', 'ledger_unavailable'],
  http: [{ method: 'GET', path: '/ledger/receipt/{index}' }],
  text: {
    command: 'receipt',
    args: ['index'],
    render: ({ proof, promptSalt, answerSalt }, locale) => {
      const erased = `-- ${ERASED[locale]}`;
      const salts = `-- promptSalt ${promptSalt ?? ''}\n-- answerSalt ${answerSalt ?? ''}`;
      return `${proof.trimEnd()}\n${promptSalt === undefined ? erased : salts}`;
    },
  },
  examples: [
    {
      input: { index: 15 },
      output: {
        index: 15,
        proof: 'c2sp.org/tlog-proof@v1\n…',
        promptSalt: '…',
        answerSalt: '…',
        exchange: {
          trace: 'Usuario-3:m1',
          model: 'qwen2.5:3b-instruct',
          provider: 'ollama',
          degraded: false,
          finish: 'stop',
          charged: 20,
        },
      },
    },
  ],
});

const ERASED = { en: 'what was said is erased', es: 'lo dicho está borrado' } as const;
