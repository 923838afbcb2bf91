import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ConversationReference, EXAMPLE_SUMMARY, shownTitle } from './conversation-fields.ts';
import { MessageId } from './common.ts';
import { ConversationSummary, MessagePage, MESSAGES_EXAMPLE } from './conversation-shapes.ts';
import { renderMessages } from './turn-text.ts';

/** Three turns: enough to remember what it was about. */
const SHOWN = 6;

export const conversationsOpen = defineOperation({
  name: 'conversations.open',
  summary: { en: 'Go on in another conversation', es: 'Sigue en otra conversación' },
  access: 'anonymous',
  effect: 'write',
  input: z.strictObject({ conversation: ConversationReference }),
  output: z.strictObject({
    conversation: ConversationSummary,
    /** The message that the next one follows; absent while there is none. */
    place: MessageId.optional(),
    ...MessagePage.shape,
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
      output: { conversation: EXAMPLE_SUMMARY, place: '42', messages: MESSAGES_EXAMPLE },
    },
  ],
});
