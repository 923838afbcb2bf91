/** Joins changes in memory and runs to one run, reading and writing a piece at a time. */
import {
  BLOCK_BYTES,
  BLOCK_HEADER_BYTES,
  BLOCK_RECORDS,
  KEY_BYTES,
  KIND,
  prefixOf,
  RECORD_BYTES,
} from './run-format.ts';
import type { Run } from './run.ts';
import type { RunWriter } from './run-writer.ts';
import { readNoted } from './table-values.ts';

/** Where a merge stands in one of its sources. */
export interface Cursor {
  readonly bytes: Buffer;
  /** Of the present record in `bytes`. */
  readonly at: number;
  /** Of the present key; infinite at the end. */
  readonly prefix: number;
  /** Goes to the next record; the caller waits for a promise. */
  next(): Promise<void> | undefined;
}

/**
 * Writes each key once, as the first source that has it says: the newest one comes first. Leaves out the ids
 * that were forgotten by now, which are those below `oldestRecent`. Rejects with `SnapshotDamage`.
 */
export async function mergeInto(
  writer: RunWriter,
  cursors: readonly Cursor[],
  oldestRecent: number,
): Promise<void> {
  for (;;) {
    const first = firstOf(cursors);
    if (first === undefined) return;
    const { bytes, at } = first;
    for (const other of cursors) {
      if (other === first || other.prefix !== first.prefix || !hasSameKey(first, other)) continue;
      const moved = other.next();
      if (moved !== undefined) await moved;
    }
    if (!isForgotten(bytes, at, oldestRecent)) {
      const written = writer.add(bytes, at);
      if (written !== undefined) await written;
    }
    const moved = first.next();
    if (moved !== undefined) await moved;
  }
}

/** The records of a buffer that is sorted already. */
export class MemoryCursor implements Cursor {
  readonly bytes: Buffer;
  at = 0;
  prefix: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.prefix = bytes.length === 0 ? Infinity : prefixOf(bytes);
  }

  next(): undefined {
    this.at += RECORD_BYTES;
    this.prefix = this.at < this.bytes.length ? prefixOf(this.bytes, this.at) : Infinity;
  }
}

export class RunCursor implements Cursor {
  readonly #run: Run;
  #piece: Buffer = Buffer.alloc(0);
  #at = 0;
  #prefix = Infinity;
  /** Of the records before the present one. */
  #passed = 0;
  #blocksRead = 0;

  private constructor(run: Run) {
    this.#run = run;
  }

  static async open(run: Run): Promise<RunCursor> {
    const cursor = new RunCursor(run);
    await cursor.#fill();
    return cursor;
  }

  get bytes(): Buffer {
    return this.#piece;
  }

  get at(): number {
    return this.#at;
  }

  get prefix(): number {
    return this.#prefix;
  }

  next(): Promise<void> | undefined {
    this.#passed += 1;
    if (this.#passed === this.#run.info.records) {
      this.#prefix = Infinity;
      return undefined;
    }
    this.#at += this.#passed % BLOCK_RECORDS === 0 ? RECORD_BYTES + BLOCK_HEADER_BYTES : RECORD_BYTES;
    if (this.#at >= this.#piece.length) return this.#fill();
    this.#prefix = prefixOf(this.#piece, this.#at);
    return undefined;
  }

  async #fill(): Promise<void> {
    this.#piece = await this.#run.readPiece(this.#blocksRead);
    this.#blocksRead += this.#piece.length / BLOCK_BYTES;
    this.#at = BLOCK_HEADER_BYTES;
    this.#prefix = this.#piece.length === 0 ? Infinity : prefixOf(this.#piece, this.#at);
  }
}

function firstOf(cursors: readonly Cursor[]): Cursor | undefined {
  let first: Cursor | undefined;
  for (const cursor of cursors) {
    if (cursor.prefix === Infinity) continue;
    if (first === undefined || cursor.prefix < first.prefix) first = cursor;
    else if (cursor.prefix === first.prefix && compareKeys(cursor, first) < 0) first = cursor;
  }
  return first;
}

function hasSameKey(one: Cursor, other: Cursor): boolean {
  return compareKeys(one, other) === 0;
}

function compareKeys(one: Cursor, other: Cursor): number {
  return one.bytes.compare(other.bytes, other.at, other.at + KEY_BYTES, one.at, one.at + KEY_BYTES);
}

function isForgotten(bytes: Buffer, at: number, oldestRecent: number): boolean {
  if (bytes[at + KEY_BYTES - 1] !== KIND.id) return false;
  const { index, isPermanent } = readNoted(bytes, at + KEY_BYTES);
  return !isPermanent && index < oldestRecent;
}
