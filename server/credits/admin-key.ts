/** The way in when all else fails: a key that is made on the first start, in a file that only its owner can read. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const KEY_BYTES = 32;

export class AdminKey {
  readonly #hash: Buffer;

  private constructor(key: string) {
    this.#hash = hashOf(key);
  }

  /** Reads the key, or makes it. Throws what the file system throws. */
  static async open(path: string, randomBytes: (size: number) => Buffer): Promise<AdminKey> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return create(path, randomBytes(KEY_BYTES).toString('base64url'));
    });
    const key = text.trim();
    if (key.length < KEY_BYTES)
      throw new Error(`The key in ${path} is too short to be safe; delete the file`);
    return new AdminKey(key);
  }

  /** Takes the same time for every key, right or wrong. */
  matches(key: string): boolean {
    return timingSafeEqual(this.#hash, hashOf(key));
  }
}

async function create(path: string, key: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(`${key}\n`);
  await file.sync();
  await file.close();
  return key;
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
