/**
 * Reads the ledger at start-up and decides what a crash left behind (docs/ledger.md, "Recovery"): a torn end
 * is not damage. What lies before the head record was synced and must be perfect; what lies after it was
 * never acknowledged.
 */
import { isLedgerFault, type LedgerFault } from '../../shared/ledger/verifier.ts';
import { readLines, type PlacedLine } from '../../shared/ledger/line-reader.ts';
import { tornName, type HeadRecord } from '../../shared/ledger/layout.ts';
import type { Disk } from './disk.ts';
import { HeadFile } from './head-file.ts';
import { LedgerError } from './ledger-error.ts';
import { emptyIndex, noteBlock, type LedgerIndex } from './ledger-index.ts';
import { Segments } from './segments.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

export interface Recovered {
  segments: Segments;
  head: HeadFile;
  index: LedgerIndex;
  /** Whole blocks after the head record, which were never acknowledged and are kept. */
  adopted: number;
  /** Names of files with bytes that were cut off and that no `recovery` entry mentions yet. */
  torn: string[];
}

/**
 * The state at the head record, and nothing changed on the disk but the snapshot file: run beside the writer,
 * on another thread, so that the writer never stands still for a snapshot.
 */
export async function refreshSnapshot(disk: Disk): Promise<void> {
  const head = await HeadFile.open(disk);
  const segments = await Segments.open(disk);
  if (head.found !== undefined) {
    const index = (await readSnapshot(disk)) ?? emptyIndex();
    refuse(segments, await replay(segments, index, head.found.bytes));
    checkHead(segments, index, head.found);
    await writeSnapshot(disk, index);
  }
  await head.close();
  await segments.close();
}

interface Damage {
  offset: number;
  fault: LedgerFault;
}

/**
 * Opens, verifies and repairs. Rejects with `ledger_damaged`, naming the place, when bytes that were synced
 * are wrong.
 */
export async function recover(disk: Disk, segmentBytes?: number): Promise<Recovered> {
  const segments = await Segments.open(disk, segmentBytes);
  const head = await HeadFile.open(disk);
  const durable = head.found?.bytes ?? 0;
  if (segments.size < durable) throw tooShort(segments, durable);
  const { index, damage } = await load(disk, segments, head.found);
  if (damage !== undefined) await setAside(disk, segments, head.found, damage);
  // Whole blocks after the head may be in the page cache only.
  await segments.sync();
  const adopted = index.state.blocks - (head.found?.blocks ?? 0);
  if (adopted > 0) await head.write(headOf(index));
  const prefix = tornName(index.bytes, 0).slice(0, -1);
  const torn = (await disk.names()).filter((name) => name.startsWith(prefix)).sort();
  return { segments, head, index, adopted, torn };
}

export function headOf(index: LedgerIndex): HeadRecord {
  const { blocks, hash } = index.state;
  const { size, root } = index.state.head();
  return { blocks, bytes: index.bytes, count: size, hash, root: Buffer.from(root).toString('base64') };
}

async function load(
  disk: Disk,
  segments: Segments,
  head: HeadRecord | undefined,
): Promise<{ index: LedgerIndex; damage: Damage | undefined }> {
  const durable = head?.bytes ?? 0;
  const snapshot = await readSnapshot(disk);
  const isUsable = snapshot !== undefined && snapshot.bytes <= durable;
  let index = isUsable ? snapshot : emptyIndex();
  refuse(segments, await replay(segments, index, durable));
  if (head !== undefined) checkHead(segments, index, head);
  const damage = await replay(segments, index, segments.size);
  if (damage !== undefined && index.state.fold.count !== index.state.tree.size) {
    // The damaged block has changed the balances: read again, up to that block.
    index = emptyIndex();
    refuse(segments, await replay(segments, index, damage.offset));
  }
  return { index, damage };
}

/** Accepts the blocks up to `end`; stops at the first that is not right. */
async function replay(segments: Segments, index: LedgerIndex, end: number): Promise<Damage | undefined> {
  for await (const batch of readLines(segments, index.bytes, end)) {
    for (const line of batch.lines) {
      const damage = acceptLine(index, line);
      if (damage !== undefined) return damage;
    }
    if (batch.rest > 0) return { offset: index.bytes, fault: incompleteLine(index, batch.rest) };
  }
  return undefined;
}

function acceptLine(index: LedgerIndex, line: PlacedLine): Damage | undefined {
  const block = index.state.acceptLine(line.text);
  if (isLedgerFault(block)) return { offset: line.offset, fault: block };
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

function refuse(segments: Segments, damage: Damage | undefined): void {
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
