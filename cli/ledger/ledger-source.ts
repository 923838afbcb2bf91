import { open, readdir, readFile, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  checkpointFile,
  headFile,
  isSegmentName,
  ledgerFolder,
  parseHeads,
  type HeadRecord,
} from '../../shared/ledger/layout.ts';
import type { ByteSource } from '../../shared/ledger/line-reader.ts';
import { UsageError } from './io.ts';

/** One segment file, and where it begins in the joined segments. */
export interface SegmentPart {
  path: string;
  start: number;
  size: number;
}

/** A ledger opened for reading only, without its server and without a lock. */
export interface LedgerSource extends ByteSource {
  parts: readonly SegmentPart[];
  /** How far the ledger was durable before the segments were read. A single copied file has no head. */
  head: HeadRecord | undefined;
  /** The checkpoint in the folder of the segments, if there is one. */
  checkpoint: string | undefined;
  place(position: number): { segment: string; offset: number };
  close(): Promise<void>;
}

/** Opens a data directory, the ledger folder in it, or one file of joined segments. */
export async function openLedgerSource(path: string): Promise<LedgerSource> {
  const { folder, files } = await findFiles(path);
  // Head and checkpoint are read first, so that the segments surely contain everything that they describe.
  const head = await readFile(join(folder, headFile)).catch(ignoreMissing);
  const checkpoint = await readFile(join(folder, checkpointFile), 'utf8').catch(ignoreMissing);
  const parts: SegmentPart[] = [];
  const handles: FileHandle[] = [];
  let start = 0;
  for (const file of files) {
    const handle = await open(file, 'r');
    const { size } = await handle.stat();
    handles.push(handle);
    parts.push({ path: file, start, size });
    start += size;
  }
  const isLone = files.length === 1 && !isSegmentName(basename(files[0] ?? ''));
  return {
    parts,
    size: start,
    head: head === undefined || isLone ? undefined : parseHeads(head),
    checkpoint: isLone ? undefined : checkpoint,
    read: (position, length) => readParts(parts, handles, position, length),
    place: (position) => placeIn(parts, position),
    close: async () => {
      for (const handle of handles) await handle.close();
    },
  };
}

/** Reads across segment files. */
export async function readParts(
  parts: readonly SegmentPart[],
  handles: readonly FileHandle[],
  position: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  for (const [at, part] of parts.entries()) {
    const from = position + done - part.start;
    const count = Math.min(length - done, part.size - from);
    if (from < 0 || count <= 0) continue;
    const { bytesRead } = (await handles[at]?.read(bytes, done, count, from)) ?? { bytesRead: 0 };
    if (bytesRead !== count) throw new Error(`${part.path} became shorter while it was read`);
    done += count;
  }
  return bytes.subarray(0, done);
}

async function findFiles(path: string): Promise<{ folder: string; files: string[] }> {
  const info = await stat(path).catch(ignoreMissing);
  if (info === undefined) throw new UsageError(`There is nothing at ${path}`);
  if (info.isFile()) return { folder: dirname(path), files: [path] };
  for (const folder of [join(path, ledgerFolder), path]) {
    const names = (await readdir(folder).catch(ignoreMissing)) ?? [];
    const files = names.filter(isSegmentName).sort();
    if (files.length > 0) return { folder, files: files.map((name) => join(folder, name)) };
  }
  throw new UsageError(`There is no ledger in ${path}`);
}

function placeIn(parts: readonly SegmentPart[], position: number): { segment: string; offset: number } {
  const part = parts.findLast((item) => item.start <= position && item.size > 0);
  return { segment: basename(part?.path ?? ''), offset: position - (part?.start ?? 0) };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
