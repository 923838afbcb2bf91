/** What the page shows: kept in its address, so that it can be reloaded, passed on and gone back to. */

export const PERIODS = ['1d', '7d', '30d', '90d', '365d'] as const;
export type PeriodName = (typeof PERIODS)[number];
export const BUCKETS = ['hour', 'day', 'month'] as const;
export type BucketName = (typeof BUCKETS)[number];

export interface Question {
  readonly period: PeriodName;
  readonly bucket: BucketName;
  /** `me`, `all`, or an e-mail. */
  readonly user: string;
}

/** Those that make a picture with neither too few nor too many points. */
export const BUCKETS_OF: Readonly<Record<PeriodName, readonly BucketName[]>> = {
  '1d': ['hour'],
  '7d': ['hour', 'day'],
  '30d': ['day'],
  '90d': ['day', 'month'],
  '365d': ['day', 'month'],
};

export function questionOf({ searchParams }: URL): Question {
  const period = PERIODS.find((one) => one === searchParams.get('period')) ?? '30d';
  const fitting = BUCKETS_OF[period];
  const bucket = fitting.find((one) => one === searchParams.get('bucket')) ?? defaultBucket(period);
  const user = searchParams.get('user') ?? '';
  return { period, bucket, user: user === '' || user.length > 254 ? 'me' : user };
}

export function addressOf(question: Question, address: URL): string {
  const url = new URL(address);
  url.searchParams.set('period', question.period);
  url.searchParams.set('bucket', question.bucket);
  if (question.user === 'me') url.searchParams.delete('user');
  else url.searchParams.set('user', question.user);
  return url.href;
}

export function defaultBucket(period: PeriodName): BucketName {
  return period === '365d' ? 'month' : (BUCKETS_OF[period].at(-1) ?? 'day');
}

const DAY_MS = 86_400_000;

/** As the operations take it. Whole days of the server's time zone, today among them. */
export function inputOf({ period, user }: Question, nowMs: number): { from: string; user?: string } {
  const days = Number.parseInt(period, 10);
  const from = new Date(nowMs - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  return { from, ...(user === 'me' ? {} : { user }) };
}

/** Days until the balance is used up at the pace of the period; undefined when it is not. */
export function daysLeft(balance: number, credits: number, days: number): number | undefined {
  return credits <= 0 || days <= 0 ? undefined : balance / (credits / days);
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is quoted as text. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
