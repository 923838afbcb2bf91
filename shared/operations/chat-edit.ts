import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { messageText } from '../message-text.ts';
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

export const chatEdit = defineOperation({
  name: 'chat.edit',
  summary: {
    en: 'Send a message again with other words; the first version stays as a branch',
    es: 'Envía otra vez un mensaje con otras palabras; la primera versión queda como rama',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'stream',
  input: z.strictObject({
    text: z.string().overwrite(messageText).min(1),
    /** A message that was sent; the newest one of this branch when left out. */
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
  text: { command: 'edit', args: ['...text'], render: renderTurn, renderEvent: renderTurnEvent },
  examples: [
    {
      input: { message: '41', text: 'hello again' },
      output: {
        ...TURN_RESULT_EXAMPLE,
        promptMessage: '43',
        answerMessage: '44',
        siblings: { ids: ['41', '43'], index: 1 },
      },
    },
  ],
});
