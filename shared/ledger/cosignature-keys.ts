/** Keys of witnesses with `node:crypto`: to cosign, and to verify (c2sp.org/tlog-cosignature). */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { cosignedMessage, joinCosignature, splitCosignature } from './cosignature.ts';
import { keyIdOf, publicKeyOf, readVerifierKey } from './note-keys.ts';
import {
  cosignatureType,
  formatVerifierKey,
  isKeyName,
  parseSignedNote,
  signaturesOf,
  type NoteSignature,
  type SignedNote,
  type VerifierKey,
} from './signed-note.ts';

/** PKCS #8 wrapping of a raw Ed25519 key, and the length of the SPKI one (RFC 8410). */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyPrefixBytes = 12;

/** Cosigns under one name. The key must sign nothing else: the signed message does not name its signer. */
export interface Cosigner {
  readonly key: VerifierKey;
  /** `name+keyid+base64`, type 0x04. */
  readonly verifierKey: string;
  /** `time` is in whole seconds. */
  cosign(checkpointText: string, time: number): NoteSignature;
}

/** A cosigner from the 32 secret bytes of an Ed25519 key. */
export function createCosigner(name: string, seed: Uint8Array): Cosigner {
  if (!isKeyName(name)) throw new Error(`Not a name for a witness: ${JSON.stringify(name)}`);
  const privateKey = createPrivateKey({
    key: Buffer.concat([privateKeyPrefix, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(publicKeyPrefixBytes));
  const keyId = keyIdOf(name, cosignatureType, publicKey);
  const key = { name, keyId, type: cosignatureType, publicKey };
  return {
    key,
    verifierKey: formatVerifierKey(key),
    cosign(checkpointText, time) {
      const message = Buffer.from(cosignedMessage(time, checkpointText));
      const signature = new Uint8Array(sign(null, message, privateKey));
      return { name, keyId, signature: joinCosignature({ time, signature }) };
    },
  };
}

/** Reads the verifier key of a witness: type 0x04, with its own key id. Undefined for any other text. */
export function readWitnessKey(text: string): VerifierKey | undefined {
  const key = readVerifierKey(text);
  return key?.type === cosignatureType ? key : undefined;
}

/** A note that a witness cosigned, and the newest time at which it did. */
export interface CosignedNote {
  note: SignedNote;
  time: number;
  /** The cosignatures of this witness. */
  signatures: NoteSignature[];
}

/** The note, when the witness cosigned it; every cosignature of that key must be right. */
export function openCosignedNote(text: string, key: VerifierKey): CosignedNote | undefined {
  const note = parseSignedNote(text);
  if (note === undefined || key.type !== cosignatureType) return undefined;
  const signatures = signaturesOf(note, key);
  const times = signatures.map((item) => verifiedTime(note.text, item, key));
  const good = times.filter((time) => time !== undefined);
  if (good.length === 0 || good.length < times.length) return undefined;
  return { note, signatures, time: Math.max(...good) };
}

function verifiedTime(text: string, item: NoteSignature, key: VerifierKey): number | undefined {
  const cosignature = splitCosignature(item.signature);
  if (cosignature === undefined) return undefined;
  const message = Buffer.from(cosignedMessage(cosignature.time, text));
  return verify(null, message, publicKeyOf(key), cosignature.signature) ? cosignature.time : undefined;
}
