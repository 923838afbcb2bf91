/**
 * Refresh tokens. Those of one login follow each other by generation, and each one is derived: the id of the
 * login, the generation, and an HMAC of both. So nothing of a token is stored, and the one that replaces a
 * used one can be given again.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readOrMakeKey } from '../support/key-file.ts';

const KEY_BYTES = 32;
const ID_BYTES = 16;
const GENERATION_BYTES = 6;
const NAMED_BYTES = ID_BYTES + GENERATION_BYTES;
const MAC_BYTES = 32;
/** Keeps these HMACs apart from any other use of the key. */
const PURPOSE = 'hilo refresh token 1\0';

export interface RefreshClaims {
  /** UUID. */
  readonly login: string;
  readonly generation: number;
}

export class RefreshTokens {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Reads the key, or makes it. Throws when the file cannot be used. */
  static async open(path: string, randomBytes: (size: number) => Buffer): Promise<RefreshTokens> {
    const text = await readOrMakeKey(path, () => randomBytes(KEY_BYTES).toString('base64'));
    const key = Buffer.from(text, 'base64');
    if (key.length !== KEY_BYTES) {
      throw new Error(`The key in ${path} is not ${KEY_BYTES} bytes in base64; delete the file`);
    }
    return new RefreshTokens(key);
  }

  issue({ login, generation }: RefreshClaims): string {
    const named = Buffer.alloc(NAMED_BYTES);
    named.write(login.replaceAll('-', ''), 'hex');
    named.writeUIntBE(generation, ID_BYTES, GENERATION_BYTES);
    return Buffer.concat([named, this.#mac(named)]).toString('base64url');
  }

  /** Undefined for a token that we did not make. */
  read(token: string): RefreshClaims | undefined {
    const bytes = Buffer.from(token, 'base64url');
    // Decoding is lenient, and one token must have one spelling.
    if (bytes.length !== NAMED_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined;
    const named = bytes.subarray(0, NAMED_BYTES);
    if (!timingSafeEqual(this.#mac(named), bytes.subarray(NAMED_BYTES))) return undefined;
    const hex = named.toString('hex', 0, ID_BYTES);
    const login = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { login, generation: named.readUIntBE(ID_BYTES, GENERATION_BYTES) };
  }

  #mac(named: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(PURPOSE).update(named).digest();
  }
}
