/** What people ask about use. Answered from rollups alone, never from single exchanges. */
import type { UsageRollupRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { quarterOf, type Calendar, type Period } from './calendar.ts';
import { EVERYBODY, levelOf, type Grain } from './rollup-rows.ts';
import { Tally } from './tally.ts';
import { CUT_OF, type Cut, type Kind, type UsageKinds } from './usage-kinds.ts';
import { spansOf, unfoldedOf, type Span } from './usage-spans.ts';

const NUMBERS = [
  'account',
  'level',
  'start',
  'kind',
  'requests',
  'errors',
  'input_tokens',
  'output_tokens',
  'credits',
  'usd_nanos',
  'bytes_in',
  'bytes_out',
] as const;
const NO_DURATIONS = { latency: null, first_token: null, queued: null } as const;

export interface UsageReportsOptions {
  readonly store: Store;
  readonly kinds: UsageKinds;
  readonly calendar: Calendar;
  readonly clock: { now(): number };
}

export interface Question extends Period {
  /** The number of an account; `EVERYBODY` for all. */
  readonly account: number;
}

export interface Counts {
  readonly kind: Kind;
  readonly tally: Tally;
}

export interface Series {
  readonly kind: Kind;
  /** One for each period, in their order. */
  readonly tallies: readonly Tally[];
}

export class UsageReports {
  readonly #options: UsageReportsOptions;

  constructor(options: UsageReportsOptions) {
    this.#options = options;
  }

  get calendar(): Calendar {
    return this.#options.calendar;
  }

  /** For each of the cuts: what is told apart by it, the most requests first. */
  async sums<Wanted extends Cut>(
    question: Question,
    cuts: readonly Wanted[],
  ): Promise<Readonly<Record<Wanted, readonly Counts[]>>> {
    const spans = await this.#spans(question, 'month', this.calendar);
    const sums = cuts.map(async (cut) => [cut, await this.#sum(question.account, cut, spans)] as const);
    return Object.fromEntries(await Promise.all(sums)) as Record<Wanted, readonly Counts[]>;
  }

  /** Periods are those of `calendar`, in their order; those without use are there, too. */
  async series({ account, grain, periods, calendar }: SeriesQuestion, cut: Cut): Promise<readonly Series[]> {
    const [first] = periods;
    const last = periods.at(-1);
    if (!first || !last) return [];
    const spans = await this.#spans({ account, start: first.start, end: last.end }, grain, calendar);
    const found = new Map<string, { readonly kind: Kind; readonly tallies: Tally[] }>();
    let at = 0;
    for (const row of await this.#rows(account, cut, spans)) {
      at = periodAt(periods, row.start, at);
      const kind = CUT_OF[cut](this.#options.kinds.of(row.kind));
      const key = JSON.stringify(kind);
      let one = found.get(key);
      if (!one) found.set(key, (one = { kind, tallies: periods.map(() => new Tally()) }));
      one.tallies[at]?.mergeRow(row);
    }
    return [...found.values()];
  }

  async #sum(account: number, cut: Cut, spans: readonly Span[]): Promise<readonly Counts[]> {
    const found = new Map<string, Counts>();
    const byNumber = new Map<number, Tally>();
    for (const row of await this.#rows(account, cut, spans)) {
      let tally = byNumber.get(row.kind);
      if (!tally) {
        const kind = CUT_OF[cut](this.#options.kinds.of(row.kind));
        const key = JSON.stringify(kind);
        const known = found.get(key) ?? { kind, tally: new Tally() };
        found.set(key, known);
        byNumber.set(row.kind, (tally = known.tally));
      }
      tally.mergeRow(row);
    }
    return [...found.values()].sort((one, other) => other.tally.requests - one.tally.requests);
  }

  async #spans(
    { account, start, end }: Question,
    coarsest: Grain,
    calendar: Calendar,
  ): Promise<readonly Span[]> {
    const { store, clock } = this.#options;
    // Days of another time zone are added up from quarters.
    if (calendar.zone !== this.calendar.zone) return [{ grain: 'quarter', start, end }];
    const wanted = { start, end, coarsest, now: quarterOf(clock.now()) };
    return spansOf(wanted, calendar, await unfoldedOf(store, account));
  }

  /** In the order of time. */
  async #rows(account: number, cut: Cut, spans: readonly Span[]): Promise<readonly UsageRollupRow[]> {
    const stored = account === EVERYBODY ? cut : 'each';
    const pages = spans.map(async ({ grain, start, end }) => {
      const query = this.#options.store.db
        .selectFrom('usage_rollups')
        .where('account', '=', account)
        .where('level', '=', levelOf(grain, stored))
        .where('start', '>=', start)
        .where('start', '<', end)
        .orderBy('start');
      if (cut !== 'route' && cut !== 'outcome') return await query.selectAll().execute();
      // Nobody asks how long these took, and the durations are most of a row.
      return (await query.select(NUMBERS).execute()).map((row) => ({ ...row, ...NO_DURATIONS }));
    });
    return (await Promise.all(pages)).flat();
  }
}

export interface SeriesQuestion {
  readonly account: number;
  readonly grain: Grain;
  readonly periods: readonly Period[];
  readonly calendar: Calendar;
}

/** Rows come in order, so that the search goes on where it was. */
function periodAt(periods: readonly Period[], start: number, from: number): number {
  let at = from;
  while (at < periods.length - 1 && start >= (periods[at]?.end ?? 0)) at += 1;
  return at;
}
