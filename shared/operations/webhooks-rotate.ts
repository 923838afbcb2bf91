import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Time } from './common.ts';

export const webhooksRotate = defineOperation({
  name: 'webhooks.rotate',
  summary: {
    en: 'Make a new secret that your webhooks are signed with; it is shown only once',
    es: 'Crea un secreto nuevo con el que se firman tus webhooks; solo se muestra una vez',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  input: z.strictObject({}),
  output: z.strictObject({
    /** As Standard Webhooks has it: `whsec_` and the key in base64. */
    secret: z.string(),
    /** Until then the secret before it signs as well. */
    previousUntil: Time.optional(),
  }),
  errors: ['account_needed', 'key_not_enough'],
  http: [{ method: 'POST', path: '/webhooks/secret', status: 201 }],
  text: {
    command: 'webhook-secret',
    args: [],
    render: ({ secret }, locale) =>
      ({
        en: `${secret}\nKeep it now: it is not shown again.`,
        es: `${secret}\nGuárdalo ahora: no se volverá a mostrar.`,
      })[locale],
  },
  examples: [{ input: {}, output: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } }],
});
