/**
 * The texts of `add-checkpoint` (c2sp.org/tlog-witness), by which a log asks a witness for its cosignature.
 * Strict and bounded: what is read here and written again is the same, byte for byte.
 */
import { decodeBase64, encodeBase64 } from './base64.ts';
import { parseCheckpoint, parseDecimal, type Checkpoint } from './checkpoint.ts';
import { parseSignedNote, type NoteSignature, type SignedNote } from './signed-note.ts';

export const WITNESS_PROTOCOL_LIMITS = {
  /** The limit of the format: more hashes than a tree of 2^63 leaves needs. */
  proofHashesMax: 63,
  /** Room for a checkpoint with many signatures, of which post-quantum ones take 4 kB each. */
  requestBytesMax: 128 * 1024,
  answerBytesMax: 64 * 1024,
  /** Up to this length, the reason that a witness gives for a refusal is shown to people. */
  reasonCharactersMax: 200,
} as const;

export const addCheckpointPath = '/add-checkpoint';
/** Content type of a 409's body: the size that the witness knows. */
export const sizeContentType = 'text/x.tlog.size';

const hashBytes = 32;

export interface AddCheckpointRequest {
  /** The size that the witness cosigned last, from where the proof leads to the checkpoint. */
  oldSize: number;
  proof: readonly Uint8Array[];
  /** The signed note, exactly as its log signed it. */
  note: string;
}

export interface ParsedAddCheckpoint extends AddCheckpointRequest {
  signedNote: SignedNote;
  checkpoint: Checkpoint;
}

/** Throws `RangeError` for a proof that is too long to be one. */
export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpointRequest): string {
  if (proof.length > WITNESS_PROTOCOL_LIMITS.proofHashesMax) {
    throw new RangeError(`A proof of ${proof.length} hashes is too long`);
  }
  return `old ${oldSize}\n${proof.map((hash) => `${encodeBase64(hash)}\n`).join('')}\n${note}`;
}

/** Undefined for anything that is not exactly a request with a checkpoint. Verifies nothing. */
export function parseAddCheckpoint(body: Uint8Array): ParsedAddCheckpoint | undefined {
  const text = body.length > WITNESS_PROTOCOL_LIMITS.requestBytesMax ? undefined : decodeUtf8(body);
  const split = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || split < 0) return undefined;
  const [oldLine = '', ...proofLines] = text.slice(0, split).split('\n');
  const oldSize = oldLine.startsWith('old ') ? parseDecimal(oldLine.slice('old '.length)) : undefined;
  const proof = parseProof(proofLines);
  const note = text.slice(split + 2);
  const signedNote = parseSignedNote(note);
  const checkpoint = signedNote === undefined ? undefined : parseCheckpoint(signedNote.text);
  if (oldSize === undefined || proof === undefined || !signedNote || !checkpoint) return undefined;
  return { oldSize, proof, note, signedNote, checkpoint };
}

/** What came back over HTTP. `body` is at most `answerBytesMax` long. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

export type AddCheckpointAnswer =
  /** Signature lines, not verified yet. */
  | { readonly outcome: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  /** The size that the witness cosigned last is another one. */
  | { readonly outcome: 'conflict'; readonly size: number }
  | { readonly outcome: 'refused'; readonly status: number; readonly reason: string }
  /** The answer is not one of this protocol. */
  | { readonly outcome: 'malformed'; readonly reason: string };

/** Reads the answer to a request that carried a checkpoint with this text. */
export function parseAddCheckpointAnswer(answer: HttpAnswer, checkpointText: string): AddCheckpointAnswer {
  const { status, contentType } = answer;
  const body = decodeUtf8(answer.body);
  if (body === undefined)
    return { outcome: 'malformed', reason: `Status ${status} with a body that is not UTF-8` };
  if (status === 200) {
    // As the format advises: together with the checkpoint's text the lines must be a note.
    const note = parseSignedNote(`${checkpointText}\n${body}`);
    if (note?.text !== checkpointText)
      return { outcome: 'malformed', reason: 'Status 200 without signature lines' };
    return { outcome: 'cosigned', signatures: note.signatures };
  }
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  const size = status === 409 && type === sizeContentType ? parseSizeLine(body) : undefined;
  if (size !== undefined) return { outcome: 'conflict', size };
  return { outcome: 'refused', status, reason: reasonOf(body) };
}

/** The body of a 409. */
export function formatSizeLine(size: number): string {
  return `${size}\n`;
}

function parseSizeLine(body: string): number | undefined {
  return body.endsWith('\n') ? parseDecimal(body.slice(0, -1)) : undefined;
}

function parseProof(lines: readonly string[]): Uint8Array[] | undefined {
  if (lines.length > WITNESS_PROTOCOL_LIMITS.proofHashesMax) return undefined;
  const proof: Uint8Array[] = [];
  for (const line of lines) {
    const hash = decodeBase64(line);
    if (hash?.length !== hashBytes) return undefined;
    proof.push(hash);
  }
  return proof;
}

/** Undefined for bytes that are not UTF-8. A byte order mark stays, and makes the text invalid. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The first line without control characters, since it ends up in logs. */
function reasonOf(body: string): string {
  const [line = ''] = body.split('\n', 1);
  return line
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, WITNESS_PROTOCOL_LIMITS.reasonCharactersMax)
    .trim();
}
