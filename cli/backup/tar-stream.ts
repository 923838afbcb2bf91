/** Backups as a stream, for machines without room for a second copy. The program is the system's `tar`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const REASON_CHARACTERS_MAX = 500;

export async function writeTar(folder: string, output: Writable): Promise<void> {
  const tar = spawn('tar', ['-C', folder, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = endOf(tar);
  await pipeline(tar.stdout, output, { end: false });
  await ended;
}

/** Rejects when the stream is not a whole archive, or has anything but files and folders in it. */
export async function readTar(input: Readable, folder: string): Promise<void> {
  const options = ['--no-same-owner', '--no-same-permissions', '--no-overwrite-dir'];
  const tar = spawn('tar', ['-C', folder, ...options, '-xf', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = endOf(tar);
  // A tar that has had enough closes its input; why it did is told by its end.
  await pipeline(input, tar.stdin).catch(() => undefined);
  await ended;
  await requirePlain(folder);
}

async function endOf(tar: ReturnType<typeof spawn>): Promise<void> {
  let reason = '';
  tar.stderr?.setEncoding('utf8').on('data', (text: string) => {
    reason = (reason + text).slice(0, REASON_CHARACTERS_MAX);
  });
  const [code] = (await once(tar, 'close')) as [number | null];
  if (code !== 0) throw new Error(`tar failed: ${reason.trim() || String(code)}`);
}

async function requirePlain(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    const info = await lstat(join(folder, name));
    if (!info.isFile() && !info.isDirectory()) throw new Error(`${name} in the archive is not a file`);
  }
}
