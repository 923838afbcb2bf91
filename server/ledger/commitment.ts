import { hash } from 'node:crypto';

/** Length of a salt; shorter ones would let a guessed text be confirmed. */
export const saltBytes = 32;

/**
 * SHA-256(salt ‖ text), base64: what the chain holds instead of a text. Once the salt is deleted, nobody can
 * find out which text it was, not even by trying all likely ones. The salt has one length, so no other salt
 * and text give the same bytes.
 */
export function commitTo(salt: Uint8Array, text: string): string {
  const textBytes = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(salt.length + textBytes);
  bytes.set(salt);
  bytes.write(text, salt.length, 'utf8');
  return hash('sha256', bytes, 'base64');
}
