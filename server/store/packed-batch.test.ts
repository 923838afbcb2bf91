import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Batch } from './batch.ts';
import { packBatch, unpackBatch } from './packed-batch.ts';

function batchOf(parameters: Batch['parameters']): Batch {
  const bytesAt = parameters.flatMap((value, at) => (value instanceof Uint8Array ? [at] : []));
  return { texts: ['?'], parameterCounts: [parameters.length], steps: [0], units: [1], parameters, bytesAt };
}

test('bytes come out as they went in, empty ones and views of a pool too', () => {
  const pool = Uint8Array.from([1, 2, 3, 4, 5]);
  const parameters = () => [7, pool.subarray(1, 3), 'text', null, new Uint8Array(), pool.subarray(4)];
  const packed = structuredClone(packBatch(batchOf(parameters())));
  assert.equal(packed.bytes.length, 3);
  assert.deepEqual(unpackBatch(packed), batchOf(parameters()));
});

test('a batch without bytes stays as it is', () => {
  const packed = packBatch(batchOf([1, 'text', null]));
  assert.deepEqual(unpackBatch(packed), batchOf([1, 'text', null]));
});
