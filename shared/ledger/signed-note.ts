/**
 * C2SP signed notes (c2sp.org/signed-note): a text, an empty line, signature lines. Browser-safe: parsing and
 * writing only; `note-keys.ts` signs and verifies with `node:crypto`, `receipt.ts` verifies with WebCrypto.
 */
import { decodeBase64, encodeBase64 } from './base64.ts';

/** Signature type of plain Ed25519 in key ids and verifier keys. */
export const ed25519Type = 0x01;
/** Signature type of a timestamped Ed25519 witness cosignature (c2sp.org/tlog-cosignature). */
export const cosignatureType = 0x04;

const signatureStart = '\u2014 ';
/** The format asks for at least 16; a note with more than this is refused unread. */
const signaturesMax = 64;
const keyIdBytes = 4;

export interface NoteSignature {
  name: string;
  keyId: string;
  signature: Uint8Array<ArrayBuffer>;
}

export interface SignedNote {
  /** The signed text, its final newline included. */
  text: string;
  signatures: NoteSignature[];
}

/** A public key in the `name+keyid+base64` form. `keyId` is eight hexadecimal digits. */
export interface VerifierKey {
  name: string;
  keyId: string;
  type: number;
  publicKey: Uint8Array<ArrayBuffer>;
}

/** Splits a note at its last empty line. Undefined for anything that is not a well-formed note. */
export function parseSignedNote(note: string): SignedNote | undefined {
  if (!note.isWellFormed() || hasControlCharacter(note) || !note.endsWith('\n')) return undefined;
  const split = note.lastIndexOf('\n\n');
  if (split < 0) return undefined;
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > signaturesMax) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === undefined) return undefined;
    signatures.push(signature);
  }
  return { text: note.slice(0, split + 1), signatures };
}

export function formatSignedNote(note: SignedNote): string {
  return `${note.text}\n${note.signatures.map(formatSignatureLine).join('')}`;
}

export function formatSignatureLine(signature: NoteSignature): string {
  const bytes = new Uint8Array(keyIdBytes + signature.signature.length);
  for (let at = 0; at < keyIdBytes; at += 1) {
    bytes[at] = Number.parseInt(signature.keyId.slice(2 * at, 2 * at + 2), 16);
  }
  bytes.set(signature.signature, keyIdBytes);
  return `${signatureStart}${signature.name} ${encodeBase64(bytes)}\n`;
}

/**
 * Reads a verifier key; a caller that has SHA-256 must still compare its key id with `keyIdPreimage`'s hash.
 */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  const [, name, keyId, encoded] = match ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined || !isKeyName(name))
    return undefined;
  const bytes = decodeBase64(encoded);
  const type = bytes?.[0];
  if (bytes?.length !== 33 || type === undefined) return undefined;
  return { name, keyId, type, publicKey: bytes.slice(1) };
}

export function formatVerifierKey(key: VerifierKey): string {
  const bytes = new Uint8Array(1 + key.publicKey.length);
  bytes[0] = key.type;
  bytes.set(key.publicKey, 1);
  return `${key.name}+${key.keyId}+${encodeBase64(bytes)}`;
}

/** What a key id is the first four bytes of the SHA-256 of: name ‖ LF ‖ type ‖ public key. */
export function keyIdPreimage(name: string, type: number, publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = new TextEncoder().encode(`${name}\n`);
  const bytes = new Uint8Array(start.length + 1 + publicKey.length);
  bytes.set(start);
  bytes[start.length] = type;
  bytes.set(publicKey, start.length + 1);
  return bytes;
}

/** The signatures of a note that claim to be of this key. */
export function signaturesOf(note: SignedNote, key: VerifierKey): NoteSignature[] {
  return note.signatures.filter((item) => item.name === key.name && item.keyId === key.keyId);
}

/** Key names are non-empty and hold neither Unicode spaces nor a plus sign. */
export function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+\u0085]/u.test(name);
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  if (!line.startsWith(signatureStart)) return undefined;
  const [name, encoded, ...more] = line.slice(signatureStart.length).split(' ');
  if (name === undefined || encoded === undefined || more.length > 0 || !isKeyName(name)) return undefined;
  const bytes = decodeBase64(encoded);
  if (bytes === undefined || bytes.length <= keyIdBytes) return undefined;
  const keyId = [...bytes.subarray(0, keyIdBytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { name, keyId, signature: bytes.slice(keyIdBytes) };
}

function hasControlCharacter(text: string): boolean {
  return /[\u0000-\u0009\u000b-\u001f]/.test(text);
}
