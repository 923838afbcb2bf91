/** From and to, as people write them, as quarters of an hour. */
import { QUARTER_MS, quarterOf, type Calendar, type Period } from './calendar.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const QUARTERS_A_DAY = 96;

export type BucketName = 'hour' | 'day' | 'month';

/** `to` is part of the period when it is a day. Undefined when there is no such period. */
export function questionPeriod(...asked: Parameters<typeof readPeriod>): Period | undefined {
  try {
    const period = readPeriod(...asked);
    return period.start < period.end ? period : undefined;
  } catch (error) {
    // Such as for 31 February.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readPeriod(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  calendar: Calendar,
  { nowMs, daysDefault }: { readonly nowMs: number; readonly daysDefault: number },
): Period {
  const end = to === undefined ? quarterOf(nowMs) + 1 : endOf(to, calendar);
  const today = calendar.dayOf(Math.max(0, end - 1)).start;
  const first = calendar.dayOf(Math.max(0, today - (daysDefault - 1) * QUARTERS_A_DAY)).start;
  const start = from === undefined ? first : startOf(from, calendar);
  return { start, end };
}

/** All hours, days or months that a period has a part of. */
export function periodsOf({ start, end }: Period, bucket: BucketName, calendar: Calendar): readonly Period[] {
  const periods: Period[] = [];
  for (let at = start; at < end; at = periods.at(-1)?.end ?? end) {
    periods.push(
      bucket === 'month'
        ? calendar.monthOf(at)
        : bucket === 'day'
          ? calendar.dayOf(at)
          : hourOf(at, calendar),
    );
  }
  return periods;
}

const QUARTERS_AN_HOUR = 4;

/** Full hours of the zone: where its offset is not a whole hour, they begin between two of UTC. */
function hourOf(quarter: number, calendar: Calendar): Period {
  const { start } = calendar.dayOf(quarter);
  const first = start + Math.floor((quarter - start) / QUARTERS_AN_HOUR) * QUARTERS_AN_HOUR;
  return { start: first, end: first + QUARTERS_AN_HOUR };
}

function startOf(text: string, calendar: Calendar): number {
  return DAY.test(text) ? calendar.dayNamed(text).start : quarterOf(momentOf(text));
}

function endOf(text: string, calendar: Calendar): number {
  return DAY.test(text) ? calendar.dayNamed(text).end : Math.ceil(momentOf(text) / QUARTER_MS);
}

function momentOf(text: string): number {
  return Temporal.Instant.from(text).epochMilliseconds;
}
