/** What the operations about use have in common. */
import { z } from 'zod';
import type { Locale, Localised } from '../locale.ts';
import { Amount, RowId, SHAPES, Time } from './common.ts';

export const USAGE_LIMITS = {
  /** Of a question without a beginning. */
  daysDefault: 30,
  /** Longer ones are refused. */
  yearsMax: 10,
  /** Hours, and days of another time zone, are added up from quarters of an hour. */
  hoursDaysMax: 31,
  /** Lines of a picture; the rest is one more. */
  seriesMax: 12,
  /** Rows of a table; the rest is left out. */
  rowsMax: 100,
  topMax: 10,
  eventsMax: 200,
} as const;

/** A moment, or a day of the time zone. */
export const Moment = z.string().regex(SHAPES.moment.pattern);

export const Bucket = z.enum(['hour', 'day', 'month']);

/** Whose use, and of what time. */
export const USAGE_QUESTION = {
  /** An id or an e-mail, for administrators; `all` is everybody, `me` the caller. */
  user: z.string().min(1).max(254).optional(),
  /** An id or a name: what it has paid for, for its managers. Not together with `user`. */
  team: z.string().min(1).max(100).optional(),
  /** The last 30 days when it is left out. */
  from: Moment.optional(),
  /** Until now when it is left out. A day is part of it; a moment is not. */
  to: Moment.optional(),
} as const;

export const TimeZone = z.string().regex(SHAPES.timeZone.pattern);

/** What an answer is about. */
export const USAGE_PERIOD = {
  user: z.string(),
  from: Time,
  to: Time,
  timeZone: z.string(),
} as const;

export const Milliseconds = z.number().nonnegative();

export const USAGE_COUNTS = {
  requests: z.int().nonnegative(),
  /** Neither answered nor cancelled. */
  errors: z.int().nonnegative(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  credits: Amount,
  usd: z.number().nonnegative(),
  inputBytes: z.int().nonnegative(),
  outputBytes: z.int().nonnegative(),
} as const;

/** Milliseconds; absent when nothing was measured. */
export const USAGE_DURATIONS = {
  p50Ms: Milliseconds.optional(),
  p95Ms: Milliseconds.optional(),
  p99Ms: Milliseconds.optional(),
} as const;

export const EXAMPLE_PERIOD = {
  user: RowId.parse('0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d10'),
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  timeZone: 'UTC',
} as const;

export const EXAMPLE_COUNTS = {
  requests: 2,
  errors: 0,
  inputTokens: 40,
  outputTokens: 60,
  credits: 100,
  usd: 0,
  inputBytes: 120,
  outputBytes: 240,
} as const;

const BAR_WIDTH = 20;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** As wide as its share of the greatest one; something that is not zero is seen. */
export function bar(value: number, greatest: number): string {
  if (value <= 0 || greatest <= 0) return '';
  const eighths = Math.max(1, Math.round((value / greatest) * BAR_WIDTH * EIGHTHS.length));
  return '█'.repeat(Math.floor(eighths / EIGHTHS.length)) + (EIGHTHS[eighths % EIGHTHS.length] ?? '');
}

/** Columns as wide as their longest cell: the first to the left, numbers to the right, the last as it is. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (column === 0) return cell.padEnd(width);
        return column === row.length - 1 ? cell : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** `1,234` and `1.234`: as people of the language write it. */
export function shownNumber(value: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: 'always' }).format(value);
}

/** `840 ms`, `2.3 s`, or a dash. */
export function shownMs(ms: number | undefined, locale: Locale): string {
  if (ms === undefined) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(ms / 1_000)} s`;
}

const SERVICE_NAMES: Readonly<Record<string, Localised>> = {
  chat: { en: 'chat', es: 'chat' },
  summarize: { en: 'summaries', es: 'resúmenes' },
  image: { en: 'images', es: 'imágenes' },
  job: { en: 'jobs', es: 'trabajos' },
  embedding: { en: 'embeddings', es: 'embeddings' },
  gateway: { en: 'API', es: 'API' },
  '': { en: 'other', es: 'otros' },
};

/** Another service is called as it calls itself. */
export function shownService(service: string, locale: Locale): string {
  return (Object.hasOwn(SERVICE_NAMES, service) ? SERVICE_NAMES[service] : undefined)?.[locale] ?? service;
}
