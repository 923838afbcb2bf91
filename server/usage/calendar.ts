/**
 * Days and months of a time zone in quarters of an hour since 1970: every offset that is in use is a whole
 * number of them. A day begins at its first moment, which is one o'clock where the clock skips midnight.
 */
export const QUARTER_MS = 15 * 60 * 1_000;
const PERIODS_REMEMBERED = 1_000;

/** In quarters; `end` belongs to the next one. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

export function quarterOf(ms: number): number {
  return Math.floor(ms / QUARTER_MS);
}

export class Calendar {
  readonly zone: string;
  /** By the number of the quarter that is asked for. */
  #days = new Map<number, Period>();
  #months = new Map<number, Period>();

  /** Throws `RangeError` for a zone that is unknown. */
  constructor(zone: string) {
    this.zone = zone;
    this.#at(0);
  }

  dayOf(quarter: number): Period {
    return remembered(this.#days, quarter, () => {
      const start = this.#at(quarter).startOfDay();
      // Added after midnight is taken, or a day that begins at one o'clock would end at one.
      const end = start.toPlainDate().add({ days: 1 }).toZonedDateTime(this.zone);
      return periodOf(start, end);
    });
  }

  monthOf(quarter: number): Period {
    return remembered(this.#months, quarter, () => {
      const first = this.#at(quarter).toPlainDate().with({ day: 1 });
      return periodOf(first.toZonedDateTime(this.zone), first.add({ months: 1 }).toZonedDateTime(this.zone));
    });
  }

  /** `2026-11-30`. */
  dayNamed(date: string): Period {
    return this.dayOf(quarterOf(Temporal.PlainDate.from(date).toZonedDateTime(this.zone).epochMilliseconds));
  }

  #at(quarter: number): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochMilliseconds(quarter * QUARTER_MS).toZonedDateTimeISO(this.zone);
  }
}

function periodOf(start: Temporal.ZonedDateTime, end: Temporal.ZonedDateTime): Period {
  return { start: quarterOf(start.epochMilliseconds), end: quarterOf(end.epochMilliseconds) };
}

function remembered(known: Map<number, Period>, quarter: number, find: () => Period): Period {
  const before = known.get(quarter);
  if (before) return before;
  if (known.size >= PERIODS_REMEMBERED) known.clear();
  const period = find();
  known.set(quarter, period);
  return period;
}
