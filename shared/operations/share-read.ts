import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Attachment } from './attachment-shapes.ts';
import { Cursor, EXAMPLE_SHARE, ShareId } from './conversation-fields.ts';

export const shareRead = defineOperation({
  name: 'share.read',
  summary: { en: 'Read a conversation by its link', es: 'Lee una conversación por su enlace' },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: z.strictObject({
    share: ShareId,
    /** What comes before the earlier page. */
    cursor: Cursor.optional(),
  }),
  output: z.strictObject({
    title: z.string(),
    /** The end of the branch, oldest first. */
    messages: z.array(
      z.strictObject({
        role: z.enum(['user', 'assistant']),
        /** Empty when it was erased. */
        text: z.string(),
        createdAt: z.iso.datetime(),
        /** What was sent with it, by name alone. */
        attachments: z.array(Attachment.pick({ name: true, type: true })).optional(),
      }),
    ),
    /** Gives what comes before these messages. */
    nextCursor: Cursor.optional(),
  }),
  errors: ['not_found', 'cursor_unknown'],
  http: [{ method: 'GET', path: '/shares/{share}' }],
  examples: [
    {
      input: { share: EXAMPLE_SHARE.share },
      output: {
        title: EXAMPLE_SHARE.title,
        messages: [
          { role: 'user', text: 'How far is the sea?', createdAt: EXAMPLE_SHARE.createdAt },
          { role: 'assistant', text: 'Twelve kilometres.', createdAt: EXAMPLE_SHARE.createdAt },
        ],
      },
    },
  ],
});
