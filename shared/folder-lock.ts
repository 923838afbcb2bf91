import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The empty file that is locked. It may stay behind; only a living process can hold its lock. */
export const LOCK_FILE = 'lock';

/** Releases the lock. The system releases it when the process ends, however it ends. */
export type Unlock = () => void;

/**
 * Makes this process the only one that uses a folder; undefined while another user has it, in this
 * process or in another. Node has no flock, so the lock is that of an SQLite database: the file system keeps
 * it, and it holds between containers and network namespaces too. It does not hold
 *
 * - between machines whose shared file system (NFS, SMB) has no locks for byte ranges, or has them only
 *   within one machine;
 * - against a copy of the folder, which is another folder;
 * - after another part of this process has opened and closed the file (POSIX locks are lost then).
 *
 * Throws when the folder cannot be written.
 */
export function lockFolder(folder: string): Unlock | undefined {
  const path = join(folder, LOCK_FILE);
  makePrivateFile(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // With a journal in memory no second file appears beside the lock.
    database.exec('PRAGMA journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return () => database.close();
}

/** A file that exists is not opened: closing it again would end a lock that this process has. */
function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** SQLITE_BUSY, in its extended forms too. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}
