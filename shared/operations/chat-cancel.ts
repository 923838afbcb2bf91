import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { RequestId } from './common.ts';

export const chatCancel = defineOperation({
  name: 'chat.cancel',
  summary: {
    en: 'Stop an answer: the named one, or all that run in this session',
    es: 'Detiene una respuesta: la indicada, o todas las que estén en curso en esta sesión',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    requestId: RequestId.optional(),
    /** In place of a request: an answer to any session of the same owner. */
    trace: z.string().min(1).max(100).optional(),
  }),
  output: z.strictObject({ cancelled: z.int().nonnegative() }),
  errors: ['not_found'],
  text: {
    command: 'cancel',
    args: [],
    render: ({ cancelled }, locale) => TEXT[cancelled > 0 ? 'done' : 'none'][locale],
  },
  examples: [{ input: {}, output: { cancelled: 0 } }],
});

const TEXT = {
  done: { en: 'Stopped.', es: 'Detenido.' },
  none: { en: 'Nothing was running.', es: 'No había nada en curso.' },
} as const;
