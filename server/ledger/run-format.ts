/**
 * A run is an immutable file of records, sorted by key, each key once: what was known of accounts, ids and
 * refunds up to some entry. Together the runs of a snapshot hold the tables of the fold; where two have the
 * same key, the newer one is right.
 *
 * ```
 * block, block, …   4096 bytes each: checksum (8), number of the run (4) and of the block (4), 85 records
 * index             the first 6 bytes of the first key of each block, as a double
 * filter            a blocked Bloom filter of all keys
 * ```
 *
 * A record is a key of 16 bytes and four doubles. Numbers are big-endian. The snapshot has the checksum of
 * index and filter, which are kept in memory; each block has its own, so that a start reads no block.
 */
import { hash } from 'node:crypto';

export const KEY_BYTES = 16;
export const VALUE_BYTES = 32;
export const RECORD_BYTES = KEY_BYTES + VALUE_BYTES;
export const BLOCK_BYTES = 4096;
export const BLOCK_HEADER_BYTES = 16;
export const BLOCK_RECORDS = (BLOCK_BYTES - BLOCK_HEADER_BYTES) / RECORD_BYTES;
export const INDEX_ITEM_BYTES = 8;
/** Written and read at once when a run is written or merged. */
export const PIECE_BLOCKS = 128;

const CHECKSUM_BYTES = 8;
const FILTER_BLOCK_BYTES = 64;
const FILTER_BITS_EACH = 12;
const FILTER_PROBES = 8;
/** Beyond it a filter says "perhaps" more often, and memory stays bounded. */
const FILTER_BYTES_MAX = 64 * 1024 * 1024;

/** The last byte of a key. */
export const KIND = { account: 1, id: 2, refund: 3 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

export interface RunInfo {
  readonly name: string;
  /** Part of each block, so that a block of another run is not taken for one of this. */
  readonly number: number;
  readonly records: number;
  readonly filterBytes: number;
  /** SHA-256 of index and filter, hexadecimal. */
  readonly footerSum: string;
}

/** Content that is not what was written. The ledger has everything to make it again. */
export class SnapshotDamage extends Error {
  override readonly name = 'SnapshotDamage';
}

/** 15 bytes of a hash and the kind: short, of one length, and spread evenly. */
export function keyOf(kind: Kind, name: string): Buffer {
  const key = hash('sha256', name, 'buffer').subarray(0, KEY_BYTES);
  key[KEY_BYTES - 1] = kind;
  return key;
}

/** The first 6 bytes of a key as a number: most comparisons need no more. */
export function prefixOf(bytes: Buffer, at = 0): number {
  return bytes.readUInt32BE(at) * 65_536 + bytes.readUInt16BE(at + 4);
}

export function blockCount(records: number): number {
  return Math.ceil(records / BLOCK_RECORDS);
}

/** Completes the header of a block whose records are laid out. */
export function sealBlock(block: Buffer, run: number, number: number): void {
  block.writeUInt32BE(run, CHECKSUM_BYTES);
  block.writeUInt32BE(number, CHECKSUM_BYTES + 4);
  hash('sha256', block.subarray(CHECKSUM_BYTES), 'buffer').copy(block, 0, 0, CHECKSUM_BYTES);
}

/** Throws `SnapshotDamage`. */
export function checkBlock(block: Buffer, run: RunInfo, number: number): void {
  const isRight =
    block.length === BLOCK_BYTES &&
    block.readUInt32BE(CHECKSUM_BYTES) === run.number &&
    block.readUInt32BE(CHECKSUM_BYTES + 4) === number &&
    block.compare(
      hash('sha256', block.subarray(CHECKSUM_BYTES), 'buffer'),
      0,
      CHECKSUM_BYTES,
      0,
      CHECKSUM_BYTES,
    ) === 0;
  if (!isRight) throw new SnapshotDamage(`Block ${number} of ${run.name} is damaged`);
}

export function newFilter(records: number): Buffer {
  const blocks = Math.ceil((records * FILTER_BITS_EACH) / 8 / FILTER_BLOCK_BYTES);
  return Buffer.alloc(Math.min(Math.max(1, blocks) * FILTER_BLOCK_BYTES, FILTER_BYTES_MAX));
}

export function addToFilter(filter: Buffer, bytes: Buffer, at: number): void {
  const start = filterBlock(filter, bytes, at);
  const [first, step] = [bytes.readInt32BE(at + 6), bytes.readInt32BE(at + 10) | 1];
  for (let probe = 0; probe < FILTER_PROBES; probe += 1) {
    const bit = (first + Math.imul(probe, step)) >>> 23;
    const byte = start + (bit >>> 3);
    filter[byte] = (filter[byte] ?? 0) | (1 << (bit & 7));
  }
}

/** False: the key was never added. */
export function mayContain(filter: Buffer, key: Buffer): boolean {
  const start = filterBlock(filter, key, 0);
  const [first, step] = [key.readInt32BE(6), key.readInt32BE(10) | 1];
  for (let probe = 0; probe < FILTER_PROBES; probe += 1) {
    const bit = (first + Math.imul(probe, step)) >>> 23;
    if (((filter[start + (bit >>> 3)] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

/** The bits of one key lie in one line of the processor's cache. */
function filterBlock(filter: Buffer, bytes: Buffer, at: number): number {
  const blocks = filter.length / FILTER_BLOCK_BYTES;
  return Math.floor((bytes.readUInt32BE(at) / 2 ** 32) * blocks) * FILTER_BLOCK_BYTES;
}
