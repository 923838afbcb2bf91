/**
 * The single writer. Everything that queued while the last block was being synced becomes the next block;
 * no caller is answered before the block and the head record that covers it are durable and the checkpoint is
 * signed. There is no timer, and after any failed write or sync there is no second try: a sync that fails
 * once may succeed falsely afterwards.
 */
import {
  blockEnd,
  blockEntriesMax,
  blockHash,
  blockStart,
  type BlockHeader,
} from '../../shared/ledger/block-text.ts';
import { formatCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import type { TreeHead } from '../../shared/ledger/merkle-tree.ts';
import type { NoteSigner } from '../../shared/ledger/note-keys.ts';
import type { HeadFile } from './head-file.ts';
import { LedgerError } from './ledger-error.ts';
import { noteBlock, type LedgerIndex } from './ledger-index.ts';
import type { Segments } from './segments.ts';

export interface SignedHead extends TreeHead {
  /** The signed checkpoint (C2SP signed note) of this tree. */
  note: string;
}

/** What was made durable, for listeners. */
export interface CommittedBlock {
  first: number;
  texts: string[];
  head: SignedHead;
}

export interface BlockWriterOptions {
  segments: Segments;
  headFile: HeadFile;
  index: LedgerIndex;
  signer: NoteSigner;
  now(): number;
  /** Called once, with the error that ended the ledger. */
  onFailure(error: unknown): void;
  onCommit(block: CommittedBlock): void;
}

interface Waiting {
  texts: readonly string[];
  acknowledge(): void;
  reject(error: LedgerError): void;
}

interface BuiltBlock {
  bytes: Buffer;
  first: number;
  texts: string[];
  tree: TreeHead;
}

/** A block takes no further group once it is this long, so that one commit stays short. */
const blockTextMax = 4 * 1024 * 1024;

export class BlockWriter {
  #options: BlockWriterOptions;
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  #failure: LedgerError | undefined;
  #head: SignedHead;

  constructor(options: BlockWriterOptions) {
    this.#options = options;
    this.#head = this.#sign(options.index.state.head());
  }

  /** The newest durable tree. */
  get head(): SignedHead {
    return this.#head;
  }

  get failure(): LedgerError | undefined {
    return this.#failure;
  }

  /**
   * Queues entries that must share one block; resolves when they, and all queued before them, are durable.
   */
  enqueue<Result>(texts: readonly string[], result: Result): Promise<Result> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#queue.push({ texts, acknowledge: () => resolve(result), reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is queued or being written. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // Callers that the last block answered, or that arrive in this turn, share the next block.
    await nextTurn();
    while (this.#queue.length > 0 && this.#failure === undefined) {
      const group = this.#take();
      try {
        if (group.some((item) => item.texts.length > 0)) await this.#commit(group);
      } catch (error) {
        this.#fail(error, group);
        break;
      }
      for (const item of group) item.acknowledge();
      await nextTurn();
    }
    this.#running = undefined;
  }

  #take(): Waiting[] {
    let entries = 0;
    let length = 0;
    let taken = 0;
    for (const { texts } of this.#queue) {
      entries += texts.length;
      for (const text of texts) length += text.length;
      if (taken > 0 && (entries > blockEntriesMax || length > blockTextMax)) break;
      taken += 1;
    }
    return this.#queue.splice(0, taken);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const { segments, headFile, index } = this.#options;
    const block = this.#build(group.flatMap((item) => item.texts));
    await segments.append(block.bytes);
    noteBlock(index, block.first, block.texts.length, index.bytes);
    index.bytes += block.bytes.length;
    const root = Buffer.from(block.tree.root).toString('base64');
    const { blocks, hash } = index.state;
    await headFile.write({ blocks, bytes: index.bytes, count: block.tree.size, hash, root });
    this.#head = this.#sign(block.tree);
    this.#options.onCommit({ first: block.first, texts: block.texts, head: this.#head });
  }

  /**
   * Lays out the final bytes first and computes every hash from these bytes, never from the objects.
   */
  #build(texts: string[]): BuiltBlock {
    const { state } = this.#options.index;
    const start = blockStart(texts.length) + texts.join(',');
    const bytes = Buffer.allocUnsafe(start.length + blockEndBytesMax);
    bytes.write(start, 0, 'latin1');
    const first = state.tree.size;
    for (const leaf of leavesOf(bytes.toString('latin1', 0, start.length), texts))
      state.tree.appendBinary(leaf);
    const tree = state.tree.head();
    const now = new Date(this.#options.now()).toISOString();
    const header: BlockHeader = {
      count: texts.length,
      first,
      n: state.blocks,
      prev: state.hash,
      root: Buffer.from(tree.root).toString('base64'),
      // A clock that was set back must not make time run backwards in the file.
      ts: now > state.ts ? now : state.ts,
    };
    const hash = blockHash(header);
    const end = `${blockEnd(header, hash)}\n`;
    bytes.write(end, start.length, 'latin1');
    const length = start.length + end.length;
    if (bytes.toString('latin1', start.length, length) !== end) throw new Error('Memory changed a block');
    state.advance(hash, header.ts);
    return { bytes: bytes.subarray(0, length), first, texts, tree };
  }

  #sign(tree: TreeHead): SignedHead {
    const { signer, index } = this.#options;
    const { fold } = index.state;
    const { size, root } = tree;
    // Before the first entry no key is in force; later it is this one, or the ledger would not have opened.
    const isInForce = fold.keyAt(size) === signer.verifierKey;
    const note = isInForce ? signer.sign(formatCheckpoint({ origin: fold.origin, size, root })) : '';
    return { ...tree, note };
  }

  #fail(error: unknown, group: readonly Waiting[]): void {
    const failure = new LedgerError(
      'ledger_unavailable',
      'The ledger could not be written and has stopped',
      {},
      error,
    );
    this.#failure = failure;
    for (const item of group) item.reject(failure);
    for (const item of this.#queue.splice(0)) item.reject(failure);
    this.#options.onFailure(error);
  }
}

const blockEndBytesMax = 512;

/** The leaf hash of each entry, from the laid-out text, which must hold the entries exactly. */
function leavesOf(laidOut: string, texts: readonly string[]): string[] {
  let at = laidOut.indexOf('[') + 1;
  return texts.map((text) => {
    const final = laidOut.slice(at, at + text.length);
    if (final !== text) throw new Error('Memory changed an entry');
    at += text.length + 1;
    return leafHashBinary(final);
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
