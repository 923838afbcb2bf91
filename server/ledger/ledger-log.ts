/**
 * The durable log under the accounts: appends groups of entries, reads entries back, proves what it holds.
 */
import { parseEntry } from '../../shared/ledger/entry-text.ts';
import type { Entry } from '../../shared/ledger/entries.ts';
import type { AccountsFold } from '../../shared/ledger/fold.ts';
import type { FoldNeed } from '../../shared/ledger/fold-tables.ts';
import { blockRange, isBlockFault, parseBlock } from '../../shared/ledger/block-text.ts';
import { readLines } from '../../shared/ledger/line-reader.ts';
import { tileLeaves, type MerkleTree } from '../../shared/ledger/merkle-tree.ts';
import { formatTlogProof } from '../../shared/ledger/tlog-proof.ts';
import { leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import type { BlockWriter, SignedHead } from './block-writer.ts';
import { LedgerError, notFound } from './ledger-error.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { SnapshotDamage } from './run-format.ts';
import type { Segments } from './segments.ts';
import type { Lease, StoredTables } from './stored-tables.ts';

const RECENT_TEXTS_MAX = 8192;
/** Read from the file at once: a tile whose entries have a block each has about this length. */
const PIECE_BYTES = 128 * 1024;

export class LedgerLog {
  #segments: Segments;
  #index: LedgerIndex;
  #writer: BlockWriter;
  /** A ring: the text of entry n is at n modulo its length, from entry `#recentFrom` on. */
  #recent: string[] = [];
  #recentFrom: number | undefined;
  onSnapshotDamage: () => void = () => undefined;

  constructor(segments: Segments, index: LedgerIndex, writer: BlockWriter) {
    this.#segments = segments;
    this.#index = index;
    this.#writer = writer;
  }

  /** Whoever asks for an account, or for an id, calls `load` first. */
  get fold(): AccountsFold<StoredTables> {
    return this.#index.state.fold;
  }

  /**
   * Resolves when the fold can be asked about these. Rejects with `ledger_unavailable` when they cannot be
   * read.
   */
  async load(needs: readonly FoldNeed[]): Promise<Lease> {
    try {
      return await this.fold.tables.load(needs);
    } catch (error) {
      if (error instanceof SnapshotDamage) this.onSnapshotDamage();
      throw new LedgerError('ledger_unavailable', 'The snapshot of the ledger cannot be read', {}, error);
    }
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
      this.#recent[(first + at) % RECENT_TEXTS_MAX] = texts[at] ?? '';
    }
    this.#recentFrom = Math.max(this.#recentFrom ?? first, first + texts.length - RECENT_TEXTS_MAX);
  }

  drain(): Promise<void> {
    return this.#writer.drain();
  }

  /** The entry at an index, when there is one; waits until it is durable. */
  async entry(index: number): Promise<Entry | undefined> {
    return (await this.entries([index])).get(index);
  }

  /**
   * Those of the entries that there are; waits until they are durable. Each part of the file is read once,
   * one after the other. Rejects with the signal's reason when it is aborted.
   */
  async entries(indexes: readonly number[], signal?: AbortSignal): Promise<Map<number, Entry>> {
    const known = indexes.filter(
      (index) => Number.isSafeInteger(index) && index >= 0 && index < this.fold.count,
    );
    if (known.some((index) => index >= this.head.size)) await this.#writer.enqueue([], undefined);
    const found = new Map<number, Entry>();
    for (const group of groupByTile(known)) {
      const [first = 0, last = first] = [group[0], group.at(-1)];
      const texts = await this.texts(first, last + 1, signal);
      for (const index of group) {
        const entry = parseEntry(texts[index - first] ?? '');
        if (entry !== undefined) found.set(index, entry);
      }
    }
    return found;
  }

  /** The canonical texts of durable entries from `from` up to, but not including, `to`. */
  async texts(from: number, to: number, signal?: AbortSignal): Promise<string[]> {
    const end = Math.min(to, this.head.size);
    if (from >= end) return [];
    if (from >= (this.#recentFrom ?? Infinity)) {
      return Array.from(
        { length: end - from },
        (_, at) => this.#recent[(from + at) % RECENT_TEXTS_MAX] ?? '',
      );
    }
    const start = this.#index.tileOffsets[Math.floor(from / tileLeaves)] ?? 0;
    const found: string[] = [];
    for await (const batch of readLines(this.#segments, start, this.#index.bytes, PIECE_BYTES)) {
      signal?.throwIfAborted();
      for (const line of batch.lines) {
        const range = blockRange(line.text);
        if (range === undefined) throw damaged(line.offset);
        if (range.first + range.count <= from) continue;
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
  async receipt(
    index: number,
    checkpoint?: { size: number; note: string },
    signal?: AbortSignal,
  ): Promise<string> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.fold.count) throw notFound(`#${index}`);
    if (index >= this.head.size) await this.#writer.enqueue([], undefined);
    const newest = this.head;
    const size = checkpoint?.size ?? newest.size;
    const note = checkpoint?.note ?? newest.note;
    if (index >= size || size > newest.size) throw notFound(`#${index} / ${size}`);
    const [text = ''] = await this.texts(index, index + 1, signal);
    const proof = await this.#withTiles([index, size - 1], signal, (tree) =>
      tree.inclusionProof(index, size === newest.size ? newest : tree.head(size)),
    );
    return formatTlogProof({ index, proof, checkpoint: note, extra: Buffer.from(text, 'latin1') });
  }

  /** The root of the tree of the first `size` durable entries. */
  async rootAt(size: number): Promise<Uint8Array> {
    if (size === this.head.size) return this.head.root;
    return this.#withTiles([size - 1], undefined, (tree) => tree.head(size).root);
  }

  /**
   * The proof that the tree of `newSize` entries, by default all durable ones, extends the tree of `oldSize`.
   */
  async consistency(oldSize: number, newSize = this.head.size, signal?: AbortSignal): Promise<Uint8Array[]> {
    const newest = this.head;
    if (oldSize < 0 || oldSize > newSize || newSize > newest.size) {
      throw notFound(`${oldSize} → ${newSize}`);
    }
    if (oldSize === 0 || oldSize === newSize) return [];
    return this.#withTiles([oldSize - 1, newSize - 1], signal, (tree) =>
      tree.consistencyProof(oldSize, newSize === newest.size ? newest : tree.head(newSize)),
    );
  }

  /**
   * Runs `prove` with the nodes around these leaves in memory. Each tile is read at most once, however many
   * proofs run beside this one: what was read is put into the tree, and used, in one turn.
   */
  async #withTiles<Proof>(
    leaves: readonly number[],
    signal: AbortSignal | undefined,
    prove: (tree: MerkleTree) => Proof,
  ): Promise<Proof> {
    const { tree } = this.#index.state;
    const full = leaves.filter((leaf) => leaf < fullTilesEnd(this.head.size));
    const read = new Map<number, string[]>();
    const nextMissing = () =>
      full.filter((leaf) => !tree.useTileOf(leaf)).find((leaf) => !read.has(tileOf(leaf)));
    for (let missing = nextMissing(); missing !== undefined; missing = nextMissing()) {
      const first = tileOf(missing) * tileLeaves;
      const texts = await this.texts(first, first + tileLeaves, signal);
      read.set(tileOf(missing), texts.map(leafHashBinary));
    }
    for (const [number, hashes] of read) {
      if (!tree.loadTile(number, hashes)) throw damaged(this.#index.tileOffsets[number] ?? 0);
    }
    return prove(tree);
  }
}

function tileOf(leaf: number): number {
  return Math.floor(leaf / tileLeaves);
}

/** Ascending indexes, in one group those of one tile. */
function groupByTile(indexes: readonly number[]): number[][] {
  const sorted = [...new Set(indexes)].sort((one, other) => one - other);
  return [...Map.groupBy(sorted, tileOf).values()];
}

function fullTilesEnd(size: number): number {
  return size - (size % tileLeaves);
}

function damaged(offset: number): LedgerError {
  return new LedgerError('ledger_damaged', `The ledger is damaged near byte ${offset}`, { offset });
}
