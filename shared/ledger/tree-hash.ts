import { hash } from 'node:crypto';
import { consistencyPlan, inclusionSides } from './tree-paths.ts';

/** Length in bytes of every hash of the ledger (SHA-256). */
export const hashBytes = 32;

const leafPrefix = '\u0000';
const nodePrefix = 0x01;
const emptyBytes = new Uint8Array(0);

/** RFC 6962 leaf hash of an ASCII text: SHA-256(0x00 ‖ text). */
export function leafHash(text: string): Uint8Array {
  return Buffer.from(leafHashBinary(text), 'latin1');
}

/**
 * The leaf hash as a binary string. Asking `node:crypto` for a string instead of a Buffer more than halves
 * the cost of a hash this small, and hashing leaves is most of what a verifier does.
 */
export function leafHashBinary(text: string): string {
  return hash('sha256', leafPrefix + text, 'binary');
}

const nodeScratch = () => Buffer.alloc(1 + 2 * hashBytes, nodePrefix);

/** Hashes inner nodes, SHA-256(0x01 ‖ left ‖ right), through one scratch buffer that it owns. */
export class NodeHasher {
  #scratch = nodeScratch();

  /** Writes the parent of the two hashes that lie side by side in `source` at `from` to `target` at `to`. */
  pair(source: Buffer, from: number, target: Buffer, to: number): void {
    source.copy(this.#scratch, 1, from, from + 2 * hashBytes);
    target.write(hash('sha256', this.#scratch, 'binary'), to, hashBytes, 'latin1');
  }

  join(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.#scratch.set(left, 1);
    this.#scratch.set(right, 1 + hashBytes);
    return Buffer.from(hash('sha256', this.#scratch, 'binary'), 'latin1');
  }
}

/** The root of the tree without leaves: SHA-256 of nothing (RFC 6962 2.1). */
export function emptyRoot(): Uint8Array {
  return hash('sha256', emptyBytes, 'buffer');
}

/**
 * The root that an inclusion proof leads to, or undefined when its length does not fit the index and the
 * size.
 */
export function rootFromInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  const sides = inclusionSides(index, size);
  if (sides?.length !== proof.length || leaf.length !== hashBytes) return undefined;
  const hasher = new NodeHasher();
  let running = leaf;
  for (const [at, sibling] of proof.entries()) {
    if (sibling.length !== hashBytes) return undefined;
    running = sides[at] === 'left' ? hasher.join(sibling, running) : hasher.join(running, sibling);
  }
  return running;
}

export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const reached = rootFromInclusion(leaf, index, size, proof);
  return reached !== undefined && Buffer.compare(reached, root) === 0;
}

/**
 * Whether a proof shows that the tree with `newRoot` extends the tree with `oldRoot`. Equal sizes need equal
 * roots and an empty proof. Size 0 proves nothing and is refused: a caller that accepts an empty old tree
 * says so itself.
 */
export function verifyConsistency(
  oldSize: number,
  newSize: number,
  proof: readonly Uint8Array[],
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
): boolean {
  if (oldSize === newSize && oldSize > 0) return proof.length === 0 && Buffer.compare(oldRoot, newRoot) === 0;
  const plan = consistencyPlan(oldSize, newSize);
  const hashes = [oldRoot, newRoot, ...proof];
  if (plan === undefined || hashes.some((item) => item.length !== hashBytes)) return false;
  const path = plan.startsWithOldRoot ? [oldRoot, ...proof] : proof;
  const [seed, ...rest] = path;
  if (seed === undefined || rest.length !== plan.steps.length) return false;
  const hasher = new NodeHasher();
  let oldRunning = seed;
  let newRunning = seed;
  for (const [at, item] of rest.entries()) {
    if (plan.steps[at] === 'both') {
      oldRunning = hasher.join(item, oldRunning);
      newRunning = hasher.join(item, newRunning);
    } else {
      newRunning = hasher.join(newRunning, item);
    }
  }
  return Buffer.compare(oldRunning, oldRoot) === 0 && Buffer.compare(newRunning, newRoot) === 0;
}
