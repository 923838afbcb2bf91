/** Small disks, and files that cannot be changed. Only root may make them. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

const AS_ROOT = userInfo().uid === 0 ? [] : ['sudo', '-n'];

export async function asRoot(...command: readonly string[]): Promise<void> {
  const [program = '', ...args] = [...AS_ROOT, ...command];
  await promisify(execFile)(program, args);
}

/** A folder on a disk of its own, of so many bytes, until the test ends. */
export async function smallDisk(context: TestContext, bytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-small-disk-'));
  await asRoot('mount', '-t', 'tmpfs', '-o', `size=${bytes},mode=777`, 'tmpfs', folder);
  context.after(async () => {
    await asRoot('umount', folder);
    await rm(folder, { recursive: true });
  });
  return folder;
}

/** Stands in for a file that belongs to another user, also where the test runs as root. */
export async function whileImmutable(file: string, run: () => Promise<void>): Promise<void> {
  await asRoot('chattr', '+i', file);
  try {
    await run();
  } finally {
    await asRoot('chattr', '-i', file);
  }
}
