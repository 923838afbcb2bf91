import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { LocaleName, Sequence, SessionName } from './common.ts';

export const sessionHello = defineOperation({
  name: 'session.hello',
  summary: {
    en: 'Say who is there and make the session resumable',
    es: 'Se presenta y hace que la sesión se pueda reanudar',
  },
  access: 'anonymous',
  effect: 'write',
  input: z.strictObject({
    client: z.string().min(1).max(100),
    version: z.string().min(1).max(40),
    locale: LocaleName.optional(),
    /** Of an earlier hello: whoever has it is the same guest. */
    guestToken: z.string().max(200).optional(),
    /** The conversation to go on with. */
    conversation: z.string().max(100).optional(),
  }),
  output: z.strictObject({
    session: SessionName,
    resumeToken: z.string(),
    /** Names this run of the server: after a restart no session of an older epoch can be resumed. */
    epoch: z.string(),
    /** The last sequence number sent; messages of the session count on from here. */
    seq: Sequence,
    locale: LocaleName,
    /** Keep it: with it a later hello, on any connection, is the same guest. */
    guestToken: z.string().optional(),
    conversation: z.string().optional(),
  }),
  errors: ['session_begun'],
  unnumbered: true,
  examples: [
    {
      input: { client: 'my-program', version: '1.0' },
      output: { session: 'Usuario-3', resumeToken: 'k3J…', epoch: '9f2c41d07a3b', seq: 0, locale: 'en' },
    },
  ],
});
