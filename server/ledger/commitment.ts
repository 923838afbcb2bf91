import { createHmac } from 'node:crypto';

/** Length of a salt; shorter ones would let a guessed text be confirmed. */
export const saltBytes = 32;

/**
 * HMAC-SHA-256(salt, text), base64: what the chain holds instead of a text. Once the salt is deleted, nobody
 * can find out which text it was, not even by trying all likely ones.
 */
export function commitTo(salt: Uint8Array, text: string): string {
  return createHmac('sha256', salt).update(text, 'utf8').digest('base64');
}
