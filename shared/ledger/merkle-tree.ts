import { HashList } from './hash-list.ts';
import { emptyRoot, hashBytes, NodeHasher } from './tree-hash.ts';
import { half } from './tree-paths.ts';

/**
 * An append-only RFC 6962 tree that remembers little: all nodes that cover at least 256 leaves (a quarter of
 * a byte a leaf), and the nodes below them only for the newest tiles. A proof about an older leaf first needs
 * `loadTile` with the 256 leaf hashes around it, which the caller reads again from the ledger file.
 */
export const tileLeaves = 256;
const tileLevels = 8;
const recentTilesMax = 64;

/** A tree at one size: its root, and the right-most node of every level, partial or not. */
export interface TreeHead {
  size: number;
  root: Uint8Array;
  /**
   * `edge[level]` is the root of the last node of that level where that node is partial; a lone left child is
   * its own parent.
   */
  edge: Uint8Array[];
}

/** What `MerkleTree.restore` needs to go on. */
export interface TreeState {
  size: number;
  /** The joined hashes of all full tiles. */
  tiles: Uint8Array;
  /** The joined leaf hashes after the last full tile. */
  rest: Uint8Array;
}

export class MerkleTree {
  #size = 0;
  /** `#upper[n]` holds the full nodes of level 8 + n. */
  #upper: HashList[] = [];
  /** Levels 0 to 7 of the newest tiles and of tiles that were loaded again, by tile number. */
  #tiles = new Map<number, HashList[]>();
  #hasher = new NodeHasher();

  get size(): number {
    return this.#size;
  }

