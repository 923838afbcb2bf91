/** Brings what changed in memory into runs, and keeps the runs few. */
import { snapshotPartName, snapshotPartNumber } from '../../shared/ledger/layout.ts';
import type { Disk } from './disk.ts';
import { RECORD_BYTES, type RunInfo } from './run-format.ts';
import { MemoryCursor, mergeInto, RunCursor } from './run-merge.ts';
import { RunSet } from './run-set.ts';
import type { Run } from './run.ts';
import { RunWriter } from './run-writer.ts';
import type { StoredTables } from './stored-tables.ts';

/**
 * A run is merged when it has at most this many times the records of all newer ones: so a record is written
 * again only a few times, and there are few runs, whatever their sizes.
 */
const MERGE_RATIO = 3;

/**
 * Writes the changes, together with the runs that are not much larger, and resolves with the runs that now
 * have everything, oldest first. They are durable, but no snapshot has them yet. More than `mergedMax`
 * records are not merged: that is left to a later time. Rejects with `SnapshotDamage`.
 */
export async function saveRuns(disk: Disk, tables: StoredTables, mergedMax = Infinity): Promise<RunInfo[]> {
  const infos = tables.runs.runs.map((run) => run.info);
  const changed = tables.changedRecords();
  if (changed.length === 0) return infos;
  const merged = runsToMerge(tables.runs.runs, changed.length / RECORD_BYTES, mergedMax);
  const number = await freePartNumber(disk);
  const writer = await RunWriter.create(disk, {
    name: snapshotPartName(number, 'run'),
    number,
    recordsMax: merged.reduce((sum, run) => sum + run.info.records, changed.length / RECORD_BYTES),
  });
  const cursors = await Promise.all(merged.toReversed().map((run) => RunCursor.open(run)));
  await mergeInto(writer, [new MemoryCursor(changed), ...cursors], tables.oldestRecent);
  return [...infos.slice(0, infos.length - merged.length), await writer.finish()];
}

/** Frees the memory of all that changed. `count`: how many entries the fold has. */
export async function spill(disk: Disk, tables: StoredTables, count: number): Promise<void> {
  const runs = await RunSet.open(disk, await saveRuns(disk, tables), tables.runs);
  tables.startGeneration(count);
  await tables.adopt(runs, count);
}

/** A number above that of every part, so that no file is written that somebody may have open. */
export async function freePartNumber(disk: Disk): Promise<number> {
  return Math.max(-1, ...(await disk.names()).map((name) => snapshotPartNumber(name) ?? -1)) + 1;
}

/** Removes all parts but those with these names. */
export async function removeParts(disk: Disk, kept: readonly string[]): Promise<void> {
  for (const name of await disk.names()) {
    if (snapshotPartNumber(name) !== undefined && !kept.includes(name)) await disk.remove(name);
  }
}

/** The newest ones, oldest first. */
function runsToMerge(runs: readonly Run[], changes: number, mergedMax: number): readonly Run[] {
  let records = changes;
  let first = runs.length;
  for (; first > 0; first -= 1) {
    const run = runs[first - 1];
    if (run === undefined || run.info.records > records * MERGE_RATIO) break;
    if (records + run.info.records > mergedMax) break;
    records += run.info.records;
  }
  return runs.slice(first);
}
