/** From which rows the answer to a question is added up: as coarse as possible, and complete. */
import type { Store } from '../store/store.ts';
import type { Calendar, Period } from './calendar.ts';
import type { Grain } from './rollup-rows.ts';
import { MARK } from './usage-writer.ts';

export interface Span extends Period {
  readonly grain: Grain;
}

/** Periods of an account that are not folded. */
export interface Unfolded {
  readonly everything: boolean;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
}

export interface Wanted extends Period {
  /** Rows of longer periods would not say enough. */
  readonly coarsest: Grain;
  /** The quarter that is under way. */
  readonly now: number;
}

export async function unfoldedOf({ db }: Store, account: number): Promise<Unfolded> {
  const rows = await db
    .selectFrom('usage_unfolded')
    .select(['grain', 'start'])
    .where('account', '=', account)
    .execute();
  const startsOf = (grain: number) => new Set(rows.flatMap((row) => (row.grain === grain ? row.start : [])));
  const everything = rows.some(({ grain }) => grain === MARK.everything);
  return { everything, days: startsOf(MARK.day), months: startsOf(MARK.month) };
}

/** In their order, without gaps. */
export function spansOf(wanted: Wanted, calendar: Calendar, unfolded: Unfolded): readonly Span[] {
  const spans: { start: number; end: number; readonly grain: Grain }[] = [];
  for (let start = wanted.start; start < wanted.end;) {
    const { grain, end } = nextSpan(start, wanted, calendar, unfolded);
    const last = spans.at(-1);
    if (last?.grain === grain) last.end = end;
    else spans.push({ grain, start, end });
    start = end;
  }
  return spans;
}

function nextSpan(
  start: number,
  { end, coarsest, now }: Wanted,
  calendar: Calendar,
  { everything, days, months }: Unfolded,
): { readonly grain: Grain; readonly end: number } {
  if (coarsest === 'quarter' || everything) return { grain: 'quarter', end };
  const isWhole = (period: Period) => period.start === start && period.end <= Math.min(end, now);
  const month = calendar.monthOf(start);
  if (coarsest === 'month' && isWhole(month) && !months.has(start)) return { grain: 'month', end: month.end };
  const day = calendar.dayOf(start);
  if (isWhole(day) && !days.has(start)) return { grain: 'day', end: day.end };
  return { grain: 'quarter', end: Math.min(end, day.end) };
}
