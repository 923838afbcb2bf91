import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';

export const serverStats = defineOperation({
  name: 'server.stats',
  summary: { en: 'Show how busy the server is', es: 'Muestra cuánta carga tiene el servidor' },
  access: 'anonymous',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    uptimeSeconds: z.int().nonnegative(),
    connections: z.int().nonnegative(),
    sessions: z.int().nonnegative(),
    waiting: z.int().nonnegative(),
    inFlight: z.int().nonnegative(),
    maxInFlight: z.int().positive(),
    provider: z.enum(['ollama', 'openai', 'offline']),
    draining: z.boolean(),
    /** Whether a message sent now would be accepted: the server is not draining and can keep accounts. */
    accepting: z.boolean(),
  }),
  errors: [],
  text: {
    command: 'stats',
    args: [],
    render: (stats, locale) =>
      locale === 'es'
        ? `${stats.connections} conexiones · ${stats.inFlight} de ${stats.maxInFlight} en curso · ` +
          `${stats.waiting} en espera · proveedor ${stats.provider} · ` +
          `en marcha desde hace ${stats.uptimeSeconds} s`
        : `${stats.connections} connections · ${stats.inFlight} of ${stats.maxInFlight} answers running · ` +
          `${stats.waiting} waiting · provider ${stats.provider} · up for ${stats.uptimeSeconds} s`,
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
