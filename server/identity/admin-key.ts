/**
 * The access that works when everything else fails: a key that is made on the first start, in a file that
 * only its owner can read.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readOrMakeKey } from '../support/key-file.ts';

const KEY_BYTES = 32;

export class AdminKey {
  readonly #hash: Buffer;

  private constructor(key: string) {
    this.#hash = hashOf(key);
  }

  /** Reads the key, or makes it. Throws when the file cannot be used. */
  static async open(path: string, randomBytes: (size: number) => Buffer): Promise<AdminKey> {
    const key = await readOrMakeKey(path, () => randomBytes(KEY_BYTES).toString('base64url'));
    if (key.length < KEY_BYTES)
      throw new Error(`The key in ${path} is too short to be safe; delete the file`);
    return new AdminKey(key);
  }

  /** Takes the same time for every key, right or wrong. */
  matches(key: string): boolean {
    return timingSafeEqual(this.#hash, hashOf(key));
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
