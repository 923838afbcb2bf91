/**
 * The snapshot: the state at the end of some block, so that a start reads only the blocks after it. The small
 * file `snapshot` names its parts: runs with accounts, ids and refunds, and the tree. It may be deleted at
 * any time: the segments are the truth.
 */
import { createHash, hash } from 'node:crypto';
import { snapshotFile, snapshotPartName } from '../../shared/ledger/layout.ts';
import { tileLeaves, type TreeState } from '../../shared/ledger/merkle-tree.ts';
import { hashBytes } from '../../shared/ledger/tree-hash.ts';
import { LedgerState, type LedgerStateData } from '../../shared/ledger/verifier.ts';
import type { Disk } from './disk.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { SnapshotDamage, type RunInfo } from './run-format.ts';
import { RunSet } from './run-set.ts';
import { freePartNumber, removeParts, saveRuns } from './snapshot-runs.ts';
import { StoredTables, type TableLimits } from './stored-tables.ts';

/** Raised whenever the content of a snapshot changes: older ones are then thrown away. */
const version = 'hilo-ledger-snapshot-3';
const PIECE_BYTES = 1024 * 1024;
const OFFSET_BYTES = 8;

/** The content of the file `snapshot`. */
export interface Snapshot {
  readonly bytes: number;
  readonly state: Omit<LedgerStateData, 'tree'>;
  /** `rest` in base64. */
  readonly tree: { readonly size: number; readonly rest: string };
  /** Where the tiles begin in the segments, then their hashes; `sum` is SHA-256 in hexadecimal. */
  readonly tiles: { readonly name: string; readonly sum: string };
  /** Oldest first. */
  readonly runs: readonly RunInfo[];
}

/**
 * Saves the state. After a crash there is either the old snapshot or the new one: the parts are durable
 * before the file names them, and the old parts are removed afterwards. For `mergedMax` see
 * `saveRuns`. Rejects with `SnapshotDamage`.
 */
export async function writeSnapshot(disk: Disk, index: LedgerIndex, mergedMax?: number): Promise<void> {
  const runs = await saveRuns(disk, index.state.fold.tables, mergedMax);
  const { tree, ...state } = index.state.data();
  const tiles = await writeTiles(disk, index.tileOffsets, tree.tiles);
  const rest = Buffer.from(tree.rest).toString('base64');
  const snapshot: Snapshot = { bytes: index.bytes, state, tree: { size: tree.size, rest }, tiles, runs };
  const text = JSON.stringify(snapshot);
  await disk.replace(snapshotFile, Buffer.from(`${version} ${hash('sha256', text, 'hex')}\n${text}\n`));
  await removeParts(disk, partsOf(snapshot));
}

/** Undefined when there is none. Rejects with `SnapshotDamage` when it is not exactly what was written. */
export async function readSnapshot(disk: Disk): Promise<Snapshot | undefined> {
  if (!(await disk.names()).includes(snapshotFile)) return undefined;
  const file = await disk.open(snapshotFile);
  const content = (await file.read(0, await file.size())).toString();
  await file.close();
  const split = content.indexOf('\n');
  const text = content.slice(split + 1, -1);
  if (content.slice(0, split) !== `${version} ${hash('sha256', text, 'hex')}`) {
    throw new SnapshotDamage('The snapshot is damaged or of another version');
  }
  return JSON.parse(text) as Snapshot;
}

/** The saved state; accounts, ids and refunds stay on the disk. Rejects with `SnapshotDamage`. */
export async function openSnapshot(
  disk: Disk,
  snapshot: Snapshot,
  limits?: TableLimits,
): Promise<LedgerIndex> {
  const { bytes, state, tree } = snapshot;
  const { tileOffsets, tiles } = await readTiles(disk, snapshot);
  const treeState: TreeState = { size: tree.size, tiles, rest: Buffer.from(tree.rest, 'base64') };
  const runs = await RunSet.open(disk, snapshot.runs);
  const tables = new StoredTables(runs, state.fold.count, limits);
  return { state: LedgerState.restore({ ...state, tree: treeState }, tables), bytes, tileOffsets };
}

/** There is no snapshot any more. */
export async function removeSnapshot(disk: Disk): Promise<void> {
  if ((await disk.names()).includes(snapshotFile)) await disk.remove(snapshotFile);
}

export function partsOf({ runs, tiles }: Snapshot): string[] {
  return [tiles.name, ...runs.map(({ name }) => name)];
}

async function writeTiles(
  disk: Disk,
  offsets: readonly number[],
  hashes: Uint8Array,
): Promise<Snapshot['tiles']> {
  const name = snapshotPartName(await freePartNumber(disk), 'tiles');
  const file = await disk.open(name);
  const sum = createHash('sha256');
  let end = 0;
  const write = async (piece: Uint8Array): Promise<void> => {
    sum.update(piece);
    await file.write(end, piece);
    end += piece.length;
  };
  const inPiece = PIECE_BYTES / OFFSET_BYTES;
  for (let at = 0; at < offsets.length; at += inPiece) await write(doubles(offsets.slice(at, at + inPiece)));
  for (let at = 0; at < hashes.length; at += PIECE_BYTES) await write(hashes.subarray(at, at + PIECE_BYTES));
  await file.sync();
  await file.close();
  return { name, sum: sum.digest('hex') };
}

function doubles(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * OFFSET_BYTES);
  for (const [at, number] of numbers.entries()) bytes.writeDoubleBE(number, at * OFFSET_BYTES);
  return bytes;
}

async function readTiles(
  disk: Disk,
  { tree: { size }, tiles: { name, sum } }: Snapshot,
): Promise<{ tileOffsets: number[]; tiles: Buffer }> {
  const damage = new SnapshotDamage(`${name} is missing or damaged`);
  if (!(await disk.names()).includes(name)) throw damage;
  const offsetBytes = Math.ceil(size / tileLeaves) * OFFSET_BYTES;
  const hashesBytes = Math.floor(size / tileLeaves) * hashBytes;
  const bytes = Buffer.alloc(offsetBytes + hashesBytes);
  const found = createHash('sha256');
  const file = await disk.open(name);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = await file.read(at, Math.min(PIECE_BYTES, bytes.length - at));
    found.update(piece);
    piece.copy(bytes, at);
  }
  await file.close();
  if (found.digest('hex') !== sum) throw damage;
  const tileOffsets = Array.from({ length: offsetBytes / OFFSET_BYTES }, (_, tile) =>
    bytes.readDoubleBE(tile * OFFSET_BYTES),
  );
  return { tileOffsets, tiles: bytes.subarray(offsetBytes) };
}
