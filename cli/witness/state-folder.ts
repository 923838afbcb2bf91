/** The folder of a witness: files that are replaced whole and durably, and a lock that allows one writer. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { lockFolder } from '../../shared/folder-lock.ts';
import { WitnessFault } from './witness-fault.ts';

/** Where a witness keeps what it must not forget. */
export interface WitnessState {
  /** The file's text; undefined when there is no such file. */
  read(name: string): Promise<string | undefined>;
  /** Resolves when the new text survives a power cut. A crash before that leaves the old or the new text. */
  replace(name: string, text: string): Promise<void>;
}

export interface StateFolder extends WitnessState {
  /** Releases the lock. The system releases it too when the process ends for any reason. */
  close(): void;
}

/** Creates the folder if necessary. Rejects with `state_locked` when another process has it open. */
export async function openStateFolder(folder: string): Promise<StateFolder> {
  await makeFolder(resolve(folder));
  const unlock = lockFolder(folder);
  if (unlock === undefined) throw new WitnessFault('state_locked', folder);
  return {
    read: (name) => readStateFile(folder, name),
    replace: (name, text) => replaceFile(folder, name, text),
    close: unlock,
  };
}

/** Reads without the lock: a file is always whole. */
export async function readStateFile(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  // Each new folder is an entry in its parent folder, and that entry must survive a crash too.
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  const draft = join(folder, `${name}.new`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(folder, name));
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
