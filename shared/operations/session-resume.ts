import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { LocaleName, Sequence, SessionName } from './common.ts';

export const sessionResume = defineOperation({
  name: 'session.resume',
  summary: {
    en: 'Resume a session that was cut off; what was missed is sent again',
    es: 'Retoma una sesión cortada; se reenvía lo que faltó',
  },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({ resumeToken: z.string().max(200), epoch: z.string().max(100), lastSeq: Sequence }),
  output: z.strictObject({
    session: SessionName,
    /** Replaces the one that was used; that one stays good until the next line arrives on this connection. */
    resumeToken: z.string(),
    epoch: z.string(),
    seq: Sequence,
    /** How many messages follow at once, each with its first sequence number. */
    replayed: z.int().nonnegative(),
    /** Requests that still run, by id. */
    running: z.array(z.union([z.string(), z.int()])),
    locale: LocaleName,
  }),
  errors: ['session_begun', 'unknown_session', 'gap', 'ack_ahead'],
  unnumbered: true,
  examples: [
    {
      input: { resumeToken: 'k3J…', epoch: '9f2c41d07a3b', lastSeq: 17 },
      output: {
        session: 'Usuario-3',
        resumeToken: 'Qp9…',
        epoch: '9f2c41d07a3b',
        seq: 21,
        replayed: 4,
        running: [7],
        locale: 'en',
      },
    },
  ],
});
