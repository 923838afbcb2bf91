/**
 * The form of C2SP cosignatures (c2sp.org/tlog-cosignature), version 1 with Ed25519: that a witness saw a
 * checkpoint, and when. Browser-safe; `cosignature-keys.ts` signs and verifies with `node:crypto`.
 */

const timeBytes = 8;
const signatureBytes = 64;

/** What a signature line of type 0x04 carries after the key id. */
export interface Cosignature {
  /** When the witness signed, in seconds since 1970. */
  time: number;
  signature: Uint8Array<ArrayBuffer>;
}

/** What is signed: the checkpoint's whole text, under a header that keeps it apart from plain notes. */
export function cosignedMessage(time: number, checkpointText: string): string {
  return `cosignature/v1\ntime ${time}\n${checkpointText}`;
}

/** Time as 64 bits, big endian, then the signature. */
export function joinCosignature(cosignature: Cosignature): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(timeBytes + signatureBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(cosignature.time));
  bytes.set(cosignature.signature, timeBytes);
  return bytes;
}

/** Undefined for a wrong length, and for times of 2^53 and more (the format ends at 2^63 - 1). */
export function splitCosignature(bytes: Uint8Array): Cosignature | undefined {
  if (bytes.length !== timeBytes + signatureBytes) return undefined;
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  return Number.isSafeInteger(time)
    ? { time, signature: new Uint8Array(bytes.subarray(timeBytes)) }
    : undefined;
}
