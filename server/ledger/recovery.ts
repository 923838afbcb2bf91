/**
 * Reads the ledger at start-up and decides what a crash left behind (docs/ledger.md, "Recovery"): a torn end
 * is not damage. What lies before the head record was synced and must be perfect; what lies after it was
 * never acknowledged.
 */
import { foldNeed } from '../../shared/ledger/fold-tables.ts';
import { leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import { isLedgerFault, type LedgerFault } from '../../shared/ledger/verifier.ts';
import { readLines, type PlacedLine } from '../../shared/ledger/line-reader.ts';
import { tornName, type HeadRecord } from '../../shared/ledger/layout.ts';
import type { Disk } from './disk.ts';
import { HeadFile } from './head-file.ts';
import { LedgerError } from './ledger-error.ts';
import { emptyIndex, noteBlock, type LedgerIndex } from './ledger-index.ts';
import { SnapshotDamage } from './run-format.ts';
import { Segments } from './segments.ts';
import { removeParts, spill } from './snapshot-runs.ts';
import {
  openSnapshot,
  partsOf,
  readSnapshot,
  removeSnapshot,
  writeSnapshot,
  type Snapshot,
} from './snapshot.ts';
import type { TableLimits } from './stored-tables.ts';

/** Changed records that are kept in memory while blocks are read: some 100 MB. */
const CHANGES_MAX = 500_000;

export interface RecoveryOptions {
  segmentBytes?: number;
  tableLimits?: TableLimits;
  /** Changed records after which blocks that are read free the memory. */
  changesMax?: number;
}

export interface Recovered {
  segments: Segments;
  head: HeadFile;
  index: LedgerIndex;
  /** Whole blocks after the head record, which were never acknowledged and are kept. */
  adopted: number;
  /** Names of files with bytes that were cut off and that no `recovery` entry mentions yet. */
  torn: string[];
  /** How many entries the snapshot has. */
  snapshotEntries: number;
}

/**
 * Brings the snapshot to the head record, and changes nothing else on the disk: it runs beside the writer, on
 * another thread, so that the writer never stands still for a snapshot.
 */
export async function refreshSnapshot(disk: Disk, options: RecoveryOptions = {}): Promise<void> {
  try {
    await refresh(disk, options);
  } catch (error) {
    if (!(error instanceof SnapshotDamage)) throw error;
    await removeSnapshot(disk);
    await refresh(disk, options);
  }
}

async function refresh(disk: Disk, options: RecoveryOptions): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const head = opened.adopt(await HeadFile.open(disk), (file) => file.close());
  const segments = opened.adopt(await Segments.open(disk), (files) => files.close());
  if (head.found === undefined) return;
  const snapshot = await readSnapshot(disk);
  const index = snapshot ? await openSnapshot(disk, snapshot, options.tableLimits) : emptyIndex();
  opened.defer(() => index.state.fold.tables.runs.close());
  const reader = { disk, segments, index, options };
  refuse(segments, await replay(reader, head.found.bytes));
  checkHead(segments, index, head.found);
  await writeSnapshot(disk, index);
}

interface Damage {
  offset: number;
  fault: LedgerFault;
  /** Entries of the damaged block are in the state: it cannot be used any more. */
  hasChangedState: boolean;
}

/**
 * Opens, verifies and repairs. Rejects with `ledger_damaged`, naming the place, when bytes that were synced
 * are wrong.
 */
export async function recover(disk: Disk, options: RecoveryOptions = {}): Promise<Recovered> {
  const segments = await Segments.open(disk, options.segmentBytes);
  const head = await HeadFile.open(disk);
  const durable = head.found?.bytes ?? 0;
  if (segments.size < durable) throw tooShort(segments, durable);
  const { index, damage, snapshotEntries } = await load({ disk, segments, head: head.found, options });
  if (damage !== undefined) await setAside(disk, segments, head.found, damage);
  // Whole blocks after the head may be in the page cache only.
  await segments.sync();
  const adopted = index.state.blocks - (head.found?.blocks ?? 0);
  if (adopted > 0) await head.write(headOf(index));
  const prefix = tornName(index.bytes, 0).slice(0, -1);
  const torn = (await disk.names()).filter((name) => name.startsWith(prefix)).sort();
  return { segments, head, index, adopted, torn, snapshotEntries };
}

export function headOf(index: LedgerIndex): HeadRecord {
  const { blocks, hash } = index.state;
  const { size, root } = index.state.head();
  return { blocks, bytes: index.bytes, count: size, hash, root: Buffer.from(root).toString('base64') };
}

interface Loading {
  disk: Disk;
  segments: Segments;
  head: HeadRecord | undefined;
  options: RecoveryOptions;
}

interface Loaded {
  index: LedgerIndex;
  damage: Damage | undefined;
  snapshotEntries: number;
}

/** Reads the blocks up to `end`, or up to the first one that is not right and lies after the head. */
async function load(loading: Loading, end = loading.segments.size): Promise<Loaded> {
  const { disk, head } = loading;
  const snapshot = await readSnapshot(disk).catch(noneIfDamaged);
  if (snapshot !== undefined && snapshot.bytes <= (head?.bytes ?? 0)) {
    await removeParts(disk, partsOf(snapshot));
    const loaded = await loadFrom(loading, snapshot, end).catch(noneIfDamaged);
    if (loaded !== undefined) return loaded;
  }
  await removeSnapshot(disk);
  await removeParts(disk, []);
  return loadFrom(loading, undefined, end);
}

