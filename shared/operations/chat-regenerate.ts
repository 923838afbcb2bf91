import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { MessageId, ModelName, WalletName } from './common.ts';
import {
  ClientMessageId,
  ReceiptWanted,
  renderTurn,
  renderTurnEvent,
  TURN_ERRORS,
  TURN_EVENTS,
  TURN_RESULT_EXAMPLE,
  TurnResult,
} from './turn-shapes.ts';

export const chatRegenerate = defineOperation({
  name: 'chat.regenerate',
  summary: {
    en: 'Have a message answered once more; the first answer stays as a branch',
    es: 'Pide otra respuesta al mismo mensaje; la primera queda como rama',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'stream',
  input: z.strictObject({
    /** An answer; the newest one of this branch when left out. */
    message: MessageId.optional(),
    clientMessageId: ClientMessageId.optional(),
    /** `inline`: the receipt brings its proof. */
    receipt: ReceiptWanted.optional(),
    model: ModelName.optional(),
    /** Whose money it uses: `own`, or one of your teams; as you have chosen when left out. */
    wallet: WalletName.optional(),
  }),
  output: TurnResult,
  events: TURN_EVENTS,
  errors: TURN_ERRORS,
  text: { command: 'regenerate', args: [], render: renderTurn, renderEvent: renderTurnEvent },
  examples: [
    {
      input: { message: '42' },
      output: {
        ...TURN_RESULT_EXAMPLE,
        answerMessage: '45',
        siblings: { ids: ['42', '45'], index: 1 },
      },
    },
  ],
});
