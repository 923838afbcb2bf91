/**
 * Budgets: what may be spent in a period at most, by a member of a team, by an API key, or on the whole
 * server. What calls in progress may cost counts until they have ended, so that any number of them at once
 * never spends more.
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { periodAt, type Period, type PeriodName } from '../support/periods.ts';
import type { Spending, Spent } from './spending.ts';

export const BUDGET_LIMITS = {
  /** Budgets whose spending is kept in memory. */
  countersMax: 20_000,
  /** Its spender is told when so much is spent, in percent. */
  nearPercent: 80,
} as const;

export type BudgetKind = 'server' | 'member' | 'key';

/** One that bounds whoever pays. */
export interface SpendingBudget {
  readonly kind: BudgetKind;
  readonly credits: number;
  readonly period: PeriodName;
  /** The id of the user or of the key; empty for the server. */
  readonly id: string;
  /** Of a member: the wallet that it is about. */
  readonly account?: string | undefined;
  /** The id of the user who spends, or whose key it is. */
  readonly user?: string | undefined;
  /** Of a member: the name of the team. */
  readonly name?: string | undefined;
  /** Whose charges count; undefined: everybody's. As it was when they were asked for. */
  readonly actors?: (() => readonly string[] | Promise<readonly string[]>) | undefined;
}

/** Somebody has come near a limit, or to it. */
export interface NearLimit {
  readonly budget: SpendingBudget;
  readonly percent: 80 | 100;
  readonly used: number;
  /** When the period ends. */
  readonly until: number;
}

export interface BudgetsOptions {
  readonly spending: Pick<Spending, 'sum' | 'onSpent'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly zone: string;
}

/** How far the budgets of one payer go. */
export interface BudgetRoom {
  /** Credits that may be set aside now. */
  left(): number;
  /** Counts an amount until what comes back is called. */
  take(amount: number): () => void;
  /** More is used, or set aside, than a budget allows: it was lowered. */
  isOver(): boolean;
  /** The refusal for a call that needs so much. */
  refusal(need: number): HiloError;
}

interface Counter {
  budget: SpendingBudget;
  period: Period;
  actors: Set<string> | undefined;
  used: number;
  reserved: number;
  told: 0 | 80 | 100;
  /** Resolves when `used` counts. */
  loading: Promise<void> | undefined;
}

const NO_BUDGETS: readonly SpendingBudget[] = [];

export class Budgets {
  readonly #options: BudgetsOptions;
  readonly #counters = new Map<string, Counter>();
  /** Of members, by wallet. */
  readonly #byAccount = new Map<string, Set<Counter>>();
  readonly #listeners = new Set<(near: NearLimit) => void>();

  constructor(options: BudgetsOptions) {
    this.#options = options;
    options.spending.onSpent((spent) => this.#spent(spent));
  }

  onNear(listener: (near: NearLimit) => void): void {
    this.#listeners.add(listener);
  }

  /** Undefined for who has no budget. At once, where all of it is in memory. */
  room(
    budgets: readonly SpendingBudget[] = NO_BUDGETS,
    actor: string,
  ): BudgetRoom | undefined | Promise<BudgetRoom> {
    if (budgets.length === 0) return undefined;
    const counters = budgets.map((budget) => this.#counter(budget));
    for (const { actors } of counters) actors?.add(actor);
    const loading = counters.flatMap((counter) => counter.loading ?? []);
    if (loading.length === 0) return new Room(counters);
    return Promise.all(loading).then(() => new Room(counters));
  }

  /** What was spent of a budget in its period. */
  async used(budget: SpendingBudget): Promise<number> {
    const counter = this.#counter(budget);
    await counter.loading;
    return counter.used;
  }

  #counter(budget: SpendingBudget): Counter {
    const key = `${budget.kind} ${budget.id} ${budget.account ?? ''}`;
    const known = this.#counters.get(key);
    const now = this.#options.clock.now();
    const isCurrent = known && known.budget.period === budget.period && now < known.period.until;
    if (known && isCurrent) {
      // The amount may have been changed.
      known.budget = budget;
      return known;
    }
    const period = periodAt(now, budget.period, this.#options.zone);
    const fresh = { budget, period, used: 0, told: 0 } as const;
    const counter: Counter = known
      ? Object.assign(known, fresh)
      : { ...fresh, actors: budget.actors && new Set(), reserved: 0, loading: undefined };
    if (!known) this.#keep(key, counter);
    const loading = this.#load(counter).finally(() => {
      if (counter.loading === loading) counter.loading = undefined;
    });
    counter.loading = loading;
    // Whoever asked waits for it; a failure is theirs.
    loading.catch(() => this.#counters.delete(key));
    return counter;
  }

  #keep(key: string, counter: Counter): void {
    if (this.#counters.size >= BUDGET_LIMITS.countersMax) this.#forgetIdle();
    this.#counters.set(key, counter);
    const { account } = counter.budget;
    if (account === undefined) return;
    const some = this.#byAccount.get(account) ?? new Set();
    this.#byAccount.set(account, some.add(counter));
  }

  /** One of those that nothing is set aside of; it is read again when it is asked for. */
  #forgetIdle(): void {
    for (const [key, counter] of this.#counters) {
      if (counter.reserved > 0 || counter.loading) continue;
      this.#counters.delete(key);
      this.#byAccount.get(counter.budget.account ?? '')?.delete(counter);
      return;
    }
  }

