/** Days, weeks and months of the calendar in a named time zone, also where its clocks change. */

export type PeriodName = 'day' | 'week' | 'month';

export interface Period {
  /** The local date on which it begins, such as `2026-04-05`. */
  readonly starts: string;
  /** The same as days since 1970-01-01. */
  readonly day: number;
  /** Milliseconds since 1970: its first moment, and the first one after it. */
  readonly from: number;
  readonly until: number;
}

const LENGTHS = { day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 } } as const;

/** The period that has this moment. A week begins on Monday. */
export function periodAt(ms: number, name: PeriodName, zone: string): Period {
  const date = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
  return periodFrom(firstOf(date, name), name, zone);
}

/** The one that follows a period. */
export function periodAfter({ starts }: Pick<Period, 'starts'>, name: PeriodName, zone: string): Period {
  return periodFrom(Temporal.PlainDate.from(starts).add(LENGTHS[name]), name, zone);
}

/** How many periods later one begins than another; both are local dates on which periods begin. */
export function periodsBetween(earlier: string, later: string, name: PeriodName): number {
  const { days, months } = Temporal.PlainDate.from(earlier).until(later, {
    largestUnit: name === 'month' ? 'months' : 'days',
  });
  if (name === 'month') return months;
  return name === 'week' ? days / 7 : days;
}

/** Whether the IANA database has a zone of this name, here. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function firstOf(date: Temporal.PlainDate, name: PeriodName): Temporal.PlainDate {
  if (name === 'month') return date.with({ day: 1 });
  return name === 'week' ? date.subtract({ days: date.dayOfWeek - 1 }) : date;
}

/** Where clocks change at midnight, a day begins at the first time that there is. */
function periodFrom(first: Temporal.PlainDate, name: PeriodName, zone: string): Period {
  const end = first.add(LENGTHS[name]);
  return {
    starts: first.toString(),
    day: EPOCH_DATE.until(first).days,
    from: first.toZonedDateTime(zone).epochMilliseconds,
    until: end.toZonedDateTime(zone).epochMilliseconds,
  };
}

const EPOCH_DATE = Temporal.PlainDate.from('1970-01-01');

/** The day of many moments that follow each other: it is looked up once for each day. */
export class DayCounter {
  readonly #zone: string;
  #known: Period | undefined;

  constructor(zone: string) {
    this.#zone = zone;
  }

  dayOf(ms: number): number {
    if (!this.#known || ms < this.#known.from || ms >= this.#known.until) {
      this.#known = periodAt(ms, 'day', this.#zone);
    }
    return this.#known.day;
  }
}
