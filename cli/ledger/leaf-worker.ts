/** A thread that hashes the leaves of one range of the ledger at a time, so that `verify` uses every core. */
import { open, type FileHandle } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { HashList } from '../../shared/ledger/hash-list.ts';
import { hashBytes, leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import { readParts, type SegmentPart } from './ledger-source.ts';

export interface LeafRequest {
  start: number;
  end: number;
}

/** The leaf hashes of the range, joined. They are meaningful only if every line is a block. */
export type LeafAnswer = Uint8Array<ArrayBuffer>;

const entriesStart = '"entries":[';
const entriesEnd = '],"first":';
const entryBorder = '"},{"';

const { parts } = workerData as { parts: SegmentPart[] };
const handles: FileHandle[] = [];
for (const part of parts) handles.push(await open(part.path, 'r'));

// One request after the other: the pool expects the answers in the order of its requests.
let answered = Promise.resolve();
parentPort?.on('message', (request: LeafRequest) => {
  answered = answered.then(() => answer(request));
});

async function answer({ start, end }: LeafRequest): Promise<void> {
  const bytes = await readParts(parts, handles, start, end - start);
  const leaves = hashLeaves(bytes.toString('latin1'));
  parentPort?.postMessage(leaves, [leaves.buffer]);
}

/**
 * Hashes the text between the borders of entries without parsing it: no value can contain a quotation mark,
 * so the characters of a border never occur inside an entry. The caller parses every line itself.
 */
function hashLeaves(text: string): LeafAnswer {
  const leaves = new HashList(4096);
  for (const line of text.split('\n')) {
    const end = line.lastIndexOf(entriesEnd);
    let start = line.indexOf(entriesStart) + entriesStart.length;
    for (let next = start; next < end; start = next + 1) {
      const border = line.indexOf(entryBorder, start);
      next = border < 0 || border > end ? end : border + '"}'.length;
      leaves.pushBinary(leafHashBinary(line.slice(start, next)));
    }
  }
  return new Uint8Array(leaves.bytes.subarray(0, leaves.length * hashBytes));
}
