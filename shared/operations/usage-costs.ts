import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import {
  EXAMPLE_COUNTS,
  EXAMPLE_PERIOD,
  USAGE_COUNTS,
  USAGE_PERIOD,
  USAGE_QUESTION,
} from './usage-shapes.ts';

export const usageCosts = defineOperation({
  name: 'usage.costs',
  summary: { en: 'What services and models have cost', es: 'Cuánto han costado servicios y modelos' },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject(USAGE_QUESTION),
  output: z.strictObject({
    ...USAGE_PERIOD,
    credits: z.int().nonnegative(),
    usd: z.number().nonnegative(),
    /** The dearest first. */
    rows: z.array(
      z.strictObject({ service: z.string(), provider: z.string(), model: z.string(), ...USAGE_COUNTS }),
    ),
  }),
  errors: ['forbidden', 'not_found'],
  http: [
    { method: 'GET', path: '/usage/costs' },
    { method: 'GET', path: '/analytics/user/{user}/costs' },
  ],
  examples: [
    {
      input: {},
      output: {
        ...EXAMPLE_PERIOD,
        credits: 100,
        usd: 0,
        rows: [{ service: 'chat', provider: 'ollama', model: 'qwen2.5:3b-instruct', ...EXAMPLE_COUNTS }],
      },
    },
  ],
});
