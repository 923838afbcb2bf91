/** What the operations of allowances share: what an account gets for each period of the calendar. */
import { z } from 'zod';
import type { Locale } from '../locale.ts';
import { AccountName, Amount, Time } from './common.ts';
import { Period } from './team-shapes.ts';
import { TimeZone } from './usage-shapes.ts';

export const Allowance = z.strictObject({
  /** Given at the beginning of each period. */
  credits: Amount,
  period: Period,
  /** In whose calendar. */
  timeZone: z.string(),
  /** What is left of a period is carried over up to this; the rest lapses. */
  carriedMax: Amount,
  /** Of this period, with what was carried over. */
  left: Amount,
  /** When the period ends. */
  until: Time,
});

export const AllowanceOf = Allowance.extend({ account: AccountName });

/** For each period: at least one credit. */
export const AllowanceCredits = z.int().min(1).max(999_999_999_999);
export const AllowanceZone = TimeZone;

export const EXAMPLE_ALLOWANCE: z.output<typeof Allowance> = {
  credits: 50_000,
  period: 'month',
  timeZone: 'America/Santiago',
  carriedMax: 0,
  left: 42_300,
  until: '2026-05-01T04:00:00.000Z',
};

/** `50000 credits a month, 42300 left until 2026-05-01 04:00 UTC` */
export function shownAllowance(
  { credits, period, carriedMax, left, until, timeZone }: z.output<typeof Allowance>,
  locale: Locale,
): string {
  const words = WORDS[locale];
  const ends = `${until.slice(0, 16).replace('T', ' ')} UTC`;
  const rest = words.left(left, ends);
  const carried = carriedMax > 0 ? `, ${words.carried(carriedMax)}` : '';
  return `${credits} ${words.each[period]} (${timeZone}), ${rest}${carried}`;
}

const WORDS = {
  en: {
    each: { day: 'credits a day', week: 'credits a week', month: 'credits a month' },
    left: (left: number, ends: string) => `${left} left until ${ends}`,
    carried: (most: number) => `up to ${most} are carried over`,
  },
  es: {
    each: { day: 'créditos al día', week: 'créditos a la semana', month: 'créditos al mes' },
    left: (left: number, ends: string) => `quedan ${left} hasta ${ends}`,
    carried: (most: number) => `hasta ${most} pasan al periodo siguiente`,
  },
} as const;
