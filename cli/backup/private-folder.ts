/** Makes the files of a backup private to their owner, and durable before success is reported. */
import { chmod, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 });
}

/** Makes everything in a folder private and durable, beginning with the deepest files. */
export async function sealFolder(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await sealFolder(child);
    else {
      await chmod(child, 0o600);
      await sync(child);
    }
  }
  await sync(path);
}

export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
