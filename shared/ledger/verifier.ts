/** The state that a reader of the ledger carries from block to block, and the checks that carry it on. */
import { AccountsFold } from './fold.ts';
import type { FoldState, KeyPeriod } from './fold-state.ts';
import { MemoryTables, type FoldTables } from './fold-tables.ts';
import { MerkleTree, type TreeHead, type TreeState } from './merkle-tree.ts';
import { blockHash, genesisPrevious, isBlockFault, parseBlock, type Block } from './block-text.ts';
import { leafHashBinary } from './tree-hash.ts';

/** What is wrong, and where: inside which block and, when one entry is to blame, which entry of the block. */
export interface LedgerFault {
  block: number;
  /** Index of the entry among all entries. */
  entry?: number;
  /** Bytes from the start of the block's line. */
  at?: number;
  what: string;
  expected: string;
  found: string;
}

export interface LedgerStateData {
  blocks: number;
  hash: string;
  ts: string;
  fold: FoldState;
  tree: TreeState;
}

export class LedgerState<Tables extends FoldTables = MemoryTables> {
  #blocks = 0;
  #hash = genesisPrevious;
  #ts = '';
  #fold: AccountsFold<Tables>;
  #tree = new MerkleTree();

  constructor(tables: Tables) {
    this.#fold = new AccountsFold(tables);
  }

  /** For a program that reads a ledger once. */
  static inMemory(): LedgerState {
    return new LedgerState(new MemoryTables());
  }

  /** How many blocks were accepted; the next block's number. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Hash of the last accepted block. */
  get hash(): string {
    return this.#hash;
  }

  get ts(): string {
    return this.#ts;
  }

  get fold(): AccountsFold<Tables> {
    return this.#fold;
  }

  get tree(): MerkleTree {
    return this.#tree;
  }

  get keys(): readonly KeyPeriod[] {
    return this.#fold.keys;
  }

  /**
   * Reads a line (Latin-1, without its newline) and accepts the block. After a fault the state must not be
   * used any more.
   */
  acceptLine(line: string): Block | LedgerFault {
    const block = this.parseLine(line);
    return isLedgerFault(block) ? block : (this.accept(block, block.texts.map(leafHashBinary)) ?? block);
  }

  /** Reads a line (Latin-1, without its newline) and changes nothing. */
  parseLine(line: string): Block | LedgerFault {
    const block = parseBlock(line);
    if (isBlockFault(block)) {
      const found = JSON.stringify(line.slice(block.at, block.at + 24));
      const entry = block.entry === undefined ? {} : { entry: this.#fold.count + block.entry };
      const place = { block: this.#blocks, at: block.at, ...entry };
      return { ...place, what: 'not canonical', expected: block.expected, found };
    }
    return block;
  }

  /** Accepts a block whose leaf hashes (binary strings) were computed from its very bytes. */
  accept(block: Block, leaves: readonly string[]): LedgerFault | undefined {
    const fault = this.#checkHeader(block) ?? this.#applyEntries(block);
    if (fault !== undefined) return fault;
    for (const leaf of leaves) this.#tree.appendBinary(leaf);
    const root = Buffer.from(this.#tree.head().root).toString('base64');
    if (root !== block.root) return this.#fault('root', root, block.root);
    this.advance(block.hash, block.ts);
    return undefined;
  }

  /** Notes a block that the writer added; it has applied the block's entries and leaves itself. */
  advance(hash: string, ts: string): void {
    this.#blocks += 1;
    this.#hash = hash;
    this.#ts = ts;
  }

  head(): TreeHead {
    return this.#tree.head();
  }

  data(): LedgerStateData {
    const { blocks, hash, ts } = this;
    return { blocks, hash, ts, fold: this.#fold.state(), tree: this.#tree.state() };
  }

  /** Continues from the data, on the tables of the same moment. */
  static restore<Tables extends FoldTables>(data: LedgerStateData, tables: Tables): LedgerState<Tables> {
    const state = new LedgerState(tables);
    state.#blocks = data.blocks;
    state.#hash = data.hash;
    state.#ts = data.ts;
    state.#fold = AccountsFold.restore(data.fold, tables);
    state.#tree = MerkleTree.restore(data.tree);
    return state;
  }

  #checkHeader(block: Block): LedgerFault | undefined {
    if (block.n !== this.#blocks) return this.#fault('block number', `${this.#blocks}`, `${block.n}`);
    if (block.first !== this.#fold.count) {
      return this.#fault('first entry', `${this.#fold.count}`, `${block.first}`);
    }
    if (block.count === 0) return this.#fault('count', 'at least 1', '0');
    if (block.prev !== this.#hash) return this.#fault('previous hash', this.#hash, block.prev);
    const hash = blockHash(block);
    if (hash !== block.hash) return this.#fault('hash', hash, block.hash);
    if (block.ts < this.#ts) return this.#fault('time', `${this.#ts} or later`, block.ts);
    return undefined;
  }

  #applyEntries(block: Block): LedgerFault | undefined {
    this.#fold.startBlock();
    for (const entry of block.entries) {
      const refusal = this.#fold.apply(entry);
      if (refusal === undefined) continue;
      const { reason, expected, found } = refusal;
      return { block: block.n, entry: this.#fold.count, what: reason, expected, found };
    }
    return undefined;
  }

  #fault(what: string, expected: string, found: string): LedgerFault {
    return { block: this.#blocks, what, expected, found };
  }
}

export function isLedgerFault(result: Block | LedgerFault): result is LedgerFault {
  return 'what' in result;
}