async function loadFrom(loading: Loading, snapshot: Snapshot | undefined, end: number): Promise<Loaded> {
  const { disk, segments, head, options } = loading;
  const index = snapshot
    ? await openSnapshot(disk, snapshot, options.tableLimits)
    : emptyIndex(options.tableLimits);
  const { tables } = index.state.fold;
  try {
    const reader = { disk, segments, index, options };
    refuse(segments, await replay(reader, head?.bytes ?? 0));
    if (head !== undefined) checkHead(segments, index, head);
    const snapshotEntries = await saveIfLong(reader, snapshot);
    const damage = await replay(reader, end);
    if (damage === undefined || !damage.hasChangedState) return { index, damage, snapshotEntries };
    // Read again, up to that block.
    await tables.runs.close();
    return { ...(await load(loading, damage.offset)), damage };
  } catch (error) {
    await tables.runs.close();
    throw error;
  }
}

/** Blocks that did not fit into memory would not at the next start either. */
async function saveIfLong(reader: Reader, snapshot: Snapshot | undefined): Promise<number> {
  const { disk, index } = reader;
  const { fold } = index.state;
  if (
    !hasSpilled(
      fold.tables.runs.runs.map(({ info }) => info.name),
      snapshot,
    )
  ) {
    return snapshot?.state.fold.count ?? 0;
  }
  await spill(disk, fold.tables, fold.count);
  await writeSnapshot(disk, index);
  return fold.count;
}

function hasSpilled(runs: readonly string[], snapshot: Snapshot | undefined): boolean {
  const saved = snapshot === undefined ? [] : partsOf(snapshot);
  return runs.some((name) => !saved.includes(name));
}

/**
 * A snapshot that is damaged, or does not fit to the ledger, is not used; whether the ledger itself is
 * damaged shows when all of it is read.
 */
function noneIfDamaged(error: unknown): undefined {
  const isDamaged = error instanceof LedgerError && error.key === 'ledger_damaged';
  if (!isDamaged && !(error instanceof SnapshotDamage)) throw error;
}

interface Reader {
  disk: Disk;
  segments: Segments;
  index: LedgerIndex;
  options: RecoveryOptions;
}

/** Accepts the blocks up to `end`; stops at the first that is not right. */
async function replay(reader: Reader, end: number): Promise<Damage | undefined> {
  const { disk, segments, index, options } = reader;
  const { fold } = index.state;
  for await (const batch of readLines(segments, index.bytes, end)) {
    for (const line of batch.lines) {
      const damage = await acceptLine(index, line);
      if (damage !== undefined) return damage;
    }
    if (batch.rest > 0) {
      return { offset: index.bytes, fault: incompleteLine(index, batch.rest), hasChangedState: false };
    }
    if (fold.tables.changes > (options.changesMax ?? CHANGES_MAX)) await spill(disk, fold.tables, fold.count);
  }
  return undefined;
}

async function acceptLine(index: LedgerIndex, line: PlacedLine): Promise<Damage | undefined> {
  const { state } = index;
  const { tables } = state.fold;
  const block = state.parseLine(line.text);
  if (isLedgerFault(block)) return { offset: line.offset, fault: block, hasChangedState: false };
  const needs = block.entries.map(foldNeed);
  using _lease = needs.every((need) => tables.isLoaded(need)) ? undefined : await tables.load(needs);
  const { count } = state.fold;
  const fault = state.accept(block, block.texts.map(leafHashBinary));
  if (fault !== undefined) {
    return { offset: line.offset, fault, hasChangedState: state.fold.count !== count };
  }
  noteBlock(index, block.first, block.count, line.offset);
  index.bytes = line.offset + line.text.length + 1;
  return undefined;
}

function checkHead(segments: Segments, index: LedgerIndex, head: HeadRecord): void {
  const found = headOf(index);
  if (found.hash === head.hash && found.blocks === head.blocks && found.root === head.root) return;
  refuse(segments, {
    offset: index.bytes,
    fault: { block: index.state.blocks, what: 'head record', expected: head.hash, found: found.hash },
  });
}

/**
 * Saves and cuts what follows the last whole block. Without a head record that is allowed only when not even
 * the first block is whole: then nothing was ever acknowledged.
 */
async function setAside(
  disk: Disk,
  segments: Segments,
  head: HeadRecord | undefined,
  damage: Damage,
): Promise<void> {
  if (head === undefined && damage.offset > 0) refuse(segments, damage);
  const taken = await disk.names();
  let number = 0;
  while (taken.includes(tornName(damage.offset, number))) number += 1;
  const file = await disk.open(tornName(damage.offset, number));
  await file.write(0, await segments.read(damage.offset, segments.size - damage.offset));
  await file.sync();
  await file.close();
  await segments.cut(damage.offset);
}

function refuse(segments: Segments, damage: Omit<Damage, 'hasChangedState'> | undefined): void {
  if (damage === undefined) return;
  const { block, entry, what, expected, found } = damage.fault;
  const { segment, offset } = segments.place(damage.offset + (damage.fault.at ?? 0));
  const which = entry === undefined ? '' : `, entry ${entry}`;
  const message =
    `The ledger is damaged in ${segment} at byte ${offset} (block ${block}${which}): ${what}, ` +
    `expected ${expected}, found ${found}`;
  const place = { segment, offset, block, what, expected, found };
  throw new LedgerError('ledger_damaged', message, entry === undefined ? place : { ...place, entry });
}

function tooShort(segments: Segments, durable: number): LedgerError {
  const { segment, offset } = segments.place(segments.size);
  const message =
    `The ledger is cut short: ${durable} bytes were synced, ${segments.size} are there ` +
    `(${segment} ends at byte ${offset})`;
  return new LedgerError('ledger_damaged', message, {
    segment,
    offset,
    expected: durable,
    found: segments.size,
  });
}

function incompleteLine(index: LedgerIndex, rest: number): LedgerFault {
  const found = `${rest} bytes without one`;
  return { block: index.state.blocks, what: 'incomplete block', expected: 'a line with a newline', found };
}
