import { z } from 'zod';
import { ATTACHMENT_LIMITS } from '../attachments.ts';
import { defineOperation } from '../define-operation.ts';
import { MessageId } from './common.ts';

const Content = { type: z.string(), bytes: z.int().nonnegative() } as const;

export const attachmentsRead = defineOperation({
  name: 'attachments.read',
  summary: {
    en: 'Read what a model was sent of a file: the text of a document, or the picture',
    es: 'Lee lo que se envió a un modelo de un archivo: el texto de un documento, o la imagen',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'stream',
  input: z.strictObject({
    /** With which it was sent. */
    message: MessageId,
    /** Among the files of the message, from 0. */
    position: z
      .int()
      .min(0)
      .max(ATTACHMENT_LIMITS.filesMax - 1),
  }),
  output: z.strictObject(Content),
  events: {
    'attachments.started': z.strictObject(Content),
    /** Base64; joined in order they are the content. */
    'attachments.bytes': z.strictObject({ data: z.string() }),
  },
  errors: ['not_found', 'cancelled'],
  examples: [{ input: { message: '41', position: 0 }, output: { type: 'image/jpeg', bytes: 48_211 } }],
});
