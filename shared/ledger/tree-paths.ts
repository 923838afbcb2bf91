/**
 * The arithmetic of RFC 6962 / RFC 9162 Merkle proofs, without any hashing.
 *
 * Each function says in which order the hashes of a proof are combined, so that every platform folds with its
 * own SHA-256: synchronous `node:crypto` on the server, asynchronous WebCrypto in a browser. Indexes may
 * exceed 2^31, so halving is done with division and not with bit operators.
 */

/** On which side of the running hash the next hash of the proof goes. */
export type Side = 'left' | 'right';

/** A perfect or partial subtree: the root of the leaves from `start` up to, but not including, `end`. */
export interface LeafRange {
  start: number;
  end: number;
}

/**
 * The sides of an inclusion proof for `index` in a tree of `size` leaves, leaf's sibling first (RFC 9162
 * 2.1.3.2). Undefined when the index lies outside the tree: no proof can be valid then.
 */
export function inclusionSides(index: number, size: number): Side[] | undefined {
  if (!isSize(size) || !isSize(index) || index >= size) return undefined;
  const sides: Side[] = [];
  let node = index;
  let last = size - 1;
  while (last > 0) {
    if (node % 2 === 1) sides.push('left');
    else if (node < last) sides.push('right');
    node = half(node);
    last = half(last);
  }
  return sides;
}

/** Which leaves each hash of an inclusion proof covers, in the order of the proof. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let node = index;
  let last = size - 1;
  for (let width = 1; last > 0; width *= 2) {
    if (node % 2 === 1) ranges.push(rangeOf(node - 1, width, size));
    else if (node < last) ranges.push(rangeOf(node + 1, width, size));
    node = half(node);
    last = half(last);
  }
  return ranges;
}

/**
 * One step of a consistency proof: `both` enters the old and the new root, `new` only the new one, from the
 * right.
 */
export type ConsistencyStep = 'both' | 'new';

export interface ConsistencyPlan {
  /** The old root itself starts the path: the old tree is perfect, and the proof leaves its hash out. */
  startsWithOldRoot: boolean;
  steps: ConsistencyStep[];
}

/**
 * How to fold a consistency proof between two tree sizes (RFC 9162 2.1.4.2), for `0 < oldSize < newSize`.
 * When `startsWithOldRoot` is false the first hash of the proof starts both paths and `steps` speaks of the
 * rest.
 */
export function consistencyPlan(oldSize: number, newSize: number): ConsistencyPlan | undefined {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize === 0 || oldSize >= newSize) return undefined;
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
  }
  const startsWithOldRoot = node === 0;
  const steps: ConsistencyStep[] = [];
  while (last > 0) {
    if (node % 2 === 1) steps.push('both');
    else if (node < last) steps.push('new');
    node = half(node);
    last = half(last);
  }
  return { startsWithOldRoot, steps };
}

/** Which leaves each hash of a consistency proof covers, in the order of the proof. */
export function consistencyRanges(oldSize: number, newSize: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  if (oldSize === 0 || oldSize >= newSize) return ranges;
  let node = oldSize - 1;
  let last = newSize - 1;
  let width = 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
    width *= 2;
  }
  if (node > 0) ranges.push(rangeOf(node, width, newSize));
  while (last > 0) {
    if (node % 2 === 1) ranges.push(rangeOf(node - 1, width, newSize));
    else if (node < last) ranges.push(rangeOf(node + 1, width, newSize));
    node = half(node);
    last = half(last);
    width *= 2;
  }
  return ranges;
}

export function half(value: number): number {
  return Math.floor(value / 2);
}

function rangeOf(node: number, width: number, size: number): LeafRange {
  return { start: node * width, end: Math.min((node + 1) * width, size) };
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
