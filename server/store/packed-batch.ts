/**
 * A batch on its way to a thread. Each array of bytes would be copied with a buffer of its own, which costs
 * more than all the numbers beside it; so all bytes travel in one buffer, and nothing is copied twice.
 */
import type { Batch } from './batch.ts';

export interface PackedBatch {
  /** Without its bytes. */
  readonly batch: Batch;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each piece. */
  readonly lengths: readonly number[];
}

/** Takes the bytes out of the batch, which must not be used any more. */
export function packBatch(batch: Batch): PackedBatch {
  const { parameters, bytesAt } = batch;
  const pieces = bytesAt.map((at) => parameters[at] as Uint8Array);
  const lengths = pieces.map(({ length }) => length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let end = 0;
  for (const [index, piece] of pieces.entries()) {
    bytes.set(piece, end);
    end += piece.length;
    parameters[bytesAt[index] ?? 0] = null;
  }
  return { batch, bytes, lengths };
}

export function unpackBatch({ batch, bytes, lengths }: PackedBatch): Batch {
  let end = 0;
  for (const [index, at] of batch.bytesAt.entries()) {
    const start = end;
    end += lengths[index] ?? 0;
    batch.parameters[at] = bytes.subarray(start, end);
  }
  return batch;
}
