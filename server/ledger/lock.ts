import { hash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { LedgerError } from './ledger-error.ts';

/** Releases the lock. The system does so by itself when the process ends, however it ends. */
export type Unlock = () => Promise<void>;

/**
 * Makes this process the only writer of a folder. Node has no flock; a name in Linux's abstract socket space
 * is as good: it is taken by one process at a time and leaves nothing behind. Elsewhere a loopback port
 * derived from the folder does the same. Neither reaches across machines or network namespaces: a folder
 * shared between them has no lock.
 */
export async function lockFolder(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<Unlock> {
  const digest = hash('sha256', await realpath(folder), 'hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  await listen(server, digest, platform).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    const message = `Another server is writing the ledger in ${folder}; stop it, or use another folder`;
    throw new LedgerError('ledger_locked', message, { folder }, error);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function listen(server: Server, digest: string, platform: NodeJS.Platform): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => resolve());
    if (platform === 'linux') server.listen(`\0hilo-ledger-${digest}`);
    else server.listen(portOf(digest), '127.0.0.1');
  });
}

/** A port below the range that systems give to outgoing connections. */
function portOf(digest: string): number {
  return 20_000 + (Number.parseInt(digest.slice(0, 8), 16) % 10_000);
}
