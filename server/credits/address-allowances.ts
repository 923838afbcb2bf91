/**
 * What one network address may be given in 24 hours, however many people come from it. There is an allowance
 * for each purpose, by name, and they are independent of each other.
 *
 * What was taken is in the store before it is given, so that a crash in between loses a part of the allowance
 * and never adds to it. The store has no addresses: a row has a keyed hash of the name and the address, an
 * hour and a sum, and is deleted when the window is over.
 */
import { createHmac } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { addressKey } from '../../shared/ip-address.ts';
import type { Store } from '../store/store.ts';

const HOUR_MS = 60 * 60 * 1_000;

/** An hour counts until 24 more have passed, so that no 24 hours have more than the allowance. */
const WINDOW_HOURS = 24;

/** Of what is left for the address at this moment, how much to take. */
export type AmountOf = (left: number) => number;

/** A seam. */
export interface Allowances<Name extends string = string> {
  /**
   * Resolves with the amount that was taken, from 0 to what is left, when it is durable. From any number of
   * calls at once an address never gets more than its allowance. An exempt address has no limit and leaves no
   * row.
   */
  take(allowance: Name, address: string, amount: number | AmountOf): Promise<number>;
  /** Milliseconds until that much is left; undefined for more than the whole allowance. */
  waitMs(allowance: Name, address: string, amount: number): Promise<number | undefined>;
}

export interface AddressAllowancesOptions<Name extends string> {
  readonly store: Store;
  /** Wall time: the window goes on while the server is down. */
  readonly clock: Pick<Clock, 'now'>;
  /** Of the hashes. With another key each address begins anew. */
  readonly key: string;
  /** What an address gets in 24 hours. */
  readonly amounts: Readonly<Record<Name, number>>;
  readonly isExempt: (address: string) => boolean;
}

/** What was taken, by hour since 1970. */
type Taken = Map<number, number>;

interface InUse {
  readonly taken: Promise<Taken>;
  users: number;
}

export class AddressAllowances<Name extends string> implements Allowances<Name> {
  readonly #options: AddressAllowancesOptions<Name>;
  /**
   * Addresses for which a call is running: all of them decide on the same sums. Between calls the store alone
   * knows, so nothing grows with the number of addresses.
   */
  readonly #inUse = new Map<string, InUse>();

  constructor(options: AddressAllowancesOptions<Name>) {
    this.#options = options;
  }

  async take(allowance: Name, address: string, amount: number | AmountOf): Promise<number> {
    const amountOf = typeof amount === 'number' ? () => amount : amount;
    if (this.#options.isExempt(address)) return amountOf(Number.POSITIVE_INFINITY);
    const hash = this.#hashOf(allowance, address);
    return this.#use(hash, async (taken) => {
      const left = Math.max(0, this.#options.amounts[allowance] - sumOf(taken));
      const granted = Math.max(0, Math.floor(Math.min(left, amountOf(left))));
      if (granted === 0) return 0;
      const hour = this.#hour();
      // Counted before it is written: a call that comes meanwhile must not get it a second time. If writing
      // fails it stays counted until no call is running, since it may have been written all the same.
      taken.set(hour, (taken.get(hour) ?? 0) + granted);
      await this.#write(hash, hour, granted);
      return granted;
    });
  }

  async waitMs(allowance: Name, address: string, amount: number): Promise<number | undefined> {
    const { amounts, clock, isExempt } = this.#options;
    if (isExempt(address)) return 0;
    if (amount > amounts[allowance]) return undefined;
    return this.#use(this.#hashOf(allowance, address), async (taken) => {
      let left = amounts[allowance] - sumOf(taken);
      let freeFromHour = 0;
      for (const [hour, sum] of [...taken].sort(([one], [other]) => one - other)) {
        if (left >= amount) break;
        left += sum;
        freeFromHour = hour + WINDOW_HOURS + 1;
      }
      return Math.max(0, freeFromHour * HOUR_MS - clock.now());
    });
  }

  /** Deletes the rows that no longer count. Call this from time to time. */
  async forgetOld(): Promise<void> {
    const { db } = this.#options.store;
    const hour = this.#hour();
    const old = db
      .deleteFrom('allowances')
      .where((row) => row.or([row('hour', '<', hour - WINDOW_HOURS), row('hour', '>', hour + WINDOW_HOURS)]));
    await this.#options.store.write([old.compile()]);
  }

  async #use<Result>(hash: Buffer, run: (taken: Taken) => Promise<Result>): Promise<Result> {
    const id = hash.toString('base64');
    const inUse = this.#inUse.get(id) ?? { taken: this.#read(hash), users: 0 };
    this.#inUse.set(id, inUse);
    inUse.users += 1;
    try {
      const taken = await inUse.taken;
      for (const hour of taken.keys()) if (!this.#counts(hour)) taken.delete(hour);
      return await run(taken);
    } finally {
      inUse.users -= 1;
      if (inUse.users === 0) this.#inUse.delete(id);
    }
  }

  async #read(hash: Buffer): Promise<Taken> {
    const { db } = this.#options.store;
    const rows = await db
      .selectFrom('allowances')
      .select(['hour', 'taken'])
      .where('address', '=', hash)
      .execute();
    return new Map(rows.map(({ hour, taken }) => [hour, taken]));
  }

  async #write(address: Buffer, hour: number, amount: number): Promise<void> {
    const { store } = this.#options;
    const row = store.db.insertInto('allowances').values({ address, hour, taken: amount });
    const step = row.onConflict((conflict) =>
      conflict
        .columns(['address', 'hour'])
        .doUpdateSet((all) => ({ taken: all.eb(all.ref('allowances.taken'), '+', amount) })),
    );
    await store.write([step.compile()]);
  }

  /** A row of the far future comes from a clock that was wrong. */
  #counts(hour: number): boolean {
    return Math.abs(hour - this.#hour()) <= WINDOW_HOURS;
  }

  #hour(): number {
    return Math.floor(this.#options.clock.now() / HOUR_MS);
  }

  #hashOf(allowance: Name, address: string): Buffer {
    const { key } = this.#options;
    return createHmac('sha256', key)
      .update(`${allowance} ${addressKey(address)}`)
      .digest();
  }
}

function sumOf(taken: Taken): number {
  return [...taken.values()].reduce((sum, amount) => sum + amount, 0);
}
