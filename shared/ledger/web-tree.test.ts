import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MerkleTree } from './merkle-tree.ts';
import { leafHashBinary, verifyConsistency } from './tree-hash.ts';
import { verifyConsistencyOnWeb, verifyInclusionOnWeb, type TreeHead } from './web-tree.ts';

const SIZE_MAX = 17;

const tree = new MerkleTree();
const heads: TreeHead[] = [tree.head()];
for (let leaf = 0; leaf < SIZE_MAX; leaf += 1) {
  tree.appendBinary(leafHashBinary(`leaf ${leaf}`));
  heads.push(tree.head());
}
const newest = tree.head();
const head = (size: number): TreeHead => heads[size] ?? { size: 0, root: new Uint8Array(0) };

test('consistency of every pair of sizes verifies, and only with its own proof and roots', async () => {
  for (let to = 1; to <= SIZE_MAX; to += 1) {
    for (let from = 1; from <= to; from += 1) {
      const [older, newer] = [head(from), head(to)];
      const proof = tree.consistencyProof(from, newest.size === to ? newest : tree.head(to));
      assert.ok(verifyConsistency(from, to, proof, older.root, newer.root));
      assert.ok(await verifyConsistencyOnWeb(older, newer, proof), `${from} to ${to}`);
      const rewritten = { ...older, root: head(0).root };
      assert.ok(!(await verifyConsistencyOnWeb(rewritten, newer, proof)));
      assert.ok(!(await verifyConsistencyOnWeb(older, { ...newer, root: head(0).root }, proof)));
      assert.ok(!(await verifyConsistencyOnWeb(older, newer, [...proof, newer.root])));
      if (from === to) continue;
      assert.ok(!(await verifyConsistencyOnWeb(newer, older, proof)));
      const turned = proof.map((hash) => hash.toReversed());
      assert.ok(!(await verifyConsistencyOnWeb(older, newer, turned)));
    }
  }
});

test('nothing is consistent with a tree that has no leaves', async () => {
  assert.equal(await verifyConsistencyOnWeb(head(0), head(5), []), false);
  assert.equal(await verifyConsistencyOnWeb(head(0), head(0), []), false);
});

test('inclusion of every leaf verifies, and of no other text or place', async () => {
  for (let index = 0; index < SIZE_MAX; index += 1) {
    const proof = tree.inclusionProof(index, newest);
    assert.ok(await verifyInclusionOnWeb({ text: `leaf ${index}`, index }, proof, newest));
    assert.ok(!(await verifyInclusionOnWeb({ text: 'another', index }, proof, newest)));
    assert.ok(!(await verifyInclusionOnWeb({ text: `leaf ${index}`, index: index + 1 }, proof, newest)));
    assert.ok(!(await verifyInclusionOnWeb({ text: `leaf ${index}`, index }, proof.slice(1), newest)));
  }
});
