/**
 * Merkle proofs (RFC 6962, verified as RFC 9162 says) with WebCrypto alone, for browsers. Works in Node too.
 */
import { encodeBase64 } from './base64.ts';
import { consistencyPlan, inclusionSides } from './tree-paths.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const HASH_BYTES = 32;

export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether the proof leads from a leaf's text to the root of the tree. */
export async function verifyInclusionOnWeb(
  leaf: { readonly text: string; readonly index: number },
  proof: readonly Uint8Array[],
  head: TreeHead,
): Promise<boolean> {
  const sides = inclusionSides(leaf.index, head.size);
  if (sides?.length !== proof.length) return false;
  let running = await sha256(prefixed(0x00, new TextEncoder().encode(leaf.text)));
  for (const [at, sibling] of proof.entries()) {
    running = await (sides[at] === 'left' ? join(sibling, running) : join(running, sibling));
  }
  return isEqual(running, head.root);
}

/**
 * Whether the proof shows that the newer tree extends the older one. Equal sizes need equal roots and an
 * empty proof. An older tree without leaves proves nothing and is refused.
 */
export async function verifyConsistencyOnWeb(
  older: TreeHead,
  newer: TreeHead,
  proof: readonly Uint8Array[],
): Promise<boolean> {
  if (older.size === newer.size && older.size > 0)
    return proof.length === 0 && isEqual(older.root, newer.root);
  const plan = consistencyPlan(older.size, newer.size);
  const hashes = [older.root, newer.root, ...proof];
  if (plan === undefined || hashes.some(({ length }) => length !== HASH_BYTES)) return false;
  const [seed, ...rest] = plan.startsWithOldRoot ? [older.root, ...proof] : proof;
  if (seed === undefined || rest.length !== plan.steps.length) return false;
  let olderRunning = seed;
  let newerRunning = seed;
  for (const [at, hash] of rest.entries()) {
    if (plan.steps[at] === 'both') {
      olderRunning = await join(hash, olderRunning);
      newerRunning = await join(hash, newerRunning);
    } else {
      newerRunning = await join(newerRunning, hash);
    }
  }
  return isEqual(olderRunning, older.root) && isEqual(newerRunning, newer.root);
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
function join(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(prefixed(0x01, left, right));
}

function prefixed(prefix: number, ...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 1));
  bytes[0] = prefix;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return encodeBase64(left) === encodeBase64(right);
}
