import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { PROVIDERS } from '../model-route.ts';
import { Empty, ModelName } from './common.ts';

export const adminRoutes = defineOperation({
  name: 'admin.routes',
  summary: {
    en: 'Show all routes to models and their health',
    es: 'Muestra todas las rutas a los modelos y su estado',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    routes: z.array(
      z.strictObject({
        id: ModelName,
        upstream: z.string(),
        provider: z.enum(PROVIDERS),
        model: z.string(),
        /** `open`: left alone for a while after failures; `half_open`: one call tries. */
        breaker: z.enum(['closed', 'open', 'half_open']),
      }),
    ),
    /** The one for messages that name none. */
    default: ModelName,
  }),
  errors: ['key_not_enough'],
  http: [{ method: 'GET', path: '/admin/routes' }],
  text: {
    command: 'routes',
    args: [],
    render: ({ routes }, locale) =>
      routes
        .map(({ id, upstream, model, breaker }) => [id, upstream, model, STATES[breaker][locale]].join(' · '))
        .join('\n'),
  },
  examples: [
    {
      input: {},
      output: {
        routes: [
          {
            id: 'small',
            upstream: 'house',
            provider: 'ollama',
            model: 'qwen2.5:3b-instruct',
            breaker: 'closed',
          },
        ],
        default: 'small',
      },
    },
  ],
});

const STATES = {
  closed: { en: 'works', es: 'funciona' },
  open: { en: 'left alone after failures', es: 'en pausa tras varios fallos' },
  half_open: { en: 'being tried again', es: 'se vuelve a probar' },
} as const;
