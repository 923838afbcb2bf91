import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { PROVIDERS } from '../model-route.ts';

/** What a route can do, in the words that model servers use. */
export const ROUTE_CAPABILITIES = [
  'completion',
  'embedding',
  'image',
  'vision',
  'tools',
  'json',
  'thinking',
] as const;

export const RouteView = z.strictObject({
  id: z.string(),
  provider: z.enum(PROVIDERS),
  /** The id of its upstream. */
  owner: z.string(),
  /** Unix time in seconds: since when this server knows it. */
  created: z.int().nonnegative(),
  capabilities: z.array(z.enum(ROUTE_CAPABILITIES)),
  /** The prompt and the answer together. */
  contextTokens: z.int().positive(),
  maxOutputTokens: z.int().positive(),
});
export type RouteView = z.output<typeof RouteView>;

/** Of the model that is asked for, while the provider does not have it. */
const MISSING = { en: 'not available', es: 'no está disponible' } as const;

export const modelsList = defineOperation({
  name: 'models.list',
  summary: { en: 'List the models that you can use', es: 'Lista los modelos que puedes usar' },
  access: 'anonymous',
  scope: 'any',
  effect: 'read',
  input: z.strictObject({
    /** Only the route that takes this name, an alias for example; none when there is none. */
    model: z.string().min(1).max(200).optional(),
  }),
  output: z.strictObject({
    /** The provider of the route for messages that name none. */
    provider: z.enum(PROVIDERS),
    /** The model that this session uses. */
    current: z.string(),
    models: z.array(z.string()),
    /** Those of `models`, and those that do something else than answer. */
    routes: z.array(RouteView),
  }),
  errors: [],
  text: {
    command: 'models',
    args: [],
    render: ({ current, models }, locale) => {
      // Ollama lists names with their tags, and lets the tag `latest` be left out.
      const isCurrent = (model: string) => model === current || model === `${current}:latest`;
      const lines = models.map((model) => `${isCurrent(model) ? '*' : ' '} ${model}`);
      if (!models.some(isCurrent)) lines.push(`! ${current}: ${MISSING[locale]}`);
      return lines.join('\n');
    },
  },
  examples: [
    {
      input: {},
      output: {
        provider: 'offline',
        current: 'companion',
        models: ['companion'],
        routes: [
          {
            id: 'companion',
            provider: 'offline',
            owner: 'companion',
            created: 1767225600,
            capabilities: ['completion'],
            contextTokens: 3024,
            maxOutputTokens: 1024,
          },
        ],
      },
    },
  ],
});
