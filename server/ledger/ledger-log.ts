/**
 * The durable log under the accounts: appends groups of entries, reads entries back, proves what it holds.
 */
import { parseEntry } from '../../shared/ledger/entry-text.ts';
import type { Entry } from '../../shared/ledger/entries.ts';
import type { AccountsFold } from '../../shared/ledger/fold.ts';
import { isBlockFault, parseBlock } from '../../shared/ledger/block-text.ts';
import { readLines } from '../../shared/ledger/line-reader.ts';
import { tileLeaves } from '../../shared/ledger/merkle-tree.ts';
import { formatTlogProof } from '../../shared/ledger/tlog-proof.ts';
import { leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import type { BlockWriter, SignedHead } from './block-writer.ts';
import { LedgerError, notFound } from './ledger-error.ts';
import type { LedgerIndex } from './ledger-index.ts';
import type { Segments } from './segments.ts';

const recentTextsMax = 8192;

export class LedgerLog {
  #segments: Segments;
  #index: LedgerIndex;
  #writer: BlockWriter;
  /** A ring: the text of entry n is at n modulo its length, from entry `#recentFrom` on. */
  #recent: string[] = [];
  #recentFrom: number | undefined;

  constructor(segments: Segments, index: LedgerIndex, writer: BlockWriter) {
    this.#segments = segments;
    this.#index = index;
    this.#writer = writer;
  }

  get fold(): AccountsFold {
    return this.#index.state.fold;
  }

  /** The newest durable tree with its signed checkpoint. */
  get head(): SignedHead {
    return this.#writer.head;
  }

  get failure(): LedgerError | undefined {
    return this.#writer.failure;
  }

  /** Queues entries that were applied to the fold already, in that order; resolves when they are durable. */
  append<Result>(texts: readonly string[], result: Result): Promise<Result> {
    return this.#writer.enqueue(texts, result);
  }

  /** Keeps the texts of the newest entries, since a receipt is mostly asked for at once. */
  noteCommitted(first: number, texts: readonly string[]): void {
    for (let at = 0; at < texts.length; at += 1) {
      this.#recent[(first + at) % recentTextsMax] = texts[at] ?? '';
    }
    this.#recentFrom = Math.max(this.#recentFrom ?? first, first + texts.length - recentTextsMax);
  }

  drain(): Promise<void> {
    return this.#writer.drain();
  }

  /** The entry at an index, when there is one; waits until it is durable. */
  async entry(index: number): Promise<Entry | undefined> {
    const text = await this.text(index);
    return text === undefined ? undefined : parseEntry(text);
  }

  /** The canonical text of the entry at an index, when there is one; waits until it is durable. */
  async text(index: number): Promise<string | undefined> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.fold.count) return undefined;
    if (index >= this.head.size) await this.#writer.enqueue([], undefined);
    if (index >= (this.#recentFrom ?? Infinity)) return this.#recent[index % recentTextsMax];
    const [text] = await this.texts(index, index + 1);
    return text;
  }

  /** The canonical texts of durable entries from `from` up to, but not including, `to`. */
  async texts(from: number, to: number): Promise<string[]> {
    const end = Math.min(to, this.head.size);
    const start = this.#index.tileOffsets[Math.floor(from / tileLeaves)];
    if (start === undefined || from >= end) return [];
    const found: string[] = [];
    for await (const batch of readLines(this.#segments, start, this.#index.bytes)) {
      for (const line of batch.lines) {
        const block = parseBlock(line.text);
        if (isBlockFault(block)) throw damaged(line.offset);
        found.push(...block.texts.slice(Math.max(0, from - block.first), Math.max(0, end - block.first)));
        if (block.first + block.count >= end) return found;
      }
    }
    return found;
  }

  /**
   * A receipt (C2SP tlog-proof) that the entry is in the tree of a checkpoint: the newest one, or one that
   * the caller holds, with the cosignatures it gathered. The entry's text is its `extra` line.
   */
  async receipt(index: number, checkpoint?: { size: number; note: string }): Promise<string> {
    const text = await this.text(index);
    if (text === undefined) throw notFound(`#${index}`);
    const newest = this.head;
    const size = checkpoint?.size ?? newest.size;
    const note = checkpoint?.note ?? newest.note;
    if (index >= size || size > newest.size) throw notFound(`#${index} / ${size}`);
    await this.#needTiles([index, size - 1]);
    const head = size === newest.size ? newest : this.#index.state.tree.head(size);
    const proof = this.#index.state.tree.inclusionProof(index, head);
    return formatTlogProof({ index, proof, checkpoint: note, extra: Buffer.from(text, 'latin1') });
  }

  /** The root of the tree of the first `size` durable entries. */
  async rootAt(size: number): Promise<Uint8Array> {
    if (size === this.head.size) return this.head.root;
    await this.#needTiles([size - 1]);
    return this.#index.state.tree.head(size).root;
  }

  /**
   * The proof that the tree of `newSize` entries, by default all durable ones, extends the tree of `oldSize`.
   */
  async consistency(oldSize: number, newSize = this.head.size): Promise<Uint8Array[]> {
    if (oldSize < 0 || oldSize > newSize || newSize > this.head.size) {
      throw notFound(`${oldSize} → ${newSize}`);
    }
    if (oldSize === 0 || oldSize === newSize) return [];
    const { tree } = this.#index.state;
    await this.#needTiles([oldSize - 1, newSize - 1]);
    const head = newSize === this.head.size ? this.head : tree.head(newSize);
    return tree.consistencyProof(oldSize, head);
  }

  /**
   * Sees to it that the nodes around these leaves are in memory, reading them from the file when they are
   * not.
   */
  async #needTiles(leaves: readonly number[]): Promise<void> {
    const { tree } = this.#index.state;
    for (;;) {
      const missing = leaves.find((leaf) => leaf < fullTilesEnd(this.head.size) && !tree.hasTileOf(leaf));
      if (missing === undefined) return;
      const number = Math.floor(missing / tileLeaves);
      const texts = await this.texts(number * tileLeaves, (number + 1) * tileLeaves);
      if (!tree.loadTile(number, texts.map(leafHashBinary)))
        throw damaged(this.#index.tileOffsets[number] ?? 0);
    }
  }
}

function fullTilesEnd(size: number): number {
  return size - (size % tileLeaves);
}

function damaged(offset: number): LedgerError {
  return new LedgerError('ledger_damaged', `The ledger is damaged near byte ${offset}`, { offset });
}
