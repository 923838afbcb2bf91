/** Copies the folder of artefacts while a server writes it: pictures, files of requests and the like. */
import { constants, copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export const ARTIFACTS_FOLDER = 'artifacts';
/** Files of jobs, which are treated alike. */
export const BATCHES_FOLDER = 'batches';

/**
 * Files never change; they appear whole and go away. One that goes away meanwhile has been erased. What
 * begins with a dot is being written. Does nothing where there is no such folder.
 */
export async function copyArtifacts(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(ifGone);
  if (!entries) return;
  await mkdir(to, { mode: 0o700 });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyArtifacts(source, target);
    else if (entry.isFile()) await copyFile(source, target, constants.COPYFILE_FICLONE).catch(ifGone);
  }
}

function ifGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