  async #load(counter: Counter): Promise<void> {
    const { budget, period } = counter;
    const actors = budget.actors && (await budget.actors());
    for (const actor of actors ?? []) counter.actors?.add(actor);
    const who = { actors: counter.actors && [...counter.actors], account: budget.account };
    // What is charged from then on comes as news.
    await this.#options.spending.sum({ ...who, fromDay: period.day }, (sum) => {
      if (counter.period !== period) return;
      counter.used = sum;
      const percent = (100 * sum) / Math.max(1, budget.credits);
      counter.told = percent >= 100 ? 100 : percent >= BUDGET_LIMITS.nearPercent ? 80 : 0;
    });
  }

  #spent({ actor, account, day, amount }: Spent): void {
    const key = actor.startsWith('key:') ? actor.slice('key:'.length) : undefined;
    const one = key === undefined ? undefined : this.#counters.get(`key ${key} `);
    if (one) this.#add(one, day, amount);
    const server = this.#counters.get('server  ');
    if (server) this.#add(server, day, amount);
    for (const counter of this.#byAccount.get(account) ?? []) {
      if (counter.actors?.has(actor)) this.#add(counter, day, amount);
    }
  }

  #add(counter: Counter, day: number, amount: number): void {
    if (day < counter.period.day) return;
    counter.used += amount;
    const { budget, used, period } = counter;
    const percent = used >= budget.credits ? 100 : 80;
    const isNear = used * 100 >= budget.credits * BUDGET_LIMITS.nearPercent;
    if (!isNear || counter.told >= percent) return;
    counter.told = percent;
    for (const listener of this.#listeners) listener({ budget, percent, used, until: period.until });
  }
}

class Room implements BudgetRoom {
  readonly #counters: readonly Counter[];

  constructor(counters: readonly Counter[]) {
    this.#counters = counters;
  }

  left(): number {
    return Math.max(0, Math.min(...this.#counters.map(leftOf)));
  }

  isOver(): boolean {
    return this.#counters.some((counter) => leftOf(counter) < 0);
  }

  take(amount: number): () => void {
    for (const counter of this.#counters) counter.reserved += amount;
    return () => {
      for (const counter of this.#counters) counter.reserved -= amount;
    };
  }

  refusal(need: number): HiloError {
    const [narrowest] = this.#counters.toSorted((one, other) => leftOf(one) - leftOf(other));
    if (!narrowest) throw new Error('There is no budget that could refuse');
    const { budget, used, reserved, period } = narrowest;
    const { credits: limit, kind } = budget;
    const until = new Date(period.until).toISOString();
    const values = { limit, used: used + reserved, need, until };
    return new HiloError(REFUSALS[kind], { values });
  }
}

const REFUSALS = {
  server: 'server_budget_used',
  member: 'member_budget_used',
  key: 'key_budget_used',
} as const;

function leftOf({ budget, used, reserved }: Counter): number {
  return budget.credits - used - reserved;
}
