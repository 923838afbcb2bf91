import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { AccessName, LocaleName, Sequence, SessionName } from './common.ts';

export const sessionHello = defineOperation({
  name: 'session.hello',
  summary: {
    en: 'Introduce the client; the session can then be resumed, and the guest can return',
    es: 'Presenta al cliente; la sesión se podrá reanudar y el invitado podrá volver',
  },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({
    client: z.string().min(1).max(100),
    version: z.string().min(1).max(40),
    locale: LocaleName.optional(),
    /** From an earlier hello: a client that has it is the same guest. */
    guestToken: z.string().max(200).optional(),
    /**
     * The client's own id of this device, the same each time: each device has its own place in the branches
     * of a conversation. [C-2]
     */
    device: z.string().min(1).max(100).optional(),
    /**
     * As for `session.authenticate`. One that is not valid is no failure: the session begins as the guest's,
     * and `access` says so.
     */
    key: z.string().min(1).max(4_096).optional(),
    /** The id of the conversation to continue, or `new`; the newest when left out. */
    conversation: z.string().max(100).optional(),
    /** A person types here: conversations and folders may be named as briefly as on the text face. */
    typed: z.boolean().optional(),
  }),
  output: z.strictObject({
    session: SessionName,
    resumeToken: z.string(),
    /** Names this run of the server: sessions of an earlier run cannot be resumed. */
    epoch: z.string(),
    /** The last sequence number sent; messages of the session count on from here. */
    seq: Sequence,
    locale: LocaleName,
    access: AccessName,
    /** Keep it: a later hello with it, on any connection, is the same guest. */
    guestToken: z.string().optional(),
    conversation: z.string().optional(),
  }),
  errors: ['session_begun'],
  unnumbered: true,
  examples: [
    {
      input: { client: 'my-program', version: '1.0' },
      output: {
        session: 'Usuario-3',
        resumeToken: 'k3J…',
        epoch: '9f2c41d07a3b',
        seq: 0,
        locale: 'en',
        access: 'anonymous',
      },
    },
  ],
});
