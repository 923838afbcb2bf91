/** Thread that hashes the leaves of one range of the ledger at a time, so that verifying uses every core. */
import { open, type FileHandle } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { isBlockFault, parseBlock } from '../../shared/ledger/block-text.ts';
import { HashList } from '../../shared/ledger/hash-list.ts';
import { hashBytes, leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import { readParts, type SegmentPart } from './ledger-source.ts';

export interface LeafRequest {
  start: number;
  end: number;
}

/** The leaf hashes of the range, joined, up to the first line that is no block. */
export type LeafAnswer = Uint8Array<ArrayBuffer>;

const { parts } = workerData as { parts: SegmentPart[] };
const handles: FileHandle[] = [];
for (const part of parts) handles.push(await open(part.path, 'r'));

// One after the other: the pool takes the answers in the order of its requests.
let answered = Promise.resolve();
parentPort?.on('message', (request: LeafRequest) => {
  answered = answered.then(() => answer(request));
});

async function answer({ start, end }: LeafRequest): Promise<void> {
  const bytes = await readParts(parts, handles, start, end - start);
  const leaves = hashLeaves(bytes.toString('latin1'));
  parentPort?.postMessage(leaves, [leaves.buffer]);
}

function hashLeaves(text: string): LeafAnswer {
  const leaves = new HashList(4096);
  for (const line of text.split('\n')) {
    const block = parseBlock(line);
    if (isBlockFault(block)) break;
    for (const entry of block.texts) leaves.pushBinary(leafHashBinary(entry));
  }
  return new Uint8Array(leaves.bytes.subarray(0, leaves.length * hashBytes));
}
