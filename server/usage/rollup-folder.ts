/**
 * Folds quarters of an hour into days, and days into months, once each is over. A mark says what is still to
 * be folded, and comes with the first count of its period; a count that comes late leaves a new mark.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { StoreLog } from '../store/store-log.ts';
import { quarterOf, type Calendar, type Period } from './calendar.ts';
import { EVERYBODY, levelOf, type Grain, type RollupRows } from './rollup-rows.ts';
import { Tally } from './tally.ts';
import { CUTS, type Cut } from './usage-kinds.ts';
import { MARK, type Mark, type UsageWriter } from './usage-writer.ts';

export const FOLDER_LIMITS = {
  /** How often it looks for what is over. */
  sweepMs: 60_000,
  /** Marks that are read at once. */
  marksAtOnce: 200,
  /** What is folded in one transaction; nothing else is counted meanwhile. */
  foldedAtOnce: 25,
} as const;

const ZONE = 'usage_zone';

export interface RollupFolderOptions {
  readonly store: Store;
  readonly rows: RollupRows;
  readonly writer: UsageWriter;
  readonly calendar: Calendar;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Pick<StoreLog, 'error' | 'info'>;
  /** Nothing else writes usage meanwhile. */
  readonly inTurn: <Result>(run: () => Promise<Result>) => Promise<Result>;
}

/** What is to be written; nothing when it cannot be folded yet. */
type Fold = (mark: Mark) => Promise<readonly Step[]>;

