import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Time } from './common.ts';
import {
  Bucket,
  EXAMPLE_PERIOD,
  Milliseconds,
  TimeZone,
  USAGE_PERIOD,
  USAGE_QUESTION,
} from './usage-shapes.ts';

const Counts = z.array(z.int().nonnegative());
const Durations = z.array(Milliseconds.nullable());

/** One number for each of the times. */
const Series = z.strictObject({
  /** A service or a model; empty for everything together. `other`: those beyond the first twelve. */
  key: z.string(),
  requests: Counts,
  errors: Counts,
  tokens: Counts,
  credits: Counts,
  usd: z.array(z.number().nonnegative()),
  /** Null where nothing was measured. Not of models. */
  p50Ms: Durations.optional(),
  p95Ms: Durations.optional(),
  p99Ms: Durations.optional(),
});

export const usageTimeseries = defineOperation({
  name: 'usage.timeseries',
  summary: { en: 'Use over time', es: 'Uso a lo largo del tiempo' },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject({
    ...USAGE_QUESTION,
    bucket: Bucket.default('day'),
    by: z.enum(['total', 'service', 'model']).default('total'),
    /** That of the server when it is left out. */
    timeZone: TimeZone.optional(),
  }),
  output: z.strictObject({
    ...USAGE_PERIOD,
    bucket: Bucket,
    by: z.enum(['total', 'service', 'model']),
    /** When each hour, day or month begins, without gaps. */
    times: z.array(Time),
    /** The greatest first. */
    series: z.array(Series),
  }),
  errors: ['forbidden', 'not_found'],
  http: [
    { method: 'GET', path: '/usage/timeseries' },
    { method: 'GET', path: '/analytics/user/{user}/timeseries' },
  ],
  examples: [
    {
      input: { bucket: 'month' },
      output: {
        ...EXAMPLE_PERIOD,
        bucket: 'month',
        by: 'total',
        times: ['2026-11-01T00:00:00.000Z'],
        series: [
          {
            key: '',
            requests: [2],
            errors: [0],
            tokens: [100],
            credits: [100],
            usd: [0],
            p50Ms: [820],
            p95Ms: [2_400],
            p99Ms: [2_400],
          },
        ],
      },
    },
  ],
});
