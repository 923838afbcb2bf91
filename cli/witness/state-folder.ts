/** The folder of a witness: files that are replaced whole and durably, and a lock, for one writer. */
import { hash } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { WitnessFault } from './witness-fault.ts';

/** Where a witness keeps what it must not forget. */
export interface WitnessState {
  /** The file's text; undefined when there is no such file. */
  read(name: string): Promise<string | undefined>;
  /** Resolves when the new text survives a power cut. Before, a crash leaves the old one or the new one. */
  replace(name: string, text: string): Promise<void>;
}

export interface StateFolder extends WitnessState {
  /** Gives the lock back. The system does so by itself when the process ends, however it ends. */
  close(): Promise<void>;
}

/** Makes the folder if need be. Rejects with `state_locked` when another process has it open. */
export async function openStateFolder(folder: string): Promise<StateFolder> {
  await makeFolder(resolve(folder));
  const lock = await lockFolder(folder);
  return {
    read: (name) => readStateFile(folder, name),
    replace: (name, text) => replaceFile(folder, name, text),
    close: () => new Promise((done) => lock.close(() => done())),
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
  // Each made folder is an entry of the one above, which has to survive too.
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

/**
 * Node has no flock. A name in Linux's abstract socket space is taken by one process at a time and leaves
 * nothing behind; elsewhere a loopback port derived from the folder does. Neither reaches across machines.
 */
async function lockFolder(folder: string): Promise<Server> {
  const digest = hash('sha256', await realpath(folder), 'hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  const { promise, resolve: listening, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  if (process.platform === 'linux') server.listen(`\0hilo-witness-${digest}`, listening);
  else server.listen(portOf(digest), '127.0.0.1', listening);
  try {
    await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new WitnessFault('state_locked', folder);
  }
  return server.unref();
}

/** A port below the range that systems give to outgoing connections, apart from those of ledgers. */
function portOf(digest: string): number {
  return 30_000 + (Number.parseInt(digest.slice(0, 8), 16) % 2_000);
}
