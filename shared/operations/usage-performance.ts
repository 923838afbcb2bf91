import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import {
  EXAMPLE_PERIOD,
  Milliseconds,
  USAGE_DURATIONS,
  USAGE_PERIOD,
  USAGE_QUESTION,
} from './usage-shapes.ts';

const Row = z.strictObject({
  service: z.string(),
  route: z.string(),
  provider: z.string(),
  model: z.string(),
  requests: z.int().nonnegative(),
  ...USAGE_DURATIONS,
  firstTokenP50Ms: Milliseconds.optional(),
  firstTokenP95Ms: Milliseconds.optional(),
  /** How long requests waited for a model. */
  queuedP95Ms: Milliseconds.optional(),
  /** From 0 to 1. */
  errorRate: z.number().min(0).max(1),
});

export const usagePerformance = defineOperation({
  name: 'usage.performance',
  summary: { en: 'How fast services and models answer', es: 'Con qué rapidez responden servicios y modelos' },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject(USAGE_QUESTION),
  /** The most requests first. */
  output: z.strictObject({ ...USAGE_PERIOD, rows: z.array(Row) }),
  errors: ['forbidden', 'not_found'],
  http: [
    { method: 'GET', path: '/usage/performance' },
    { method: 'GET', path: '/analytics/user/{user}/perf' },
  ],
  examples: [
    {
      input: {},
      output: {
        ...EXAMPLE_PERIOD,
        rows: [
          {
            service: 'chat',
            route: 'qwen2.5:3b-instruct',
            provider: 'ollama',
            model: 'qwen2.5:3b-instruct',
            requests: 2,
            p50Ms: 820,
            p95Ms: 2_400,
            p99Ms: 2_400,
            firstTokenP50Ms: 210,
            firstTokenP95Ms: 300,
            queuedP95Ms: 0.1,
            errorRate: 0,
          },
        ],
      },
    },
  ],
});
