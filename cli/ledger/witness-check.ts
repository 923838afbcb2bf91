/**
 * Compares a ledger with trusted checkpoints and receipts, which somebody kept elsewhere: only they can show
 * that nothing was cut off.
 */
import { parseCheckpoint, type Checkpoint } from '../../shared/ledger/checkpoint.ts';
import type { Block } from '../../shared/ledger/block-text.ts';
import { openNote, readVerifierKey } from '../../shared/ledger/note-keys.ts';
import { parseSignedNote } from '../../shared/ledger/signed-note.ts';
import { parseTlogProof, type TlogProof } from '../../shared/ledger/tlog-proof.ts';
import { leafHash, verifyInclusion } from '../../shared/ledger/tree-hash.ts';
import type { LedgerState } from '../../shared/ledger/verifier.ts';
import { UsageError } from './io.ts';
import { noteIn } from './note-text.ts';

/** A checkpoint, or a receipt that contains one, with the name of the file it came from. */
export interface Witness {
  name: string;
  note: string;
  checkpoint: Checkpoint;
  receipt?: TlogProof;
  /** The file lies in the ledger's folder: anyone who can rewrite the ledger can rewrite the file too. */
  isBeside: boolean;
}

/** A disagreement between a witness and the ledger. */
export interface WitnessFault {
  witness: string;
  what: string;
  expected: string;
  found: string;
  entry?: number;
}

/** `text` may be the note itself, or the answer of `ledger.checkpoint` or `/checkpoint`. */
export function readCheckpointWitness(name: string, text: string, isBeside = false): Witness {
  const note = noteIn(text);
  const parsed = parseSignedNote(note);
  const checkpoint = parsed === undefined ? undefined : parseCheckpoint(parsed.text);
  if (checkpoint === undefined) throw new UsageError(`${name} is not a signed checkpoint`);
  return { name, note, checkpoint, isBeside };
}

export function readReceiptWitness(name: string, text: string, isBeside = false): Witness {
  const receipt = parseTlogProof(text);
  if (receipt === undefined) throw new UsageError(`${name} is not a receipt`);
  return { ...readCheckpointWitness(name, receipt.checkpoint, isBeside), receipt };
}

/**
 * Collects what the comparison needs during one pass: the root at the size of each witness, and the leaf of
 * each receipt.
 */
export class WitnessCheck {
  #witnesses: readonly Witness[];
  #roots = new Map<number, Uint8Array>();
  #leaves = new Map<number, Uint8Array>();
  #sizes: number[];
  #indexes: number[];

  constructor(witnesses: readonly Witness[]) {
    this.#witnesses = witnesses;
    this.#sizes = witnesses.map((item) => item.checkpoint.size).sort((a, b) => a - b);
    this.#indexes = witnesses.flatMap((item) => item.receipt?.index ?? []).sort((a, b) => a - b);
  }

  noteBlock(block: Block, state: LedgerState): void {
    const end = block.first + block.count;
    for (let size = this.#sizes[0]; size !== undefined && size <= end; size = this.#sizes[0]) {
      this.#roots.set(size, state.tree.head(size).root);
      this.#sizes.shift();
    }
    for (let index = this.#indexes[0]; index !== undefined && index < end; index = this.#indexes[0]) {
      this.#leaves.set(index, leafHash(block.texts[index - block.first] ?? ''));
      this.#indexes.shift();
    }
  }

  /** The first disagreement, or undefined when every witness agrees with the ledger. */
  finish(state: LedgerState): WitnessFault | undefined {
    for (const witness of this.#witnesses) {
      const fault = this.#compare(witness, state);
      if (fault !== undefined) return { witness: witness.name, ...fault };
    }
    return undefined;
  }

  #compare(witness: Witness, state: LedgerState): Omit<WitnessFault, 'witness'> | undefined {
    const { checkpoint, receipt } = witness;
    const { size, origin } = checkpoint;
    if (size > state.tree.size) {
      return { what: 'missing entries', expected: `at least ${size} entries`, found: `${state.tree.size}` };
    }
    if (origin !== state.fold.origin) return { what: 'origin', expected: origin, found: state.fold.origin };
    const keyText = state.fold.keyAt(size) ?? '';
    const key = readVerifierKey(keyText);
    if (key === undefined || openNote(witness.note, key) === undefined) {
      return { what: 'signature', expected: `a signature by ${keyText}`, found: 'another, or none' };
    }
    const root = size === 0 ? state.tree.head(0).root : this.#roots.get(size);
    const expected = base64(checkpoint.root);
    const found = root === undefined ? 'none' : base64(root);
    if (expected !== found) return { what: `root of ${size} entries`, expected, found };
    return receipt === undefined ? undefined : this.#compareReceipt(receipt, checkpoint);
  }

  #compareReceipt(receipt: TlogProof, checkpoint: Checkpoint): Omit<WitnessFault, 'witness'> | undefined {
    const { index, extra, proof } = receipt;
    const leaf = this.#leaves.get(index);
    const claimed = extra === undefined ? leaf : leafHash(Buffer.from(extra).toString('latin1'));
    if (leaf === undefined || claimed === undefined || Buffer.compare(leaf, claimed) !== 0) {
      return { entry: index, what: 'entry', expected: describe(claimed), found: describe(leaf) };
    }
    if (verifyInclusion(leaf, index, checkpoint.size, proof, checkpoint.root)) return undefined;
    const expected = base64(checkpoint.root);
    return { entry: index, what: 'inclusion proof', expected, found: 'a path to another root' };
  }
}

function describe(leaf: Uint8Array | undefined): string {
  return leaf === undefined ? 'no entry' : `leaf ${base64(leaf)}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
