import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCheckpoint } from './checkpoint.ts';
import { MerkleTree } from './merkle-tree.ts';
import { createNoteSigner } from './note-keys.ts';
import { verifyReceipt, type ReceiptFault } from './receipt.ts';
import { formatTlogProof } from './tlog-proof.ts';
import { leafHashBinary } from './tree-hash.ts';

const signer = createNoteSigner('receipt.test/log', Buffer.alloc(32, 1));
const entry = (index: number): string => `{"index":"${index}"}`;

function receiptOf(index: number, size: number, by = signer): string {
  const tree = new MerkleTree();
  for (let leaf = 0; leaf < size; leaf += 1) tree.appendBinary(leafHashBinary(entry(leaf)));
  const head = tree.head();
  const checkpoint = by.sign(formatCheckpoint({ origin: 'receipt.test/log', size, root: head.root }));
  return formatTlogProof({
    index,
    proof: tree.inclusionProof(index, head),
    checkpoint,
    extra: Buffer.from(entry(index)),
  });
}

async function faultOf(
  receipt: string,
  more: { entry?: string; verifierKey?: string } = {},
): Promise<ReceiptFault | 'ok'> {
  const verdict = await verifyReceipt({ receipt, verifierKey: signer.verifierKey, ...more });
  return verdict.ok ? 'ok' : verdict.fault;
}

test('a receipt of any place in any tree verifies with WebCrypto alone', async () => {
  for (let size = 1; size <= 20; size += 1) {
    for (let index = 0; index < size; index += 1) {
      const verdict = await verifyReceipt({
        receipt: receiptOf(index, size),
        verifierKey: signer.verifierKey,
      });
      assert.ok(verdict.ok);
      assert.deepEqual([verdict.index, verdict.entry, verdict.checkpoint.size], [index, entry(index), size]);
    }
  }
});

test('each fault has its name', async () => {
  const receipt = receiptOf(3, 11);
  const other = createNoteSigner('receipt.test/log', Buffer.alloc(32, 2));
  const foreign = createNoteSigner('other.test/log', Buffer.alloc(32, 1));
  const extra = Buffer.from(entry(3)).toString('base64');
  assert.equal(await faultOf(receipt), 'ok');
  assert.equal(await faultOf(receipt, { entry: entry(3) }), 'ok');
  assert.equal(await faultOf(receipt, { entry: entry(4) }), 'other_entry');
  assert.equal(await faultOf(receipt.replace(`extra ${extra}\n`, ''), { entry: entry(3) }), 'ok');
  assert.equal(await faultOf(receipt.replace(`extra ${extra}\n`, '')), 'malformed_receipt');
  assert.equal(await faultOf(receipt.replace('index 3', 'index 2')), 'not_included');
  assert.equal(
    await faultOf(receipt.replace(extra, Buffer.from(entry(4)).toString('base64'))),
    'not_included',
  );
  assert.equal(await faultOf(receipt.replace('\n11\n', '\n12\n')), 'bad_signature');
  assert.equal(await faultOf(receiptOf(3, 11, other)), 'bad_signature');
  assert.equal(await faultOf(receipt, { verifierKey: foreign.verifierKey }), 'wrong_origin');
  assert.equal(
    await faultOf(receipt, { verifierKey: signer.verifierKey.replace('+', '+0') }),
    'malformed_key',
  );
  assert.equal(await faultOf(receipt.slice(0, receipt.lastIndexOf('\n\n') + 1)), 'malformed_checkpoint');
  assert.equal(await faultOf('nothing'), 'malformed_receipt');
});
