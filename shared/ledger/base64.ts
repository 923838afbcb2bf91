/** Strict base64 (RFC 4648 section 4) for browsers and Node, whose Buffer accepts malformed text. */

export function encodeBase64(bytes: Uint8Array): string {
  // Native where it exists (Node 25, browsers of 2025); not all type definitions know it yet.
  const native = (bytes as { toBase64?: () => string }).toBase64;
  if (native) return native.call(bytes);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * The bytes of a canonical base64 text; undefined for any other text, wrong padding and loose last bits
 * included.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return encodeBase64(bytes) === text ? bytes : undefined;
}
