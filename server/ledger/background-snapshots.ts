/**
 * Makes a snapshot from time to time beside the writer, and frees the memory of what it has. What changes
 * while it is made stays in memory until the next one.
 */
import type { Disk } from './disk.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { SnapshotDamage } from './run-format.ts';
import { RunSet } from './run-set.ts';
import { readSnapshot, removeSnapshot, writeSnapshot } from './snapshot.ts';

/** Records that are merged while the server stops: some seconds. */
const LAST_MERGED_MAX = 2_000_000;

export interface BackgroundSnapshotsOptions {
  readonly disk: Disk;
  readonly index: LedgerIndex;
  readonly log: {
    warn(data: object, message: string): void;
    error(data: object, message: string): void;
  };
  /** Brings the snapshot to where the ledger is durable at that time, or later. */
  readonly refresh: () => Promise<void>;
  /** Entries from one snapshot to the next. */
  readonly entries: number;
  /** How many entries the snapshot on the disk has. */
  readonly snapshotEntries: number;
}

export class BackgroundSnapshots {
  readonly #options: BackgroundSnapshotsOptions;
  /** How many entries there were when the last snapshot was begun. */
  #lastAt: number;
  /** All entries before this one must be durable before the snapshot is begun. */
  #waitsFor: number | undefined;
  #running: Promise<void> | undefined;
  /** Part of the snapshot is damaged, and nothing is done about it yet. */
  #mustRebuild = false;
  #isRebuilding = false;
  /** The snapshot on the disk has runs that this process does not know. */
  #isAhead = false;

  constructor(options: BackgroundSnapshotsOptions) {
    this.#options = options;
    this.#lastAt = options.snapshotEntries;
  }

  /** Call this when a block is durable; `size`: how many entries are. */
  noteDurable(size: number): void {
    if (this.#running !== undefined) return;
    const { fold } = this.#options.index.state;
    const isDue = this.#mustRebuild || size - this.#lastAt >= this.#options.entries;
    if (this.#waitsFor === undefined && isDue) {
      this.#waitsFor = fold.count;
      fold.tables.startGeneration(fold.count);
    }
    if (this.#waitsFor === undefined || size < this.#waitsFor) return;
    this.#waitsFor = undefined;
    this.#lastAt = size;
    this.#running = this.#make().finally(() => (this.#running = undefined));
  }

  /** Something that was read from the snapshot is wrong: it is made again from the segments. */
  noteDamage(size: number): void {
    if (this.#mustRebuild || this.#isRebuilding) return;
    this.#mustRebuild = true;
    this.#options.log.error({}, 'The snapshot of the ledger is damaged and is made again');
    this.noteDurable(size);
  }

  /** Waits for the snapshot that is being made. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /**
   * Saves everything; the ledger takes no more entries, and all are durable. A failure only makes the next
   * start read more.
   */
  async saveLast(): Promise<void> {
    await this.#running;
    const { disk, index, log } = this.#options;
    if (this.#isAhead) return;
    try {
      await writeSnapshot(disk, index, LAST_MERGED_MAX);
    } catch (error) {
      log.warn({ error }, 'The snapshot could not be made');
      if (error instanceof SnapshotDamage) await removeSnapshot(disk);
    }
  }

  async #make(): Promise<void> {
    const { disk, index, log, refresh } = this.#options;
    const { tables } = index.state.fold;
    this.#isRebuilding = this.#mustRebuild;
    this.#mustRebuild = false;
    try {
      if (this.#isRebuilding) await removeSnapshot(disk);
      this.#isAhead = true;
      await refresh();
      const snapshot = await readSnapshot(disk);
      if (snapshot === undefined) throw new Error('There is no snapshot');
      const known = this.#isRebuilding ? RunSet.empty() : tables.runs;
      await tables.adopt(await RunSet.open(disk, snapshot.runs, known), snapshot.state.fold.count);
      this.#isAhead = false;
    } catch (error) {
      log.warn({ error }, 'The snapshot could not be made');
    } finally {
      this.#isRebuilding = false;
    }
  }
}
