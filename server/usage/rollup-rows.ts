/** The rows of the rollups: read, merged with what is new, and written as a whole. There is one writer. */
import { sql } from 'kysely';
import type { Step } from '../store/batch.ts';
import type { UsageRollupRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { growingCache } from '../support/growing-cache.ts';
import { Tally, type TallyRow } from './tally.ts';
import { CUTS, type Cut } from './usage-kinds.ts';

export const GRAINS = ['quarter', 'day', 'month'] as const;
export type Grain = (typeof GRAINS)[number];

/** The rows that add up over everybody are those of an account that nobody has. */
export const EVERYBODY = 0;

const ROWS_REMEMBERED = 5_000;
const KEYS_AT_ONCE = 100;
const LEVELS_OF_GRAIN = 10;

/** What rows of one granularity and one cut have in common: a range of the table. */
export function levelOf(grain: Grain, cut: Cut): number {
  return GRAINS.indexOf(grain) * LEVELS_OF_GRAIN + CUTS.indexOf(cut);
}

export interface RollupKey {
  readonly account: number;
  readonly level: number;
  /** The first quarter of its period. */
  readonly start: number;
  readonly kind: number;
}

/** What is new, by key. */
export class Additions {
  readonly #tallies = new Map<string, { readonly key: RollupKey; readonly tally: Tally }>();

  tallyOf(key: RollupKey): Tally {
    const name = nameOf(key);
    let found = this.#tallies.get(name);
    if (!found) this.#tallies.set(name, (found = { key, tally: new Tally() }));
    return found.tally;
  }

  entries(): IterableIterator<readonly [string, { readonly key: RollupKey; readonly tally: Tally }]> {
    return this.#tallies.entries();
  }
}

export interface MergedRows {
  readonly steps: readonly Step[];
  /** The steps are durable. */
  noteStored(): void;
}

export class RollupRows {
  readonly #store: Store;
  readonly #upsert: string;
  /** As they are stored. */
  readonly #known = growingCache<string, TallyRow>(ROWS_REMEMBERED);

  constructor(store: Store) {
    this.#store = store;
    this.#upsert = upsertOf(store);
  }

  async merge(additions: Additions): Promise<MergedRows> {
    await this.#read(
      [...additions.entries()].flatMap(([name, { key }]) => (this.#known.has(name) ? [] : key)),
    );
    const steps: Step[] = [];
    const merged: [string, TallyRow][] = [];
    for (const [name, { key, tally }] of additions.entries()) {
      const before = this.#known.get(name);
      if (before) tally.mergeRow(before);
      const row = tally.row();
      merged.push([name, row]);
      steps.push(this.step(key, row));
    }
    return {
      steps,
      noteStored: () => {
        for (const [name, row] of merged) this.#known.set(name, row);
      },
    };
  }

  step({ account, level, start, kind }: RollupKey, row: TallyRow): Step {
    const { requests, errors, input_tokens, output_tokens, credits, usd_nanos, bytes_in, bytes_out } = row;
    const sums = [requests, errors, input_tokens, output_tokens, credits, usd_nanos, bytes_in, bytes_out];
    const durations = [row.latency, row.first_token, row.queued];
    return { sql: this.#upsert, parameters: [account, level, start, kind, ...sums, ...durations] };
  }

  /** After a write whose fate is unknown, or when rows were deleted. */
  forget(): void {
    this.#known.clear();
  }

  async #read(keys: readonly RollupKey[]): Promise<void> {
    for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
      const some = keys.slice(from, from + KEYS_AT_ONCE);
      const rows = await this.#find(some);
      for (const row of rows) this.#known.set(nameOf(row), row);
    }
  }

  /** By a join, which both databases answer from the primary key. */
  async #find(keys: readonly RollupKey[]): Promise<readonly UsageRollupRow[]> {
    const tuple = ({ account, level, start, kind }: RollupKey) =>
      sql`(${sql.lit(account)}, ${sql.lit(level)}, ${sql.lit(start)}, ${sql.lit(kind)})`;
    const wanted = sql.join(keys.map(tuple));
    const { rows } = await sql<UsageRollupRow>`with wanted (account, level, start, kind) as (values ${wanted})
      select found.* from wanted cross join usage_rollups as found
      where found.account = wanted.account and found.level = wanted.level
        and found.start = wanted.start and found.kind = wanted.kind`.execute(this.#store.db);
    return rows;
  }
}

function nameOf({ account, level, start, kind }: RollupKey): string {
  return `${account} ${level} ${start} ${kind}`;
}

function upsertOf(store: Store): string {
  const row = { ...new Tally().row(), account: 0, level: 0, start: 0, kind: 0 };
  const { account, level, start, kind, ...values } = row;
  const insert = store.db.insertInto('usage_rollups').values({ account, level, start, kind, ...values });
  return insert
    .onConflict((one) =>
      one.columns(['account', 'level', 'start', 'kind']).doUpdateSet((each) => {
        const excluded = (name: keyof TallyRow) => each.ref(`excluded.${name}`);
        const names = Object.keys(values) as (keyof TallyRow)[];
        return Object.fromEntries(names.map((name) => [name, excluded(name)]));
      }),
    )
    .compile().sql;
}
