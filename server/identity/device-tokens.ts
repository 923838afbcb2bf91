/**
 * A device shows by its token that somebody has signed in to an account on it before: the id of the device,
 * and an HMAC of that with the user, so that nothing is stored. A token opens nothing; it keeps the owner of
 * an account apart from others who guess its password.
 * https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readOrMakeKey } from '../support/key-file.ts';

const KEY_BYTES = 32;
const ID_BYTES = 16;
const MAC_BYTES = 32;

export class DeviceTokens {
  readonly #key: string;
  readonly #randomBytes: (size: number) => Buffer;

  constructor(key: string, randomBytes: (size: number) => Buffer) {
    this.#key = key;
    this.#randomBytes = randomBytes;
  }

  /** Reads the key, or makes it. Throws when the file cannot be used. */
  static async open(path: string, randomBytes: (size: number) => Buffer): Promise<DeviceTokens> {
    const key = await readOrMakeKey(path, () => randomBytes(KEY_BYTES).toString('base64url'));
    if (key.length < KEY_BYTES) throw new Error(`The key in ${path} is too short; delete the file`);
    return new DeviceTokens(key, randomBytes);
  }

  issue(user: string): string {
    const id = this.#randomBytes(ID_BYTES);
    return Buffer.concat([id, this.#mac(user, id)]).toString('base64url');
  }

  /** The id of the device; undefined when the token is not one of ours for this user. */
  read(user: string, token: string): string | undefined {
    const bytes = Buffer.from(token, 'base64url');
    // Decoding is lenient, and one token must have one spelling.
    if (bytes.length !== ID_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined;
    const id = bytes.subarray(0, ID_BYTES);
    if (!timingSafeEqual(this.#mac(user, id), bytes.subarray(ID_BYTES))) return undefined;
    return id.toString('base64url');
  }

  #mac(user: string, id: Buffer): Buffer {
    return createHmac('sha256', this.#key).update('hilo device token 1\0').update(id).update(user).digest();
  }
}