  /** Appends a leaf hash given as a binary string (see `leafHashBinary`). */
  appendBinary(leaf: string): void {
    const number = Math.floor(this.#size / tileLeaves);
    let tile = this.#tiles.get(number);
    if (tile === undefined) {
      tile = emptyTile();
      this.#tiles.set(number, tile);
      this.#forgetOldTile();
    }
    tile[0]?.pushBinary(leaf);
    this.#size += 1;
    this.#carryInTile(tile);
    if (this.#size % tileLeaves === 0) this.#carryTile(tile);
  }

  append(leaf: Uint8Array): void {
    this.appendBinary(Buffer.from(leaf).toString('latin1'));
  }

  /**
   * The head at the present or an earlier size. For an earlier one the tile of its last leaf must be at hand.
   */
  head(size = this.#size): TreeHead {
    if (size > this.#size) throw new RangeError(`The tree has ${this.#size} leaves, not ${size}`);
    if (size === 0) return { size, root: emptyRoot(), edge: [] };
    const edge: Uint8Array[] = [];
    // When the last tile is full, nothing below its root is partial, and its leaves need not be in memory.
    let level = size % tileLeaves === 0 ? tileLevels : 0;
    let last = Math.floor((size - 1) / 2 ** level);
    let running = this.#full(level, last);
    edge[level] = running;
    while (last > 0) {
      if (last % 2 === 1) running = this.#hasher.join(this.#full(level, last - 1), running);
      last = half(last);
      level += 1;
      edge[level] = running;
    }
    return { size, root: running, edge };
  }

  /** The proof that leaf `index` is in the tree at `head`, leaf's sibling first. */
  inclusionProof(index: number, head: TreeHead): Uint8Array[] {
    if (index < 0 || index >= head.size) throw new RangeError(`No leaf ${index} in a tree of ${head.size}`);
    const proof: Uint8Array[] = [];
    this.#climb(proof, index, head, 0);
    return proof;
  }

  /** The proof that the tree at `head` extends the tree at `oldSize`. */
  consistencyProof(oldSize: number, head: TreeHead): Uint8Array[] {
    if (oldSize > head.size) throw new RangeError(`Size ${oldSize} lies after size ${head.size}`);
    const proof: Uint8Array[] = [];
    if (oldSize === 0 || oldSize === head.size) return proof;
    let node = oldSize - 1;
    let level = 0;
    while (node % 2 === 1) {
      node = half(node);
      level += 1;
    }
    if (node > 0) proof.push(this.#full(level, node));
    this.#climb(proof, node, head, level);
    return proof;
  }

  /** Whether the nodes below 256 leaves around `leaf` are in memory; the next tiles then push out others. */
  useTileOf(leaf: number): boolean {
    const number = Math.floor(leaf / tileLeaves);
    const tile = this.#tiles.get(number);
    if (tile === undefined) return false;
    this.#tiles.delete(number);
    this.#tiles.set(number, tile);
    return true;
  }

  /**
   * Brings back the nodes of one full tile. Returns false when the leaves do not hash to the node that the
   * tree remembers: then the bytes they came from have changed.
   */
  loadTile(number: number, leaves: readonly string[]): boolean {
    const tile = emptyTile();
    for (const leaf of leaves) {
      tile[0]?.pushBinary(leaf);
      this.#carryInTile(tile);
    }
    const root = this.#rootOfTile(tile);
    if (leaves.length !== tileLeaves || Buffer.compare(root, this.#full(tileLevels, number)) !== 0)
      return false;
    this.#tiles.set(number, tile);
    this.#forgetOldTile();
    return true;
  }

  state(): TreeState {
    const last = this.#tiles.get(Math.floor(this.#size / tileLeaves));
    const rest = this.#size % tileLeaves === 0 ? undefined : last?.[0];
    return { size: this.#size, tiles: joined(this.#upper[0]), rest: joined(rest) };
  }

  static restore(state: TreeState): MerkleTree {
    const tree = new MerkleTree();
    const { tiles, rest } = state;
    const fullTiles = Math.floor(state.size / tileLeaves);
    if (tiles.length !== fullTiles * hashBytes || rest.length !== (state.size % tileLeaves) * hashBytes) {
      throw new Error(`A tree state of ${state.size} leaves holds the wrong number of hashes`);
    }
    for (let at = 0; at < tiles.length; at += hashBytes) tree.#pushUpper(tiles.subarray(at, at + hashBytes));
    tree.#size = fullTiles * tileLeaves;
    for (let at = 0; at < rest.length; at += hashBytes) tree.append(rest.subarray(at, at + hashBytes));
    return tree;
  }

  #climb(proof: Uint8Array[], from: number, head: TreeHead, fromLevel: number): void {
    let node = from;
    let last = Math.floor((head.size - 1) / 2 ** fromLevel);
    for (let level = fromLevel; last > 0; level += 1) {
      if (node % 2 === 1) proof.push(this.#full(level, node - 1));
      else if (node < last) proof.push(this.#rightNode(level, node + 1, head));
      node = half(node);
      last = half(last);
    }
  }

  #rightNode(level: number, node: number, head: TreeHead): Uint8Array {
    const isFull = (node + 1) * 2 ** level <= head.size;
    return isFull ? this.#full(level, node) : edgeAt(head, level);
  }

  #full(level: number, node: number): Uint8Array {
    const upper = level >= tileLevels ? this.#upper[level - tileLevels] : undefined;
    if (upper !== undefined) return upper.at(node);
    const nodesInTile = tileLeaves / 2 ** level;
    const row = this.#tiles.get(Math.floor(node / nodesInTile))?.[level];
    if (row === undefined) throw new RangeError(`Node ${node} of level ${level} is not in memory`);
    return row.at(node % nodesInTile);
  }

  #carryInTile(tile: HashList[]): void {
    for (let level = 0; level + 1 < tile.length; level += 1) {
      const row = tile[level];
      const parent = tile[level + 1];
      if (row === undefined || parent === undefined || row.length % 2 === 1) return;
      const offset = parent.reserve();
      this.#hasher.pair(row.bytes, (row.length - 2) * hashBytes, parent.bytes, offset);
    }
  }

  #rootOfTile(tile: HashList[]): Uint8Array {
    const top = tile[tileLevels - 1];
    return top?.length === 2 ? this.#hasher.join(top.at(0), top.at(1)) : emptyRoot();
  }

  #carryTile(tile: HashList[]): void {
    this.#pushUpper(this.#rootOfTile(tile));
  }

  #pushUpper(tileRoot: Uint8Array): void {
    let carried = tileRoot;
    for (let level = 0; ; level += 1) {
      const row = (this.#upper[level] ??= new HashList());
      row.push(carried);
      if (row.length % 2 === 1) return;
      carried = this.#hasher.join(row.at(row.length - 2), row.at(row.length - 1));
    }
  }

  /** Keeps the newest tile always, since it is still growing, and else the most recently used. */
  #forgetOldTile(): void {
    if (this.#tiles.size <= recentTilesMax) return;
    const growing = Math.floor(this.#size / tileLeaves);
    for (const number of this.#tiles.keys()) {
      if (number === growing) continue;
      this.#tiles.delete(number);
      return;
    }
  }
}

function joined(hashes: HashList | undefined): Uint8Array {
  return hashes?.joined() ?? new Uint8Array(0);
}

function emptyTile(): HashList[] {
  return Array.from({ length: tileLevels }, (_, level) => new HashList(tileLeaves / 2 ** level));
}

function edgeAt(head: TreeHead, level: number): Uint8Array {
  const node = head.edge[level];
  if (node === undefined) throw new RangeError(`A tree of ${head.size} leaves has no level ${level}`);
  return node;
}
