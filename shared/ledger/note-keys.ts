/** Ed25519 keys of signed notes with `node:crypto`, synchronous: the server signs one note a commit. */
import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import {
  ed25519Type,
  formatSignedNote,
  formatVerifierKey,
  isKeyName,
  keyIdPreimage,
  parseSignedNote,
  parseVerifierKey,
  signaturesOf,
  type SignedNote,
  type VerifierKey,
} from './signed-note.ts';

/** PKCS #8 and SPKI wrappings of a raw Ed25519 key (RFC 8410). */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Signs note texts under one name. */
export interface NoteSigner {
  readonly verifierKey: string;
  /** Returns the whole note, text and signature line. */
  sign(text: string): string;
}

/** A signer from the 32 secret bytes of an Ed25519 key. */
export function createNoteSigner(name: string, seed: Uint8Array): NoteSigner {
  if (!isKeyName(name)) throw new Error(`Not a name for a note's key: ${JSON.stringify(name)}`);
  const privateKey = createPrivateKey({
    key: Buffer.concat([privateKeyPrefix, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(publicKeyPrefix.length));
  const key = { name, keyId: keyIdOf(name, ed25519Type, publicKey), type: ed25519Type, publicKey };
  return {
    verifierKey: formatVerifierKey(key),
    sign: (text) => {
      const signature = new Uint8Array(sign(null, Buffer.from(text), privateKey));
      return formatSignedNote({ text, signatures: [{ name, keyId: key.keyId, signature }] });
    },
  };
}

/** Reads a verifier key and checks that its key id is its own. */
export function readVerifierKey(text: string): VerifierKey | undefined {
  const key = parseVerifierKey(text);
  return key !== undefined && keyIdOf(key.name, key.type, key.publicKey) === key.keyId ? key : undefined;
}

/** The note, when it is well formed and the key signed it; every signature of that key must be right. */
export function openNote(text: string, key: VerifierKey): SignedNote | undefined {
  const note = parseSignedNote(text);
  if (note === undefined || key.type !== ed25519Type) return undefined;
  const own = signaturesOf(note, key);
  const publicKey = publicKeyOf(key);
  const message = Buffer.from(note.text);
  const good = own.length > 0 && own.every((item) => verify(null, message, publicKey, item.signature));
  return good ? note : undefined;
}

export function publicKeyOf(key: VerifierKey): KeyObject {
  return createPublicKey({
    key: Buffer.concat([publicKeyPrefix, key.publicKey]),
    format: 'der',
    type: 'spki',
  });
}

export function keyIdOf(name: string, type: number, publicKey: Uint8Array): string {
  return hash('sha256', keyIdPreimage(name, type, publicKey), 'hex').slice(0, 8);
}
