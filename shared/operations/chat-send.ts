import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { messageText } from '../message-text.ts';
import { AttachmentInputs } from './attachment-shapes.ts';
import { ConversationId, MessageId, ModelName, WalletName } from './common.ts';
import { BeginningSettings } from './conversation-fields.ts';
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

export const chatSend = defineOperation({
  name: 'chat.send',
  summary: {
    en: 'Send a message; the answer streams back',
    es: 'Envía un mensaje; la respuesta llega a medida que se genera',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'stream',
  input: z.strictObject({
    text: z.string().overwrite(messageText).min(1),
    /** Documents become text for the model, cut where they do not fit; pictures need a model that sees. */
    attachments: AttachmentInputs.optional(),
    clientMessageId: ClientMessageId.optional(),
    /** `inline`: the receipt brings its proof. */
    receipt: ReceiptWanted.optional(),
    /** For this message alone; one that `models.list` does not name is `not_found`. */
    model: ModelName.optional(),
    /** Whose money it uses: `own`, or one of your teams; as you have chosen when left out. */
    wallet: WalletName.optional(),
    /** One of your own; the current one when left out. */
    conversation: ConversationId.optional(),
    /** The answer that it follows, null for none; the place of the device when left out. */
    parent: MessageId.nullable().optional(),
    /** For the conversation that begins with this message; one that exists keeps its own. */
    settings: BeginningSettings.optional(),
  }),
  output: TurnResult,
  events: TURN_EVENTS,
  errors: [...TURN_ERRORS, 'file_incomplete'],
  text: { command: 'send', args: ['...text'], render: renderTurn, renderEvent: renderTurnEvent },
  examples: [{ input: { text: 'hello' }, output: TURN_RESULT_EXAMPLE }],
});
