import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Sequence } from './common.ts';

export const sessionAck = defineOperation({
  name: 'session.ack',
  summary: {
    en: 'Confirm what has arrived, so that the server need not keep it',
    es: 'Confirma lo recibido, para que el servidor no tenga que guardarlo',
  },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({ seq: Sequence }),
  output: z.strictObject({ seq: Sequence }),
  errors: ['ack_ahead', 'unknown_session'],
  unnumbered: true,
  examples: [{ input: { seq: 0 }, output: { seq: 0 } }],
});
