/** Names and records of the ledger's files, for the code that writes them and the code that only reads. */
import { hash } from 'node:crypto';

/** The folder of the ledger inside the data directory. */
export const ledgerFolder = 'ledger';
export const headFile = 'head';
/** The newest signed checkpoint, for people and for tools that work without the server. */
export const checkpointFile = 'checkpoint';
/** Says which of the files beside it (`snapshotPartName`) are the snapshot. */
export const snapshotFile = 'snapshot';
/** A segment that has reached this size takes no further block. */
export const segmentBytesMax = 256 * 1024 * 1024;

/** Segment files sort by name and joined in that order are one JSON Lines file. */
export function segmentName(number: number): string {
  return `segment-${String(number).padStart(6, '0')}.jsonl`;
}

export function isSegmentName(name: string): boolean {
  return /^segment-[0-9]{6}\.jsonl$/.test(name);
}

/** `run`: accounts, ids and refunds; `tiles`: the tree. No two files that are in use have one number. */
export function snapshotPartName(number: number, what: 'run' | 'tiles'): string {
  return `${snapshotFile}-${String(number).padStart(6, '0')}.${what}`;
}

/** Undefined for any other file. */
export function snapshotPartNumber(name: string): number | undefined {
  const [, number] = /^snapshot-([0-9]{6,15})\.(?:run|tiles)$/.exec(name) ?? [];
  return number === undefined ? undefined : Number(number);
}

/**
 * Where bytes that a crash left behind are kept: by the offset at which they began, and a number that makes
 * it new.
 */
export function tornName(offset: number, number: number): string {
  return `torn-${offset}-${number}`;
}

/** Up to where the ledger is durable. Everything before `bytes` was synced before this record was written. */
export interface HeadRecord {
  blocks: number;
  bytes: number;
  count: number;
  hash: string;
  root: string;
}

/** Each of the two slots has a page of its own, so that writing one can never damage the other. */
export const headSlotBytes = 4096;
const headTextBytes = 512;

/** A fixed-size line: canonical JSON, its SHA-256 as member `sum`, padded with spaces. */
export function formatHead(head: HeadRecord): string {
  const text = headText(head);
  return `${text.slice(0, -1)},"sum":"${hash('sha256', text, 'hex')}"}`.padEnd(headTextBytes - 1) + '\n';
}

const headPattern = new RegExp(
  '^\\{"blocks":([0-9]{1,15}),"bytes":([0-9]{1,15}),"count":([0-9]{1,15}),' +
    '"hash":"([0-9a-f]{64})","root":"([A-Za-z0-9+/]{43}=)",',
);

/** Reads one slot. Undefined when its record is not whole. */
export function parseHead(slot: Uint8Array): HeadRecord | undefined {
  const text = Buffer.from(slot.subarray(0, headTextBytes)).toString('latin1');
  const [, blocks, bytes, count, hashHex, root] = headPattern.exec(text) ?? [];
  if (hashHex === undefined || root === undefined) return undefined;
  const head = { blocks: Number(blocks), bytes: Number(bytes), count: Number(count), hash: hashHex, root };
  return formatHead(head) === text ? head : undefined;
}

/** The newer of the two slots that are whole. Undefined when neither is. */
export function parseHeads(bytes: Uint8Array): HeadRecord | undefined {
  const first = parseHead(bytes.subarray(0, headSlotBytes));
  const second = parseHead(bytes.subarray(headSlotBytes));
  if (first === undefined || second === undefined) return first ?? second;
  return first.blocks > second.blocks ? first : second;
}

function headText(head: HeadRecord): string {
  const { blocks, bytes, count, hash: hashHex, root } = head;
  return `{"blocks":${blocks},"bytes":${bytes},"count":${count},"hash":"${hashHex}","root":"${root}"}`;
}