export class RollupFolder {
  readonly #options: RollupFolderOptions;
  #cancel: (() => void) | undefined;
  #isClosing = false;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: RollupFolderOptions) {
    this.#options = options;
  }

  /** Everything is folded again when the time zone is another one than before. */
  async start(): Promise<void> {
    await this.#options.inTurn(() => this.#takeZone());
    this.#sweepAndPlan();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancel?.();
    await this.#sweeping;
  }

  /** Folds everything that is over. */
  async fold(): Promise<void> {
    const { clock, calendar } = this.#options;
    const now = quarterOf(clock.now());
    await this.#foldAll(MARK.everything, Number.MAX_SAFE_INTEGER, (mark) => this.#refold(mark.account));
    await this.#foldAll(MARK.day, calendar.dayOf(now).start, (mark) =>
      this.#foldPeriod(mark, 'day', calendar.dayOf(mark.start)),
    );
    await this.#foldAll(MARK.month, calendar.monthOf(now).start, (mark) => this.#foldMonth(mark));
  }

  #sweepAndPlan(): void {
    this.#sweeping = this.fold().catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'Usage could not be folded into days; it is tried again');
    });
    void this.#sweeping.then(() => {
      if (this.#isClosing) return;
      this.#cancel = this.#options.clock.after(FOLDER_LIMITS.sweepMs, () => this.#sweepAndPlan());
    });
  }

  async #takeZone(): Promise<void> {
    const { store, calendar, log, writer } = this.#options;
    const { db } = store;
    const { zone } = calendar;
    const before = await db
      .selectFrom('properties')
      .select('value')
      .where('name', '=', ZONE)
      .executeTakeFirst();
    if (before?.value === zone) return;
    const row = db.insertInto('properties').values({ name: ZONE, value: zone });
    const noted = row.onConflict((one) => one.column('name').doUpdateSet({ value: zone })).compile();
    const all = db
      .selectFrom('usage_rollups')
      .select((each) => ['account', each.lit(MARK.everything).as('grain'), each.lit(0).as('start')])
      .where('level', '<', levelOf('day', 'each'))
      .distinct();
    await store.write([
      db.deleteFrom('usage_rollups').where('level', '>=', levelOf('day', 'each')).compile(),
      db.deleteFrom('usage_unfolded').compile(),
      db.insertInto('usage_unfolded').columns(['account', 'grain', 'start']).expression(all).compile(),
      noted,
    ]);
    writer.forget();
    if (before)
      log.info({ zone, before: before.value }, 'Usage is folded into the days of another time zone');
  }

  async #foldAll(grain: number, before: number, fold: Fold): Promise<void> {
    const { store, inTurn } = this.#options;
    const { marksAtOnce, foldedAtOnce } = FOLDER_LIMITS;
    while (!this.#isClosing) {
      const marks = await store.db
        .selectFrom('usage_unfolded')
        .selectAll()
        .where('grain', '=', grain)
        .where('start', '<', before)
        .limit(marksAtOnce)
        .execute();
      let folded = 0;
      for (let from = 0; from < marks.length && !this.#isClosing; from += foldedAtOnce) {
        folded += await inTurn(() => this.#foldSome(marks.slice(from, from + foldedAtOnce), fold));
      }
      if (folded === 0 || marks.length < marksAtOnce) return;
    }
  }

  /** In one transaction; how many it could fold. */
  async #foldSome(marks: readonly Mark[], fold: Fold): Promise<number> {
    const { store, writer } = this.#options;
    const units = await Promise.all(
      marks.map(async (mark) => {
        const steps = await fold(mark);
        return steps.length === 0 ? [] : [{ mark, steps: [...steps, this.#unmark(mark)] }];
      }),
    );
    const folded = units.flat();
    if (folded.length === 0) return 0;
    await store.write(folded.flatMap(({ steps }) => steps));
    for (const { mark } of folded) writer.forgetMark(mark);
    return folded.length;
  }

  /** Not while one of its days is still to be folded. */
  async #foldMonth(mark: Mark): Promise<readonly Step[]> {
    const { store, calendar } = this.#options;
    const month = calendar.monthOf(mark.start);
    const day = await store.db
      .selectFrom('usage_unfolded')
      .select('start')
      .where('account', '=', mark.account)
      .where('grain', '=', MARK.day)
      .where('start', '>=', month.start)
      .where('start', '<', month.end)
      .executeTakeFirst();
    return day === undefined ? this.#foldPeriod(mark, 'month', month) : [];
  }

  /** Days from quarters, months from days. What was there before is replaced. */
  async #foldPeriod(
    { account }: Mark,
    grain: 'day' | 'month',
    { start, end }: Period,
  ): Promise<readonly Step[]> {
    const from = grain === 'day' ? 'quarter' : 'day';
    const steps: Step[] = [];
    for (const cut of cutsOf(account)) {
      steps.push(this.#deletion(account, levelOf(grain, cut), { start, end }));
      const tallies = await this.#sum(account, levelOf(from, cut), { start, end });
      steps.push(...this.#rows({ account, grain, cut, start }, tallies));
    }
    return steps;
  }

  /** All days of an account, and its months that are over; the days under way are marked anew. */
  async #refold(account: number): Promise<readonly Step[]> {
    const { store, calendar } = this.#options;
    const starts = await store.db
      .selectFrom('usage_rollups')
      .select('start')
      .where('account', '=', account)
      .where('level', '=', levelOf('quarter', 'each'))
      .distinct()
      .execute();
    const days = new Set(starts.map(({ start }) => calendar.dayOf(start).start));
    const months = new Set(starts.map(({ start }) => calendar.monthOf(start).start));
    const rows = [
      ...[...days].map((start) => ({ account, grain: MARK.day, start })),
      ...[...months].map((start) => ({ account, grain: MARK.month, start })),
    ];
    const mark = (row: (typeof rows)[number]) =>
      store.db
        .insertInto('usage_unfolded')
        .values(row)
        .onConflict((one) => one.columns(['account', 'grain', 'start']).doNothing())
        .compile();
    return rows.map(mark);
  }

  async #sum(account: number, level: number, { start, end }: Period): Promise<Map<number, Tally>> {
    const rows = await this.#options.store.db
      .selectFrom('usage_rollups')
      .selectAll()
      .where('account', '=', account)
      .where('level', '=', level)
      .where('start', '>=', start)
      .where('start', '<', end)
      .execute();
    const tallies = new Map<number, Tally>();
    for (const row of rows) {
      let tally = tallies.get(row.kind);
      if (!tally) tallies.set(row.kind, (tally = new Tally()));
      tally.mergeRow(row);
    }
    return tallies;
  }

  #rows(
    { account, grain, cut, start }: { account: number; grain: Grain; cut: Cut; start: number },
    tallies: ReadonlyMap<number, Tally>,
  ): Step[] {
    const level = levelOf(grain, cut);
    return [...tallies].map(([kind, tally]) =>
      this.#options.rows.step({ account, level, start, kind }, tally.row()),
    );
  }

  #deletion(account: number, level: number, { start, end }: Period): Step {
    return this.#options.store.db
      .deleteFrom('usage_rollups')
      .where('account', '=', account)
      .where('level', '=', level)
      .where('start', '>=', start)
      .where('start', '<', end)
      .compile();
  }

  #unmark({ account, grain, start }: Mark): Step {
    return this.#options.store.db
      .deleteFrom('usage_unfolded')
      .where('account', '=', account)
      .where('grain', '=', grain)
      .where('start', '=', start)
      .compile();
  }
}

/** A person has few rows: what is wanted of them is added up when it is asked for. */
export function cutsOf(account: number): readonly Cut[] {
  return account === EVERYBODY ? CUTS.filter((cut) => cut !== 'each') : ['each'];
}
