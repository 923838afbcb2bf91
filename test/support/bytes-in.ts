/** What is on the disk, for tests that look for what must not be there. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files are replaced by renaming while a server runs, so a moment may be missed. */
const ATTEMPTS = 100;

/** All files below a folder, one after the other, at a moment when none was replaced. */
export async function bytesIn(folder: string): Promise<Buffer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return Buffer.concat(
        await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name)))),
      );
    } catch (error) {
      // What has vanished has another name now, which the list may not have.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === ATTEMPTS) throw error;
    }
  }
}
