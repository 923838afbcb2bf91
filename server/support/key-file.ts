/** Secrets in files of their own, made on the first start. */
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Others may read or change it, or the group may change it. The group may read it, because mounted secrets
 * are readable by the group.
 */
const UNSAFE_MODE = 0o027;

/**
 * The trimmed text of the file; `make` makes the first one, which is durable when this resolves. Throws when
 * the file cannot be read, or when others could read it. One process at a time may do this in a folder.
 */
export async function readOrMakeKey(path: string, make: () => string): Promise<string> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT')
      throw new Error(`The key cannot be read: ${error.message}`, { cause: error });
    return undefined;
  });
  if (!file) return makeKey(path, make());
  try {
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & UNSAFE_MODE) !== 0) throw unsafe(path, mode);
    return (await file.readFile('utf8')).trim();
  } finally {
    await file.close();
  }
}

/** Written to another file and renamed, so that a crash never leaves half a key. */
async function makeKey(path: string, key: string): Promise<string> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${key}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const names = await open(folder, 'r');
  try {
    await names.sync();
  } finally {
    await names.close();
  }
  return key;
}

function unsafe(path: string, mode: number): Error {
  const octal = (mode & 0o777).toString(8);
  return new Error(`The key ${path} is open to other users (mode ${octal}); chmod 600 it`);
}
