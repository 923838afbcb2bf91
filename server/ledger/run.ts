/** An open run: index and filter in memory, blocks read when they are asked for. */
import { createHash } from 'node:crypto';
import type { Disk, DiskFile } from './disk.ts';
import {
  BLOCK_BYTES,
  BLOCK_HEADER_BYTES,
  BLOCK_RECORDS,
  blockCount,
  checkBlock,
  INDEX_ITEM_BYTES,
  KEY_BYTES,
  mayContain,
  PIECE_BLOCKS,
  prefixOf,
  RECORD_BYTES,
  SnapshotDamage,
  type RunInfo,
} from './run-format.ts';

/** Index and filter are read in pieces of this length, so that nothing else waits for long. */
const FOOTER_PIECE_BYTES = 1024 * 1024;

export class Run {
  readonly info: RunInfo;
  readonly blocks: number;
  readonly #file: DiskFile;
  readonly #index: Float64Array;
  readonly #filter: Buffer;
  /** Those that may still read; the last one closes the file. */
  #users = 1;

  private constructor(info: RunInfo, file: DiskFile, footer: Buffer) {
    this.info = info;
    this.#file = file;
    this.blocks = blockCount(info.records);
    const indexBytes = this.blocks * INDEX_ITEM_BYTES;
    this.#index = new Float64Array(this.blocks);
    for (let block = 0; block < this.blocks; block += 1) {
      this.#index[block] = footer.readDoubleBE(block * INDEX_ITEM_BYTES);
    }
    // A copy, so that the bytes of the index are not kept twice.
    this.#filter = Buffer.from(footer.subarray(indexBytes));
  }

  /** Rejects with `SnapshotDamage`. */
  static async open(disk: Disk, info: RunInfo): Promise<Run> {
    if (!(await disk.names()).includes(info.name)) throw new SnapshotDamage(`${info.name} is missing`);
    const file = await disk.open(info.name);
    try {
      return new Run(info, file, await readFooter(file, info));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** One more must call `release` before the file is closed. */
  retain(): this {
    this.#users += 1;
    return this;
  }

  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await this.#file.close();
  }

  mayHave(key: Buffer): boolean {
    return mayContain(this.#filter, key);
  }

  /** The value of a key. Rejects with `SnapshotDamage`. */
  async find(key: Buffer): Promise<Buffer | undefined> {
    const prefix = prefixOf(key);
    this.retain();
    try {
      // A block may begin with a key that has the same prefix as the one before it.
      for (let number = this.#lastFrom(prefix); number >= 0; number -= 1) {
        const value = this.#findIn(await this.#read(number), number, key);
        if (value !== undefined || this.#index[number] !== prefix) return value;
      }
      return undefined;
    } finally {
      await this.release();
    }
  }

  /** Blocks from `first` on, checked: as many as are read at once, none at the end. */
  async readPiece(first: number): Promise<Buffer> {
    const count = Math.min(PIECE_BLOCKS, this.blocks - first);
    const piece = await this.#file.read(first * BLOCK_BYTES, count * BLOCK_BYTES);
    for (let at = 0; at < count; at += 1) {
      checkBlock(piece.subarray(at * BLOCK_BYTES, (at + 1) * BLOCK_BYTES), this.info, first + at);
    }
    return piece;
  }

  async #read(number: number): Promise<Buffer> {
    const block = await this.#file.read(number * BLOCK_BYTES, BLOCK_BYTES);
    checkBlock(block, this.info, number);
    return block;
  }

  /** The last block whose first key is not behind the prefix; -1 when there is none. */
  #lastFrom(prefix: number): number {
    let [low, high] = [0, this.blocks];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#index[middle] ?? 0) <= prefix) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #findIn(block: Buffer, number: number, key: Buffer): Buffer | undefined {
    let low = 0;
    let high = Math.min(BLOCK_RECORDS, this.info.records - number * BLOCK_RECORDS);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = BLOCK_HEADER_BYTES + middle * RECORD_BYTES;
      const order = block.compare(key, 0, KEY_BYTES, at, at + KEY_BYTES);
      if (order === 0) return block.subarray(at + KEY_BYTES, at + RECORD_BYTES);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }
}

async function readFooter(file: DiskFile, info: RunInfo): Promise<Buffer> {
  const start = blockCount(info.records) * BLOCK_BYTES;
  const length = blockCount(info.records) * INDEX_ITEM_BYTES + info.filterBytes;
  if ((await file.size()) !== start + length) throw new SnapshotDamage(`${info.name} has another length`);
  const footer = Buffer.alloc(length);
  const sum = createHash('sha256');
  for (let at = 0; at < length; at += FOOTER_PIECE_BYTES) {
    const piece = await file.read(start + at, Math.min(FOOTER_PIECE_BYTES, length - at));
    piece.copy(footer, at);
    sum.update(piece);
  }
  if (sum.digest('hex') !== info.footerSum) throw new SnapshotDamage(`The index of ${info.name} is damaged`);
  return footer;
}
