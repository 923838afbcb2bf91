import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MerkleTree, tileLeaves } from './merkle-tree.ts';
import {
  emptyRoot,
  leafHash,
  leafHashBinary,
  NodeHasher,
  verifyConsistency,
  verifyInclusion,
} from './tree-hash.ts';
import { consistencyRanges, inclusionRanges, type LeafRange } from './tree-paths.ts';

const hasher = new NodeHasher();

/** RFC 6962 2.1 word for word: split at the largest power of two below the number of leaves. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return emptyRoot();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hasher.join(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

function leavesOf(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => leafHash(`leaf ${index}`));
}

function treeOf(leaves: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree;
}

function rangeRoots(leaves: readonly Uint8Array[], ranges: readonly LeafRange[]): string[] {
  return ranges.map(({ start, end }) => hex(naiveRoot(leaves.slice(start, end))));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

test('published roots of the reference inputs of Certificate Transparency', () => {
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const tree = new MerkleTree();
  assert.equal(hex(tree.head().root), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  for (const input of inputs) tree.appendBinary(leafHashBinary(Buffer.from(input, 'hex').toString('latin1')));
  assert.equal(hex(tree.head(1).root), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  assert.equal(hex(tree.head(2).root), 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
  assert.equal(hex(tree.head(8).root), '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});

test('every inclusion proof up to 80 leaves verifies, is minimal, and fails for any other claim', () => {
  const leaves = leavesOf(80);
  const tree = treeOf(leaves);
  for (let size = 1; size <= 80; size += 1) {
    const head = tree.head(size);
    assert.equal(hex(head.root), hex(naiveRoot(leaves.slice(0, size))));
    for (let index = 0; index < size; index += 1) {
      const proof = tree.inclusionProof(index, head);
      const leaf = leaves[index] ?? emptyRoot();
      assert.deepEqual(proof.map(hex), rangeRoots(leaves, inclusionRanges(index, size)));
      assert.ok(verifyInclusion(leaf, index, size, proof, head.root));
      assert.ok(!verifyInclusion(leaf, index + 1, size, proof, head.root));
      assert.ok(!verifyInclusion(leafHash('other'), index, size, proof, head.root));
      assert.ok(!verifyInclusion(leaf, index, size, [...proof, head.root], head.root));
      assert.ok(!verifyInclusion(leaf, index, size, proof, emptyRoot()));
    }
  }
});

test('every consistency proof up to 80 leaves verifies and fails for any other claim', () => {
  const leaves = leavesOf(80);
  const tree = treeOf(leaves);
  for (let size = 1; size <= 80; size += 1) {
    const head = tree.head(size);
    for (let old = 1; old <= size; old += 1) {
      const proof = tree.consistencyProof(old, head);
      const oldRoot = tree.head(old).root;
      assert.deepEqual(proof.map(hex), rangeRoots(leaves, consistencyRanges(old, size)));
      assert.ok(verifyConsistency(old, size, proof, oldRoot, head.root));
      assert.ok(!verifyConsistency(old, size, proof, emptyRoot(), head.root));
      assert.ok(!verifyConsistency(old, size, [...proof, oldRoot], oldRoot, head.root));
      if (old < size) assert.ok(!verifyConsistency(old, size, proof, oldRoot, emptyRoot()));
    }
  }
  assert.ok(!verifyConsistency(0, 5, [], emptyRoot(), tree.head(5).root));
});

test('a long tree restored from its state and reloaded tile by tile gives the same roots and proofs', () => {
  const leaves = leavesOf(70 * tileLeaves);
  const whole = treeOf(leaves);
  const place = fc.integer({ min: 0, max: leaves.length - 1 });
  fc.assert(
    fc.property(place, place, (a, b) => {
      const [index, last] = a < b ? [a, b] : [b, a];
      const size = last + 1;
      const tree = MerkleTree.restore(whole.state());
      for (const leaf of [index, last]) {
        const first = leaf - (leaf % tileLeaves);
        const tile = leaves
          .slice(first, first + tileLeaves)
          .map((item) => Buffer.from(item).toString('latin1'));
        assert.ok(tree.loadTile(first / tileLeaves, tile));
      }
      const head = tree.head(size);
      const proof = tree.inclusionProof(index, head);
      assert.deepEqual(proof.map(hex), rangeRoots(leaves, inclusionRanges(index, size)));
      const consistency = tree.consistencyProof(index + 1, head);
      const oldRoot = tree.head(index + 1).root;
      assert.ok(verifyConsistency(index + 1, size, consistency, oldRoot, head.root));
    }),
    { seed: 6962, numRuns: 12 },
  );
  assert.equal(hex(MerkleTree.restore(whole.state()).head().root), hex(whole.head().root));
});

test('a tile whose leaves have changed is refused', () => {
  const leaves = leavesOf(tileLeaves + 1).map((leaf) => Buffer.from(leaf).toString('latin1'));
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.appendBinary(leaf);
  assert.ok(tree.loadTile(0, leaves.slice(0, tileLeaves)));
  assert.ok(!tree.loadTile(0, [...leaves.slice(1, tileLeaves), leaves[0] ?? '']));
  assert.ok(!tree.loadTile(0, leaves.slice(1, tileLeaves)));
});

test('old tiles that are loaded again never push out the tile that is growing', () => {
  const leaves = leavesOf(70 * tileLeaves + 100);
  const whole = treeOf(leaves);
  const tree = MerkleTree.restore(whole.state());
  for (let number = 0; number < 70; number += 1) {
    assert.ok(tree.loadTile(number, binaryTile(leaves, number)));
  }
  tree.append(leafHash('one more'));
  assert.equal(hex(tree.head().root), hex(naiveRoot([...leaves, leafHash('one more')])));
});

test('the tiles in memory are bounded, and the one that was used last stays longest', () => {
  const leaves = leavesOf(70 * tileLeaves);
  const tree = treeOf(leaves);
  assert.ok(!tree.useTileOf(0), 'the oldest was forgotten');
  assert.throws(() => tree.inclusionProof(0, tree.head()), RangeError);
  assert.ok(tree.loadTile(0, binaryTile(leaves, 0)));
  for (let number = 1; number < 63; number += 1) {
    assert.ok(tree.useTileOf(0));
    assert.ok(tree.loadTile(number, binaryTile(leaves, number)));
  }
  assert.equal(tree.inclusionProof(0, tree.head()).length, 15);
  for (let number = 0; number < 64; number += 1) tree.loadTile(number, binaryTile(leaves, number));
  assert.ok(!tree.useTileOf(69 * tileLeaves));
});

test('sizes and leaves that there are not, and a state that does not fit, are refused', () => {
  const tree = treeOf(leavesOf(3));
  assert.equal(tree.size, 3);
  assert.throws(() => tree.head(4), RangeError);
  assert.throws(() => tree.inclusionProof(-1, tree.head()), RangeError);
  assert.throws(() => tree.inclusionProof(3, tree.head()), RangeError);
  assert.throws(() => tree.consistencyProof(3, tree.head(2)), RangeError);
  assert.deepEqual(tree.consistencyProof(0, tree.head()), []);
  assert.equal(hex(tree.head(0).root), hex(emptyRoot()));
  assert.throws(() => tree.inclusionProof(0, { ...tree.head(), edge: [] }), RangeError);
  const state = treeOf(leavesOf(tileLeaves + 3)).state();
  assert.throws(() => MerkleTree.restore({ ...state, size: state.size + 1 }), /wrong number of hashes/);
  assert.throws(() => MerkleTree.restore({ ...state, tiles: new Uint8Array(0) }), /wrong number of hashes/);
  assert.throws(() => MerkleTree.restore({ ...state, rest: new Uint8Array(0) }), /wrong number of hashes/);
});

test('proofs in trees around a full tile verify, for every leaf and every earlier size', () => {
  const leaves = leavesOf(tileLeaves + 1);
  const tree = treeOf(leaves);
  for (const size of [tileLeaves - 1, tileLeaves, tileLeaves + 1]) {
    const head = tree.head(size);
    for (let index = 0; index < size; index += 1) {
      const proof = tree.inclusionProof(index, head);
      assert.ok(verifyInclusion(leaves[index] ?? emptyRoot(), index, size, proof, head.root), `${index}`);
      const old = tree.head(index + 1);
      const consistency = tree.consistencyProof(index + 1, head);
      assert.ok(verifyConsistency(index + 1, size, consistency, old.root, head.root), `${index}`);
    }
  }
});

test('a tree goes on from the state of any size around a full tile', () => {
  const leaves = leavesOf(2 * tileLeaves + 2);
  for (const size of [0, 1, tileLeaves - 1, tileLeaves, tileLeaves + 1, 2 * tileLeaves, 2 * tileLeaves + 1]) {
    const tree = MerkleTree.restore(treeOf(leaves.slice(0, size)).state());
    assert.equal(tree.size, size);
    assert.equal(hex(tree.head().root), hex(naiveRoot(leaves.slice(0, size))));
    for (const leaf of leaves.slice(size)) tree.append(leaf);
    assert.equal(hex(tree.head().root), hex(naiveRoot(leaves)), `${size}`);
    assert.deepEqual(tree.state(), treeOf(leaves).state());
  }
});

function binaryTile(leaves: readonly Uint8Array[], number: number): string[] {
  const first = number * tileLeaves;
  return leaves.slice(first, first + tileLeaves).map((leaf) => Buffer.from(leaf).toString('latin1'));
}
