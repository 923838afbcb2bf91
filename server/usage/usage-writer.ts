/** Writes events and what they add up to in one unit, so that no crash comes between the two. */
import type { AccountNumbers, NumberedAccount } from '../credits/account-numbers.ts';
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import { growingCache } from '../support/growing-cache.ts';
import { quarterOf, type Calendar } from './calendar.ts';
import { Additions, EVERYBODY, levelOf, type MergedRows, type RollupRows } from './rollup-rows.ts';
import { countedOf, type UsageEvent } from './usage-event.ts';
import { CUT_OF, CUTS, type UsageKinds } from './usage-kinds.ts';

const MARKS_REMEMBERED = 50_000;

/** What is still to be folded for an account: its days and months that begin there, or all of them. */
export const MARK = { everything: 0, day: 1, month: 2 } as const;

export interface Mark {
  readonly account: number;
  readonly grain: number;
  readonly start: number;
}

export interface UsageWriterOptions {
  readonly store: Store;
  readonly accounts: AccountNumbers;
  readonly kinds: UsageKinds;
  readonly rows: RollupRows;
  readonly calendar: Calendar;
  readonly nextNumber: () => number;
}

export interface WrittenEvent {
  readonly event: UsageEvent;
  /** It becomes a row of its own; else it is counted only. */
  readonly isKept: boolean;
  /** Its account is given a number if it has none; else it is only counted for everybody then. */
  readonly isOwned: boolean;
}

export class UsageWriter {
  readonly #options: UsageWriterOptions;
  readonly #insert: string;
  readonly #mark: string;
  /** Marks that are stored. */
  readonly #marked = growingCache<string, true>(MARKS_REMEMBERED);

  constructor(options: UsageWriterOptions) {
    this.#options = options;
    this.#insert = insertOf(options.store);
    this.#mark = options.store.db
      .insertInto('usage_unfolded')
      .values({ account: 0, grain: 0, start: 0 })
      .onConflict((one) => one.columns(['account', 'grain', 'start']).doNothing())
      .compile().sql;
  }

  async write(events: readonly WrittenEvent[], more: readonly Step[] = []): Promise<void> {
    const { store, kinds, accounts } = this.#options;
    const numbered = await this.#number(events);
    const additions = new Additions();
    const steps: Step[] = [];
    for (const { event, isKept } of events) {
      const account = numbered.get(event.account);
      const payer = event.payer === undefined ? undefined : numbered.get(event.payer);
      this.#add(additions, event, [account, payer]);
      if (isKept && account) steps.push(this.#row(event, account.number));
    }
    const { marks, names } = this.#marks(additions);
    const merged = await this.#merge(additions);
    const unstored = kinds.unstored();
    const owners = [...numbered.values()].flatMap((account) => accounts.stepsFor(account));
    const unit = [...owners, ...unstored.steps, ...merged.steps, ...marks, ...steps, ...more];
    if (unit.length === 0) return;
    try {
      await store.write(unit);
    } catch (error) {
      this.forget();
      throw error;
    }
    merged.noteStored();
    kinds.noteStored(unstored.upTo);
    for (const account of numbered.values()) accounts.noteStored(account);
    for (const name of names) this.#marked.set(name, true);
  }

  /** What is remembered of the store may be wrong. */
  forget(): void {
    this.#options.rows.forget();
    this.#marked.clear();
  }

  /** It is folded, and has no mark any more. */
  forgetMark({ account, grain, start }: Mark): void {
    this.#marked.delete(markName(account, grain, start));
  }

  #merge(additions: Additions): Promise<MergedRows> {
    return this.#options.rows.merge(additions);
  }

  async #number(events: readonly WrittenEvent[]): Promise<Map<string, NumberedAccount>> {
    const { accounts } = this.#options;
    const owned = new Set<string>();
    const others = new Set<string>();
    for (const { event, isOwned } of events) {
      (isOwned ? owned : others).add(event.account);
      if (event.payer !== undefined) owned.add(event.payer);
    }
    const numbered = await accounts.numbersOf([...owned]);
    for (const name of others) {
      const found = owned.has(name) ? undefined : await accounts.find(name);
      if (found) numbered.push(found);
    }
    return new Map(numbered.map((account) => [account.name, account]));
  }

  #add(additions: Additions, event: UsageEvent, whose: readonly (NumberedAccount | undefined)[]): void {
    const { kinds } = this.#options;
    const start = quarterOf(event.at);
    const counted = countedOf(event);
    const add = (account: number, cut: (typeof CUTS)[number]) => {
      const key = {
        account,
        level: levelOf('quarter', cut),
        start,
        kind: kinds.numberOf(CUT_OF[cut](event.kind)),
      };
      additions.tallyOf(key).add(counted);
    };
    for (const account of whose) if (account) add(account.number, 'each');
    for (const cut of CUTS) add(EVERYBODY, cut);
  }

  #marks(additions: Additions): { readonly marks: readonly Step[]; readonly names: ReadonlySet<string> } {
    const { calendar } = this.#options;
    const marks: Step[] = [];
    const names = new Set<string>();
    for (const [, { key }] of additions.entries()) {
      const periods = [
        [MARK.day, calendar.dayOf(key.start).start],
        [MARK.month, calendar.monthOf(key.start).start],
      ] as const;
      for (const [grain, start] of periods) {
        const name = markName(key.account, grain, start);
        if (this.#marked.has(name) || names.has(name)) continue;
        names.add(name);
        marks.push({ sql: this.#mark, parameters: [key.account, grain, start] });
      }
    }
    return { marks, names };
  }

  #row(event: UsageEvent, account: number): Step {
    const { at, kind, inputTokens, outputTokens, credits, usdNanos, times, request, document } = event;
    const number = this.#options.nextNumber();
    const { latencyMs, firstTokenMs, queuedMs, bytesIn = 0, bytesOut = 0 } = times ?? {};
    const sums = [inputTokens, outputTokens, credits, usdNanos, bytesIn, bytesOut];
    const durations = [rounded(latencyMs), rounded(firstTokenMs), rounded(queuedMs)];
    const about = [account, this.#options.kinds.numberOf(kind)];
    return {
      sql: this.#insert,
      parameters: [at, number, ...about, ...sums, ...durations, request, document ?? null],
    };
  }
}

function markName(account: number, grain: number, start: number): string {
  return `${account} ${grain} ${start}`;
}

/** Whole milliseconds. */
function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms);
}

function insertOf(store: Store): string {
  const sums = { input_tokens: 0, output_tokens: 0, credits: 0, usd_nanos: 0, bytes_in: 0, bytes_out: 0 };
  const durations = { latency_ms: 0, first_token_ms: 0, queued_ms: 0 };
  const about = { at: 0, number: 0, account: 0, kind: 0 };
  const row = { ...about, ...sums, ...durations, request: '', document: '' };
  return store.db.insertInto('usage_events').values(row).compile().sql;
}
