import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ADMIN_LIMITS } from './admin-shapes.ts';
import { Email, Empty, EXAMPLE_USER, RowId, SessionName } from './common.ts';

export const adminLive = defineOperation({
  name: 'admin.live',
  summary: {
    en: 'Show who is connected now, and the queue for the models',
    es: 'Muestra quién está conectado ahora, y la cola de los modelos',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    connections: z.int().nonnegative(),
    /** Messages that wait for a model, those that are answered now, and how many may be at once. */
    waiting: z.int().nonnegative(),
    inFlight: z.int().nonnegative(),
    maxInFlight: z.int().positive(),
    /** Of users who have signed in; guests are counted among the connections only. */
    signedIn: z.int().nonnegative(),
    /** Some of them, when there are many. */
    sessions: z
      .array(
        z.strictObject({
          session: SessionName,
          user: RowId,
          email: Email,
          /** What the program says it is. */
          client: z.string(),
          /** By an API key, and not by a person. */
          byKey: z.boolean(),
          /** Answers that are running. */
          running: z.int().nonnegative(),
        }),
      )
      .max(ADMIN_LIMITS.sessionsMax),
  }),
  errors: ['key_not_enough'],
  http: [{ method: 'GET', path: '/admin/live' }],
  text: {
    command: 'live',
    args: [],
    render: ({ connections, waiting, inFlight, maxInFlight, signedIn, sessions }, locale) => {
      const head =
        locale === 'es'
          ? `${connections} conexiones · ${signedIn} con sesión iniciada · ` +
            `${inFlight} de ${maxInFlight} respuestas en curso · ${waiting} en espera`
          : `${connections} connections · ${signedIn} signed in · ` +
            `${inFlight} of ${maxInFlight} answers running · ${waiting} waiting`;
      const lines = sessions.map(({ session, email, client }) =>
        [session, email, client].filter((part) => part !== '').join(' · '),
      );
      return [head, ...lines].join('\n');
    },
  },
  examples: [
    {
      input: {},
      output: {
        connections: 2,
        waiting: 0,
        inFlight: 1,
        maxInFlight: 2,
        signedIn: 1,
        sessions: [
          {
            session: 'Usuario-1',
            user: EXAMPLE_USER.id,
            email: EXAMPLE_USER.email,
            client: 'hilo page',
            byKey: false,
            running: 1,
          },
        ],
      },
    },
  ],
});
