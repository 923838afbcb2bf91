/**
 * Verification of a receipt with nothing but WebCrypto, so that a browser proves by itself what the server
 * says.
 *
 * A receipt is a C2SP tlog-proof whose `extra` line carries the entry's canonical text. Three things are
 * shown: the checkpoint is signed by the log's key, the entry's leaf is in the tree of that checkpoint, and,
 * to who compares it, what the entry says. Works in Node too.
 */
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import {
  ed25519Type,
  keyIdPreimage,
  parseSignedNote,
  parseVerifierKey,
  signaturesOf,
  type SignedNote,
  type VerifierKey,
} from './signed-note.ts';
import { parseTlogProof, type TlogProof } from './tlog-proof.ts';
import { sha256, verifyInclusionOnWeb } from './web-tree.ts';

/** Why a receipt was refused; a closed list, so that a page can say each in its own language. */
export type ReceiptFault =
  | 'malformed_receipt'
  | 'malformed_key'
  | 'malformed_checkpoint'
  | 'wrong_origin'
  | 'bad_signature'
  | 'not_included'
  | 'other_entry';

export type ReceiptCheckResult =
  | { ok: true; entry: string; index: number; checkpoint: Checkpoint; note: SignedNote }
  | { ok: false; fault: ReceiptFault };

export interface ReceiptCheck {
  /** The tlog-proof text. */
  receipt: string;
  /** The log's verifier key, `origin+keyid+base64`, from a place that the reader trusts. */
  verifierKey: string;
  /** The entry's text, when the receipt has no `extra` line or when it must be this very entry. */
  entry?: string;
}

export async function verifyReceipt(check: ReceiptCheck): Promise<ReceiptCheckResult> {
  const proof = parseTlogProof(check.receipt);
  if (proof === undefined) return fault('malformed_receipt');
  const entry = entryOf(proof, check.entry);
  if (entry === undefined) return fault(check.entry === undefined ? 'malformed_receipt' : 'other_entry');
  const key = parseVerifierKey(check.verifierKey);
  if (key === undefined || key.type !== ed25519Type || !(await hasOwnKeyId(key)))
    return fault('malformed_key');
  const note = parseSignedNote(proof.checkpoint);
  const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || checkpoint === undefined) return fault('malformed_checkpoint');
  if (checkpoint.origin !== key.name) return fault('wrong_origin');
  if (!(await verifyNoteSignature(note, key))) return fault('bad_signature');
  const leaf = { text: entry, index: proof.index };
  if (!(await verifyInclusionOnWeb(leaf, proof.proof, checkpoint))) return fault('not_included');
  return { ok: true, entry, index: proof.index, checkpoint, note };
}

/**
 * Whether the key signed the note: at least one of its signatures is there, and none of them is wrong. For
 * plain Ed25519 keys.
 */
export async function verifyNoteSignature(note: SignedNote, key: VerifierKey): Promise<boolean> {
  const own = signaturesOf(note, key);
  if (own.length === 0) return false;
  const text = new TextEncoder().encode(note.text);
  const imported = await crypto.subtle.importKey('raw', key.publicKey, 'Ed25519', false, ['verify']);
  for (const { signature } of own) {
    if (!(await crypto.subtle.verify('Ed25519', imported, signature, text))) return false;
  }
  return true;
}

function fault(reason: ReceiptFault): ReceiptCheckResult {
  return { ok: false, fault: reason };
}

function entryOf(proof: TlogProof, expected: string | undefined): string | undefined {
  if (proof.extra === undefined) return expected;
  const entry = new TextDecoder().decode(proof.extra);
  return expected === undefined || expected === entry ? entry : undefined;
}

async function hasOwnKeyId(key: VerifierKey): Promise<boolean> {
  const digest = await sha256(keyIdPreimage(key.name, key.type, key.publicKey));
  const keyId = [...digest.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return keyId === key.keyId;
}
