import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { PROVIDERS } from '../model-route.ts';
import { Empty } from './common.ts';

export const serverStats = defineOperation({
  name: 'server.stats',
  summary: { en: 'Show how busy the server is', es: 'Muestra cuánta carga tiene el servidor' },
  access: 'anonymous',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    uptimeSeconds: z.int().nonnegative(),
    connections: z.int().nonnegative(),
    sessions: z.int().nonnegative(),
    waiting: z.int().nonnegative(),
    inFlight: z.int().nonnegative(),
    maxInFlight: z.int().positive(),
    provider: z.enum(PROVIDERS),
    draining: z.boolean(),
    /** Whether a message sent now would be accepted: the server is not draining and can keep accounts. */
    accepting: z.boolean(),
  }),
  errors: [],
  text: {
    command: 'stats',
    args: [],
    render: (stats, locale) => {
      const { connections, inFlight, maxInFlight, waiting, provider, uptimeSeconds } = stats;
      const noun = CONNECTIONS[locale][connections === 1 ? 0 : 1];
      return locale === 'es'
        ? `${connections} ${noun} · ${inFlight} de ${maxInFlight} respuestas en curso · ` +
            `${waiting} en espera · proveedor ${provider} · en marcha desde hace ${uptimeSeconds} s`
        : `${connections} ${noun} · ${inFlight} of ${maxInFlight} answers running · ` +
            `${waiting} waiting · provider ${provider} · up for ${uptimeSeconds} s`;
    },
  },
  examples: [
    {
      input: {},
      output: {
        uptimeSeconds: 60,
        connections: 1,
        sessions: 1,
        waiting: 0,
        inFlight: 0,
        maxInFlight: 2,
        provider: 'offline',
        draining: false,
        accepting: true,
      },
    },
  ],
});

const CONNECTIONS = {
  en: ['connection', 'connections'],
  es: ['conexión', 'conexiones'],
} as const;
