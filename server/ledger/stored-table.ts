/**
 * One table of the fold: what changed since the snapshot is in memory, the rest in runs. The fold asks at
 * once, so what it will ask must be loaded first; a lease keeps it in memory until it was used.
 *
 * In memory are
 * - what changed, in one generation since each time a snapshot was begun: a generation is dropped as a whole
 *   when the runs have it, and never before;
 * - what is leased;
 * - the last used of what is the same in the runs, up to a number.
 */
import type { LRUCache } from 'lru-cache';
import type { RunSet } from './run-set.ts';
import { keyOf, KEY_BYTES, RECORD_BYTES, type Kind } from './run-format.ts';
import type { ValueFormat } from './table-values.ts';
import { growingCache } from '../support/growing-cache.ts';

/** It is known that the runs have no such record. */
const ABSENT = Symbol('absent');

interface Leased<Value> {
  value: Value | typeof ABSENT;
  leases: number;
}

export interface StoredTableOptions<Value> {
  readonly kind: Kind;
  readonly format: ValueFormat<Value>;
  /** How many unchanged values are kept in memory. */
  readonly cachedMax: number;
}

export class StoredTable<Value extends object> {
  readonly #kind: Kind;
  readonly #format: ValueFormat<Value>;
  readonly #cached: LRUCache<string, Value | typeof ABSENT>;
  readonly #leased = new Map<string, Leased<Value>>();
  #runs: RunSet;
  #newest = new Map<string, Value>();
  /** The oldest first. */
  #older: Map<string, Value>[] = [];
  /** The last name that the runs surely do not have: it is mostly asked for several times in a row. */
  #surelyAbsent: string | undefined;

  constructor(options: StoredTableOptions<Value>, runs: RunSet) {
    this.#kind = options.kind;
    this.#format = options.format;
    this.#cached = growingCache(options.cachedMax);
    this.#runs = runs;
  }

  /** Values in memory. */
  get size(): number {
    return this.changes + this.#leased.size + this.#cached.size;
  }

  /** Values that the runs do not have. */
  get changes(): number {
    return this.#older.reduce((sum, generation) => sum + generation.size, this.#newest.size);
  }

  /** Throws when it would have to read the disk. */
  get(name: string): Value | undefined {
    const known = this.#known(name);
    if (known !== undefined) return known === ABSENT ? undefined : known;
    if (this.#isSurelyAbsent(name)) return undefined;
    throw new Error(`${name} is asked for and was not loaded`);
  }

  /** Also for an object that `get` returned and that was changed. */
  set(name: string, value: Value): void {
    if (this.#newest.get(name) === value) return;
    this.#newest.set(name, value);
    this.#cached.delete(name);
    const leased = this.#leased.get(name);
    if (leased !== undefined) leased.value = value;
  }

  isLoaded(name: string): boolean {
    return this.#known(name) !== undefined || this.#isSurelyAbsent(name);
  }

  /** Resolves when the value is in memory, where it stays until `endLease`. Rejects with `SnapshotDamage`. */
  async lease(name: string): Promise<void> {
    while (!this.#leaseKnown(name)) {
      const runs = this.#runs;
      const value = await runs.find(this.#kind, name);
      // With other runs, it may have changed, and the change may have left the memory.
      if (this.#runs !== runs || this.#known(name) !== undefined) continue;
      this.#leased.set(name, { value: value ? this.#format.read(value, 0) : ABSENT, leases: 1 });
      return;
    }
  }

  endLease(name: string): void {
    const leased = this.#leased.get(name);
    if (leased === undefined) throw new Error(`${name} is not leased`);
    leased.leases -= 1;
    if (leased.leases > 0) return;
    this.#leased.delete(name);
    if (this.#changed(name) === undefined) this.#cached.set(name, leased.value);
  }

  /** What changes from now on is not expected in the next snapshot. */
  startGeneration(): void {
    this.#older.push(this.#newest);
    this.#newest = new Map();
  }

  /** These runs have all that changed in the `generations` oldest ones. */
  adopt(runs: RunSet, generations: number): void {
    this.#runs = runs;
    this.#surelyAbsent = undefined;
    this.#older.splice(0, generations);
  }

  /** The changes as records, in no order. */
  changedRecords(): Buffer {
    const changed = this.#older.length === 0 ? this.#newest : new Map<string, Value>();
    for (const generation of this.#older) for (const [name, value] of generation) changed.set(name, value);
    if (changed !== this.#newest) for (const [name, value] of this.#newest) changed.set(name, value);
    const records = Buffer.alloc(changed.size * RECORD_BYTES);
    let at = 0;
    for (const [name, value] of changed) {
      keyOf(this.#kind, name).copy(records, at);
      this.#format.write(value, records, at + KEY_BYTES);
      at += RECORD_BYTES;
    }
    return records;
  }

  #leaseKnown(name: string): boolean {
    const leased = this.#leased.get(name);
    if (leased !== undefined) {
      leased.leases += 1;
      return true;
    }
    const value = this.#known(name) ?? (this.#isSurelyAbsent(name) ? ABSENT : undefined);
    if (value === undefined) return false;
    this.#leased.set(name, { value, leases: 1 });
    return true;
  }

  #known(name: string): Value | typeof ABSENT | undefined {
    return this.#changed(name) ?? this.#leased.get(name)?.value ?? this.#cached.get(name);
  }

  #changed(name: string): Value | undefined {
    const newest = this.#newest.get(name);
    if (newest !== undefined) return newest;
    for (let at = this.#older.length - 1; at >= 0; at -= 1) {
      const value = this.#older[at]?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #isSurelyAbsent(name: string): boolean {
    if (this.#surelyAbsent === name) return true;
    if (this.#runs.mayHave(this.#kind, name)) return false;
    this.#surelyAbsent = name;
    return true;
  }
}
