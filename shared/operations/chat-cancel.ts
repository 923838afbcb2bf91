import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { RequestId } from './common.ts';

export const chatCancel = defineOperation({
  name: 'chat.cancel',
  summary: {
    en: 'Stop an answer: the named request, or all that run',
    es: 'Detiene una respuesta: la de esa petición, o todas las que estén en curso',
  },
  access: 'anonymous',
  effect: 'write',
  input: z.strictObject({ requestId: RequestId.optional() }),
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
