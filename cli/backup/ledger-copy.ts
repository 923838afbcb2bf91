/**
 * Copies a ledger that is being written. The files that describe the blocks are read first, so that the copy
 * contains every block that they describe; the copy ends where the ledger was durable at that time.
 */
import { constants, copyFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkpointFile,
  headFile,
  isSegmentName,
  ledgerFolder,
  parseHeads,
  type HeadRecord,
} from '../../shared/ledger/layout.ts';
import { makePrivateFolder } from './private-folder.ts';

/** The newest checkpoint with cosignatures of witnesses. */
const WITNESSED_FILE = 'witnessed';
/** Copied in this order: each file must not describe more entries than the files after it. */
const SPEAKING_FILES = [WITNESSED_FILE, checkpointFile];

/** How far the ledger is durable. Throws when there is no ledger. */
export async function readDurableEnd(dataDir: string): Promise<HeadRecord> {
  const head = parseHeads(await readFile(join(dataDir, ledgerFolder, headFile)));
  if (head === undefined) throw new Error(`${join(dataDir, ledgerFolder, headFile)} has no whole record`);
  return head;
}

/** Resolves with the end of the copy. */
export async function copyLedger(dataDir: string, target: string): Promise<HeadRecord> {
  const [from, to] = [join(dataDir, ledgerFolder), join(target, ledgerFolder)];
  await makePrivateFolder(to);
  for (const name of SPEAKING_FILES) await copyIfThere(join(from, name), join(to, name));
  const headBytes = await readFile(join(from, headFile));
  const head = parseHeads(headBytes) ?? (await readDurableEnd(dataDir));
  await writeFile(join(to, headFile), headBytes);
  const names = (await readdir(from)).sort();
  // What a crash left behind; the ledger has an entry about it.
  for (const name of names.filter((each) => each.startsWith('torn-'))) {
    await copyFile(join(from, name), join(to, name));
  }
  let left = head.bytes;
  for (const name of names.filter(isSegmentName)) {
    if (left === 0) break;
    await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
    const { size } = await stat(join(to, name));
    if (size > left) await truncate(join(to, name), left);
    left -= Math.min(size, left);
  }
  if (left > 0) throw new Error(`The ledger in ${from} is cut short: ${left} bytes are missing`);
  return head;
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
