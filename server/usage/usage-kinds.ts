/**
 * What rollups are counted by, as a number: a tuple of service, route, provider, model and outcome. In a row
 * that adds up over one of them, it is empty. There are as many as routes, services and outcomes make; beyond
 * a limit all others are one.
 */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';

export const KINDS_MAX = 20_000;

/** What a row tells apart. */
export const CUTS = ['each', 'total', 'service', 'route', 'outcome', 'performance'] as const;
export type Cut = (typeof CUTS)[number];

export interface Kind {
  readonly service: string;
  readonly route: string;
  readonly provider: string;
  readonly model: string;
  readonly outcome: string;
}

const NOTHING = { service: '', route: '', provider: '', model: '', outcome: '' } as const;
const OTHER = { service: 'other', route: '', provider: '', model: '', outcome: 'answered' } as const;

/** Each adds up over what it leaves out. */
export const CUT_OF: Readonly<Record<Cut, (kind: Kind) => Kind>> = {
  each: (kind) => kind,
  total: () => NOTHING,
  service: ({ service }) => ({ ...NOTHING, service }),
  route: ({ route, provider, model }) => ({ ...NOTHING, route, provider, model }),
  outcome: ({ outcome }) => ({ ...NOTHING, outcome }),
  performance: ({ service, route, provider, model }) => ({ ...NOTHING, service, route, provider, model }),
};

export class UsageKinds {
  readonly #store: Store;
  readonly #kinds: Kind[] = [];
  readonly #numbers = new Map<string, number>();
  /** Those below are in the store. */
  #stored = 0;

  private constructor(store: Store) {
    this.#store = store;
  }

  static async open(store: Store): Promise<UsageKinds> {
    const kinds = new UsageKinds(store);
    const rows = await store.db.selectFrom('usage_kinds').selectAll().orderBy('number').execute();
    for (const { number: _, ...kind } of rows) kinds.#add(kind);
    kinds.#stored = rows.length;
    return kinds;
  }

  numberOf(kind: Kind): number {
    const known = this.#numbers.get(keyOf(kind));
    if (known !== undefined) return known;
    // The last number is that of everything else.
    if (this.#kinds.length >= KINDS_MAX - 1) {
      return this.#numbers.get(keyOf(OTHER)) ?? this.#add(OTHER);
    }
    return this.#add(kind);
  }

  of(number: number): Kind {
    return this.#kinds[number] ?? OTHER;
  }

  /** Of a route, as it was told last; the ledger has none. */
  providerOf(route: string, model: string): string | undefined {
    const isIt = (kind: Kind) => kind.route === route && kind.model === model && kind.provider !== '';
    return this.#kinds.findLast(isIt)?.provider;
  }

  /** What must be written together with the first row that has a new number. */
  unstored(): { readonly steps: readonly Step[]; readonly upTo: number } {
    const upTo = this.#kinds.length;
    const rows = this.#kinds.slice(this.#stored).map((kind, at) => ({ number: this.#stored + at, ...kind }));
    const insert = (row: (typeof rows)[number]) =>
      this.#store.db
        .insertInto('usage_kinds')
        .values(row)
        .onConflict((one) => one.column('number').doNothing())
        .compile();
    return { steps: rows.map(insert), upTo };
  }

  noteStored(upTo: number): void {
    this.#stored = Math.max(this.#stored, upTo);
  }

  #add(kind: Kind): number {
    const number = this.#kinds.push(kind) - 1;
    this.#numbers.set(keyOf(kind), number);
    return number;
  }
}

function keyOf({ service, route, provider, model, outcome }: Kind): string {
  return JSON.stringify([service, route, provider, model, outcome]);
}
