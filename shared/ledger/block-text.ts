/**
 * Blocks: one line of canonical JSON a commit (docs/ledger.md, "Blocks"). Reading checks form only;
 * `verifier.ts` checks what a block says.
 */
import { hash } from 'node:crypto';
import { parseDecimal } from './checkpoint.ts';
import { findEntry } from './entry-text.ts';
import type { Entry } from './entries.ts';

/** `prev` of the first block. */
export const genesisPrevious = '0'.repeat(64);
/** Readers refuse longer lines; the writer keeps far below by limiting the entries of a block. */
export const blockBytesMax = 32 * 1024 * 1024;
export const blockEntriesMax = 4096;

export interface BlockHeader {
  /** How many entries the block holds. */
  count: number;
  /** Index of its first entry among all entries. */
  first: number;
  /** Number of the block, from 0. */
  n: number;
  prev: string;
  /** Base64 root of the tree over all entries up to and with this block. */
  root: string;
  ts: string;
}

export interface Block extends BlockHeader {
  hash: string;
  entries: Entry[];
  /** The canonical text of each entry, from the very bytes that were read. */
  texts: string[];
}

/** A line that is no block, with the place of the first character that cannot be right. */
export interface BlockFault {
  at: number;
  entry?: number;
  expected: string;
}

const headPattern = /\{"count":(0|[1-9][0-9]{0,15}),"entries":\[/y;
const tailPattern = new RegExp(
  '\\],"first":(0|[1-9][0-9]{0,15}),"hash":"([0-9a-f]{64})","n":(0|[1-9][0-9]{0,15}),' +
    '"prev":"([0-9a-f]{64})","root":"([A-Za-z0-9+/]{43}=)",' +
    '"ts":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z)","v":1\\}$',
  'y',
);

/** SHA-256(0x02 ‖ JCS(block without `hash` and `entries`)), hexadecimal. */
export function blockHash(header: BlockHeader): string {
  const { count, first, n, prev, root, ts } = header;
  const text = `{"count":${count},"first":${first},"n":${n},${chainMembers(prev, root, ts)}`;
  return hash('sha256', `\u0002${text}`, 'hex');
}

/** The start of a block's line, up to its first entry. */
export function blockStart(count: number): string {
  return `{"count":${count},"entries":[`;
}

/** The end of a block's line, from the end of its last entry, without the newline. */
export function blockEnd(header: BlockHeader, hashHex: string): string {
  const { first, n, prev, root, ts } = header;
  return `],"first":${first},"hash":"${hashHex}","n":${n},${chainMembers(prev, root, ts)}`;
}

function chainMembers(prev: string, root: string, ts: string): string {
  return `"prev":"${prev}","root":"${root}","ts":"${ts}","v":1}`;
}

/** Reads a line without its newline. The text must have been decoded as Latin-1: one character a byte. */
export function parseBlock(line: string): Block | BlockFault {
  headPattern.lastIndex = 0;
  const count = parseDecimal(headPattern.exec(line)?.[1] ?? '');
  if (count === undefined || count > blockEntriesMax) return { at: 0, expected: 'the start of a block' };
  const entries: Entry[] = [];
  const texts: string[] = [];
  let at = headPattern.lastIndex;
  while (entries.length < count) {
    if (entries.length > 0) {
      if (line[at] !== ',') return { at, entry: entries.length, expected: 'a comma between entries' };
      at += 1;
    }
    const found = findEntry(line, at);
    if (found === undefined) return { at, entry: entries.length, expected: 'a canonical entry' };
    texts.push(line.slice(at, found.end));
    entries.push(found.entry);
    at = found.end;
  }
  return parseTail(line, at, { count, entries, texts });
}

/** Which entries a block holds, without reading them. Undefined for a line that is no block. */
export function blockRange(line: string): { first: number; count: number } | undefined {
  headPattern.lastIndex = 0;
  const count = parseDecimal(headPattern.exec(line)?.[1] ?? '');
  const end = parseTail(line, line.lastIndexOf('],"first":'), { count: 0, entries: [], texts: [] });
  return count === undefined || isBlockFault(end) ? undefined : { first: end.first, count };
}

function parseTail(
  line: string,
  at: number,
  start: Pick<Block, 'count' | 'entries' | 'texts'>,
): Block | BlockFault {
  tailPattern.lastIndex = at;
  const [, first, hashHex, n, prev, root, ts] = tailPattern.exec(line) ?? [];
  const firstNumber = parseDecimal(first ?? '');
  const number = parseDecimal(n ?? '');
  if (firstNumber === undefined || number === undefined) return { at, expected: 'the end of a block' };
  return {
    ...start,
    first: firstNumber,
    n: number,
    hash: hashHex ?? '',
    prev: prev ?? '',
    root: root ?? '',
    ts: ts ?? '',
  };
}

export function isBlockFault(result: Block | BlockFault): result is BlockFault {
  return 'expected' in result;
}
