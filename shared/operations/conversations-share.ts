import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { MessageId } from './common.ts';
import {
  ConversationReference,
  EXAMPLE_SHARE,
  EXAMPLE_SUMMARY,
  pageOfShare,
  Share,
} from './conversation-fields.ts';

export const conversationsShare = defineOperation({
  name: 'conversations.share',
  summary: {
    en: 'Make a link by which anyone reads one branch of a conversation, up to a message',
    es: 'Crea un enlace con el que cualquiera lee una rama de una conversación, hasta un mensaje',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    conversation: ConversationReference,
    /** The last one that is shown; later ones stay private. The newest of the conversation when left out. */
    message: MessageId.optional(),
  }),
  output: Share,
  errors: ['not_found', 'nothing_to_share', 'too_many_kept'],
  http: [{ method: 'POST', path: '/conversations/{conversation}/shares', status: 201 }],
  text: {
    command: 'share',
    args: ['conversation'],
    // The server does not know under which name its page is reached.
    render: ({ share }, locale) => `${SHARED[locale]} ${pageOfShare(share)}`,
  },
  examples: [{ input: { conversation: EXAMPLE_SUMMARY.id }, output: EXAMPLE_SHARE }],
});

const SHARED = {
  en: 'Anyone who has this address of the page can read it, until /unshare:',
  es: 'Cualquiera que tenga esta dirección de la página puede leerla, hasta /unshare:',
} as const;
