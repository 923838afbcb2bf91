import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import type { Locale } from '../locale.ts';
import {
  alignedRows,
  bar,
  EXAMPLE_COUNTS,
  EXAMPLE_PERIOD,
  shownMs,
  shownNumber,
  shownService,
  USAGE_COUNTS,
  USAGE_DURATIONS,
  USAGE_PERIOD,
  USAGE_QUESTION,
} from './usage-shapes.ts';

const Totals = z.strictObject({
  ...USAGE_COUNTS,
  ...USAGE_DURATIONS,
  /** Of all requests, from 0 to 1. */
  errorRate: z.number().min(0).max(1),
});

const Overview = z.strictObject({
  ...USAGE_PERIOD,
  totals: Totals,
  /** Of the period before, which is as long. */
  previous: Totals,
  services: z.int().nonnegative(),
  topServices: z.array(z.strictObject({ service: z.string(), ...USAGE_COUNTS })),
  topModels: z.array(
    z.strictObject({ model: z.string(), provider: z.string(), route: z.string(), ...USAGE_COUNTS }),
  ),
  /** Keys of errors, and how often each came. */
  errorKeys: z.array(z.strictObject({ key: z.string(), requests: z.int().positive() })),
});

export const usageOverview = defineOperation({
  name: 'usage.overview',
  summary: { en: 'Show what you have used', es: 'Muestra lo que has usado' },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject(USAGE_QUESTION),
  output: Overview,
  errors: ['forbidden', 'not_found'],
  http: [
    { method: 'GET', path: '/usage/overview' },
    { method: 'GET', path: '/analytics/user/{user}/overview' },
  ],
  text: { command: 'usage', args: ['from', 'to', 'user'], render },
  examples: [
    {
      input: {},
      output: {
        ...EXAMPLE_PERIOD,
        totals: { ...EXAMPLE_COUNTS, p50Ms: 820, p95Ms: 2_400, p99Ms: 2_400, errorRate: 0 },
        previous: {
          ...EXAMPLE_COUNTS,
          requests: 0,
          inputTokens: 0,
          outputTokens: 0,
          credits: 0,
          inputBytes: 0,
          outputBytes: 0,
          errorRate: 0,
        },
        services: 1,
        topServices: [{ service: 'chat', ...EXAMPLE_COUNTS }],
        topModels: [
          {
            model: 'qwen2.5:3b-instruct',
            provider: 'ollama',
            route: 'qwen2.5:3b-instruct',
            ...EXAMPLE_COUNTS,
          },
        ],
        errorKeys: [],
      },
    },
  ],
});

function render(overview: z.output<typeof Overview>, locale: Locale): string {
  const { from, to, timeZone, totals, topServices, topModels, errorKeys } = overview;
  const words = WORDS[locale];
  const number = (value: number) => shownNumber(value, locale);
  const usd = totals.usd > 0 ? ` (${number(totals.usd)} US$)` : '';
  const lines = [
    `${from.slice(0, 16).replace('T', ' ')} – ${to.slice(0, 16).replace('T', ' ')} UTC (${timeZone})`,
    `${number(totals.requests)} ${words.requests} · ${number(totals.inputTokens)} + ` +
      `${number(totals.outputTokens)} ${words.tokens} · ${number(totals.credits)} ${words.credits}${usd}`,
    `${words.latency} p50 ${shownMs(totals.p50Ms, locale)}, p95 ${shownMs(totals.p95Ms, locale)} · ` +
      `${number(totals.errorRate * 100)} % ${words.errors}`,
  ];
  const most = Math.max(...topServices.map(({ requests }) => requests));
  const services = topServices.map((one) => [
    shownService(one.service, locale),
    number(one.requests),
    bar(one.requests, most),
  ]);
  const dearest = Math.max(...topModels.map(({ credits }) => credits));
  const models = topModels.map((one) => [
    one.model === '' ? words.none : one.model,
    number(one.credits),
    bar(one.credits, dearest),
  ]);
  const errors = errorKeys.map(({ key, requests }) => [key, number(requests), '']);
  return [
    ...lines,
    ...table(words.byService, services),
    ...table(words.byModel, models),
    ...table(words.byError, errors),
  ].join('\n');
}

function table(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...alignedRows(rows).map((line) => `  ${line}`)];
}

const WORDS = {
  en: {
    requests: 'requests',
    tokens: 'tokens in and out',
    credits: 'credits',
    latency: 'Answer times:',
    errors: 'errors',
    byService: 'Requests by service',
    byModel: 'Credits by model',
    byError: 'Errors',
    none: '(none)',
  },
  es: {
    requests: 'peticiones',
    tokens: 'tokens de entrada y salida',
    credits: 'créditos',
    latency: 'Tiempos de respuesta:',
    errors: 'de errores',
    byService: 'Peticiones por servicio',
    byModel: 'Créditos por modelo',
    byError: 'Errores',
    none: '(ninguno)',
  },
} as const;
