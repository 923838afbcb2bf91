/** Writes a run from records that come in order, a piece at a time. */
import { hash } from 'node:crypto';
import type { Disk, DiskFile } from './disk.ts';
import {
  addToFilter,
  BLOCK_BYTES,
  BLOCK_HEADER_BYTES,
  BLOCK_RECORDS,
  blockCount,
  INDEX_ITEM_BYTES,
  newFilter,
  PIECE_BLOCKS,
  prefixOf,
  RECORD_BYTES,
  sealBlock,
  type RunInfo,
} from './run-format.ts';

export class RunWriter {
  readonly #name: string;
  readonly #number: number;
  readonly #file: DiskFile;
  readonly #piece = Buffer.alloc(PIECE_BLOCKS * BLOCK_BYTES);
  readonly #index: Buffer;
  readonly #filter: Buffer;
  #records = 0;
  /** Blocks that were written to the file. */
  #written = 0;

  private constructor(file: DiskFile, name: string, number: number, recordsMax: number) {
    this.#file = file;
    this.#name = name;
    this.#number = number;
    this.#index = Buffer.alloc(blockCount(recordsMax) * INDEX_ITEM_BYTES);
    this.#filter = newFilter(recordsMax);
  }

  /** `recordsMax`: there will be no more. */
  static async create(
    disk: Disk,
    { name, number, recordsMax }: { name: string; number: number; recordsMax: number },
  ): Promise<RunWriter> {
    return new RunWriter(await disk.open(name), name, number, recordsMax);
  }

  /** Adds the record at `at`; the caller waits for a promise before the next one. */
  add(source: Buffer, at: number): Promise<void> | undefined {
    const block = Math.floor(this.#records / BLOCK_RECORDS);
    const inBlock = this.#records % BLOCK_RECORDS;
    const start = (block - this.#written) * BLOCK_BYTES;
    if (inBlock === 0) this.#index.writeDoubleBE(prefixOf(source, at), block * INDEX_ITEM_BYTES);
    source.copy(this.#piece, start + BLOCK_HEADER_BYTES + inBlock * RECORD_BYTES, at, at + RECORD_BYTES);
    addToFilter(this.#filter, source, at);
    this.#records += 1;
    if (inBlock + 1 < BLOCK_RECORDS) return undefined;
    sealBlock(this.#piece.subarray(start, start + BLOCK_BYTES), this.#number, block);
    return block + 1 - this.#written === PIECE_BLOCKS ? this.#flush(PIECE_BLOCKS) : undefined;
  }

  /** Resolves when the run is durable. */
  async finish(): Promise<RunInfo> {
    const blocks = blockCount(this.#records);
    const inLast = this.#records % BLOCK_RECORDS;
    if (inLast > 0) {
      const start = (blocks - 1 - this.#written) * BLOCK_BYTES;
      const last = this.#piece.subarray(start, start + BLOCK_BYTES);
      last.fill(0, BLOCK_HEADER_BYTES + inLast * RECORD_BYTES);
      sealBlock(last, this.#number, blocks - 1);
    }
    if (blocks > this.#written) await this.#flush(blocks - this.#written);
    const footer = Buffer.concat([this.#index.subarray(0, blocks * INDEX_ITEM_BYTES), this.#filter]);
    await this.#file.write(blocks * BLOCK_BYTES, footer);
    await this.#file.sync();
    await this.#file.close();
    return {
      name: this.#name,
      number: this.#number,
      records: this.#records,
      filterBytes: this.#filter.length,
      footerSum: hash('sha256', footer, 'hex'),
    };
  }

  async #flush(blocks: number): Promise<void> {
    await this.#file.write(this.#written * BLOCK_BYTES, this.#piece.subarray(0, blocks * BLOCK_BYTES));
    this.#written += blocks;
  }
}
