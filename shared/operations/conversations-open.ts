import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationReference, EXAMPLE_SUMMARY, shownTitle } from './conversation-fields.ts';
import { MessageId, Trace } from './common.ts';
import { BranchEnd, ConversationSummary, MESSAGES_EXAMPLE } from './conversation-shapes.ts';
import { renderMessages } from './turn-text.ts';

/** Three turns: enough to remember what it was about. */
const SHOWN = 6;

export const conversationsOpen = defineOperation({
  name: 'conversations.open',
  summary: { en: 'Go on in another conversation', es: 'Sigue en otra conversación' },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({ conversation: ConversationReference }),
  output: z.strictObject({
    conversation: ConversationSummary,
    /** The message that the next one follows; absent while there is none. */
    place: MessageId.optional(),
    ...BranchEnd.shape,
    /** Turns that are under way, each with its answer so far; `conversation.turn` tells the rest. */
    running: z
      .array(
        z.strictObject({
          trace: Trace,
          text: z.string(),
          /** Absent when a prompt that was said before is answered once more. */
          prompt: z.string().optional(),
          promptMessage: MessageId.optional(),
          /** The message that the prompt follows. */
          parent: MessageId.optional(),
          /** The names of the files that are sent with it. */
          files: z.array(z.string()).optional(),
        }),
      )
      .optional(),
  }),
  errors: ['not_found'],
  text: {
    command: 'open',
    args: ['conversation'],
    render: ({ conversation: { title }, messages }, locale) =>
      [`-- ${shownTitle(title, locale)}`, renderMessages(messages, SHOWN, locale)]
        .filter((line) => line !== '')
        .join('\n'),
  },
  examples: [
    {
      input: { conversation: EXAMPLE_SUMMARY.id },
      output: { conversation: EXAMPLE_SUMMARY, place: '42', follows: true, messages: MESSAGES_EXAMPLE },
    },
  ],
});
