/** One pass over a ledger, on one thread or several, that checks everything the file alone can show. */
import { availableParallelism } from 'node:os';
import { isBlockFault, parseBlock, type Block } from '../../shared/ledger/block-text.ts';
import { readLines, type LineBatch, type PlacedLine } from '../../shared/ledger/line-reader.ts';
import { hashBytes, leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import { isLedgerFault, LedgerState, type LedgerFault } from '../../shared/ledger/verifier.ts';
import { LeafPool } from './leaf-pool.ts';
import type { LeafAnswer } from './leaf-worker.ts';
import type { LedgerSource } from './ledger-source.ts';

export interface ScanOptions {
  /** Called after each accepted block; an error that it throws ends the scan. */
  onBlock?: (block: Block, state: LedgerState, leaves: readonly string[]) => void;
  onProgress?: (bytes: number, total: number) => void;
  /** The number of hashing threads; by default one for each core, if the file is large enough. */
  threads?: number;
}

/** A fault with its place in the files. */
export interface PlacedFault extends LedgerFault {
  segment: string;
  offset: number;
}

export interface ScanResult {
  state: LedgerState;
  /** End of the last accepted block. */
  bytes: number;
  /** Bytes after the durable end that are not a whole block: a block being written, or torn by a crash. */
  unfinishedBytes: number;
  fault?: PlacedFault;
}

const pieceBytes = 4 * 1024 * 1024;
/** How many pieces the threads may have at once. */
const piecesAhead = 6;

export async function scanLedger(source: LedgerSource, options: ScanOptions = {}): Promise<ScanResult> {
  const isLong = source.size > 4 * pieceBytes;
  const threads = options.threads ?? (isLong ? availableParallelism() : 0);
  const pool = threads > 0 ? new LeafPool(source.parts, threads) : undefined;
  try {
    return await new Scan(source, options).run(pool);
  } finally {
    await pool?.close();
  }
}

interface Piece {
  batch: LineBatch;
  leaves: Promise<LeafAnswer> | undefined;
}

class Scan {
  #source: LedgerSource;
  #options: ScanOptions;
  #state = LedgerState.inMemory();
  #bytes = 0;

  constructor(source: LedgerSource, options: ScanOptions) {
    this.#source = source;
    this.#options = options;
  }

  async run(pool: LeafPool | undefined): Promise<ScanResult> {
    const { head, size } = this.#source;
    const durable = head?.bytes ?? size;
    if (durable > size) return this.#end(this.#fault('cut short', `${durable} bytes`, `${size} bytes`), size);
    for await (const piece of this.#pieces(pool)) {
      const fault = this.#accept(piece.batch, await piece.leaves);
      if (fault !== undefined) {
        // What follows the durable end was never acknowledged: an unfinished block there is not damage.
        const isTail = head !== undefined && this.#bytes >= durable;
        return this.#end(isTail ? undefined : fault, this.#bytes);
      }
      this.#options.onProgress?.(this.#bytes, size);
    }
    return this.#end(undefined, this.#bytes);
  }

  /** Reads ahead, so that the threads hash the next pieces while this one is being checked. */
  async *#pieces(pool: LeafPool | undefined): AsyncGenerator<Piece> {
    const pending: Piece[] = [];
    for await (const batch of readLines(this.#source, 0, this.#source.size, pieceBytes)) {
      const last = batch.lines.at(-1);
      const start = batch.lines[0]?.offset ?? 0;
      const end = last === undefined ? start : last.offset + last.text.length;
      const leaves = pool?.hash({ start, end });
      // If the scan ends early, nobody awaits this promise; its rejection must not count as unhandled.
      leaves?.catch(() => undefined);
      pending.push({ batch, leaves });
      const oldest = pending.length > piecesAhead ? pending.shift() : undefined;
      if (oldest !== undefined) yield oldest;
    }
    yield* pending;
  }

  #accept(batch: LineBatch, hashes: LeafAnswer | undefined): PlacedFault | undefined {
    const joined = hashes === undefined ? undefined : Buffer.from(hashes.buffer);
    let at = 0;
    for (const line of batch.lines) {
      const result = this.#acceptLine(line, joined, at);
      if (typeof result !== 'number') return result;
      at += result;
    }
    if (batch.rest === 0) return undefined;
    return this.#fault('incomplete block', 'a line with a newline', `${batch.rest} bytes without one`);
  }

  /** Returns how many entries the accepted block holds. */
  #acceptLine(line: PlacedLine, joined: Buffer | undefined, at: number): number | PlacedFault {
    const block = parseBlock(line.text);
    if (isBlockFault(block)) {
      const fault = this.#state.acceptLine(line.text);
      return this.#place(isLedgerFault(fault) ? fault : { block: this.#state.blocks, ...notABlock });
    }
    const leaves = block.texts.map((text, entry) =>
      joined === undefined ? leafHashBinary(text) : binaryAt(joined, at + entry),
    );
    const fault = this.#state.accept(block, leaves) ?? this.#checkHead(line);
    if (fault !== undefined) return this.#place(fault);
    this.#bytes = line.offset + line.text.length + 1;
    this.#options.onBlock?.(block, this.#state, leaves);
    return block.count;
  }

  #checkHead(line: PlacedLine): LedgerFault | undefined {
    const { head } = this.#source;
    const end = line.offset + line.text.length + 1;
    if (head === undefined || line.offset >= head.bytes || end < head.bytes) return undefined;
    const block = this.#state.blocks - 1;
    if (end > head.bytes) {
      return {
        block,
        what: 'head record',
        expected: `a block's end at ${head.bytes}`,
        found: `one at ${end}`,
      };
    }
    if (this.#state.hash === head.hash) return undefined;
    return { block, what: 'head record', expected: head.hash, found: this.#state.hash };
  }

  #fault(what: string, expected: string, found: string): PlacedFault {
    return this.#place({ block: this.#state.blocks, what, expected, found });
  }

  #place(fault: LedgerFault): PlacedFault {
    return { ...fault, ...this.#source.place(this.#bytes + (fault.at ?? 0)) };
  }

  #end(fault: PlacedFault | undefined, bytes: number): ScanResult {
    const result = { state: this.#state, bytes, unfinishedBytes: this.#source.size - bytes };
    return fault === undefined ? result : { ...result, fault };
  }
}

const notABlock = { what: 'not canonical', expected: 'a block', found: 'something else' };

function binaryAt(joined: Buffer, leaf: number): string {
  return joined.toString('latin1', leaf * hashBytes, (leaf + 1) * hashBytes);
}
