/**
 * A witness of logs (c2sp.org/tlog-witness): it cosigns a checkpoint only when the checkpoint extends the
 * last one that it cosigned, and hands the cosignature out only after recording it durably. There is one file
 * for each log.
 */
import { hash } from 'node:crypto';
import { parseCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { openCosignedNote, type Cosigner } from '../../shared/ledger/cosignature-keys.ts';
import { openNote } from '../../shared/ledger/note-keys.ts';
import {
  formatSignatureLine,
  formatSignedNote,
  signaturesOf,
  type NoteSignature,
  type SignedNote,
  type VerifierKey,
} from '../../shared/ledger/signed-note.ts';
import { emptyRoot, verifyConsistency } from '../../shared/ledger/tree-hash.ts';
import {
  formatSizeLine,
  parseAddCheckpoint,
  sizeContentType,
  type ParsedAddCheckpoint,
} from '../../shared/ledger/witness-protocol.ts';
import type { WitnessState } from './state-folder.ts';
import { WitnessFault } from './witness-fault.ts';

export const WITNESS_LIMITS = {
  /** Requests that may wait for their turn at one log; an honest log needs only one. */
  waitingMax: 32,
} as const;

export interface WitnessResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Events that an operator wants to know about. */
export type WitnessEvent =
  | { readonly kind: 'cosigned'; readonly origin: string; readonly oldSize: number; readonly size: number }
  /** A log signed a checkpoint, but could not show that it extends the last one. */
  | {
      readonly kind: 'inconsistent';
      readonly origin: string;
      readonly last: string;
      readonly submitted: string;
    }
  /**
   * A log signed fewer entries than it had before: it was restored from an older copy, or somebody repeats an
   * old checkpoint. Reported once until the log grows again.
   */
  | {
      readonly kind: 'rolledBack';
      readonly origin: string;
      readonly last: string;
      readonly submitted: string;
    }
  /** The state can no longer be written: the witness cosigns nothing more. */
  | { readonly kind: 'failed'; readonly error: unknown };

export interface WitnessOptions {
  readonly cosigner: Cosigner;
  /** Keys of the witnessed logs. The name of a key is the origin of its log; a log may have several. */
  readonly logs: readonly VerifierKey[];
  readonly state: WitnessState;
  /** Wall time in milliseconds. */
  readonly now: () => number;
  readonly onEvent: (event: WitnessEvent) => void;
}

/** What was cosigned last for a log; a tree without leaves when nothing has been cosigned. */
interface LastCosigned {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
  /** Seconds. Never goes back, even if the clock does: no larger tree was seen by this time. */
  readonly time: number;
}

interface WitnessedLog {
  readonly origin: string;
  readonly keys: VerifierKey[];
  last: LastCosigned;
  /** The text of the last checkpoint that was reported as a problem: anybody can send it again and again. */
  reported: string;
  isRollbackReported: boolean;
  waiting: number;
  /** Settles when the previous request is done: nothing may happen between check and write. */
  turn: Promise<unknown>;
}

const textType = 'text/plain; charset=utf-8';

export class Witness {
  readonly #options: WitnessOptions;
  readonly #logs: ReadonlyMap<string, WitnessedLog>;
  #hasFailed = false;

  private constructor(options: WitnessOptions, logs: ReadonlyMap<string, WitnessedLog>) {
    this.#options = options;
    this.#logs = logs;
  }

  /** Reads what it cosigned before. Rejects when a file was changed by something else. */
  static async open(options: WitnessOptions): Promise<Witness> {
    const logs = new Map<string, WitnessedLog>();
    for (const key of options.logs) {
      const known = logs.get(key.name);
      if (known) known.keys.push(key);
      else logs.set(key.name, await openLog(options, key));
    }
    return new Witness(options, logs);
  }

  /** The sizes cosigned last, by origin. */
  sizes(): Record<string, number> {
    return Object.fromEntries([...this.#logs.values()].map(({ origin, last }) => [origin, last.size]));
  }

  /** Answers a request's body. The checks and their order are those of the specification. */
  async addCheckpoint(body: Uint8Array): Promise<WitnessResponse> {
    if (this.#hasFailed) return refusal(503, 'The witness cannot write its state');
    const request = parseAddCheckpoint(body);
    if (request === undefined) return refusal(400, 'This is no add-checkpoint request');
    const log = this.#logs.get(request.checkpoint.origin);
    if (log === undefined) return refusal(404, 'This witness does not know the origin');
    if (!isSigned(request, log.keys)) return refusal(403, 'No signature of a key that this witness trusts');
    const { oldSize, checkpoint } = request;
    if (oldSize > checkpoint.size) return refusal(400, 'The old size is larger than the checkpoint');
    if (log.waiting >= WITNESS_LIMITS.waitingMax) return refusal(503, 'Too many requests for this log');
    log.waiting += 1;
    const turn = log.turn.then(() => this.#decide(log, request));
    log.turn = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      log.waiting -= 1;
    }
  }

  async #decide(log: WitnessedLog, request: ParsedAddCheckpoint): Promise<WitnessResponse> {
    if (this.#hasFailed) return refusal(503, 'The witness cannot write its state');
    const { last } = log;
    const { oldSize, checkpoint, proof } = request;
    if (checkpoint.size < last.size) this.#reportRollback(log, request);
    if (oldSize !== last.size) return conflict(last.size);
    const isOther = checkpoint.size === last.size && Buffer.compare(checkpoint.root, last.root) !== 0;
    if (isOther || !extendsLast(last, request)) {
      this.#report(log, request);
      return isOther
        ? conflict(last.size)
        : refusal(422, `No proof from ${last.size}: ${proof.length} hashes`);
    }
    return this.#cosign(log, request);
  }

  async #cosign(
    log: WitnessedLog,
    { signedNote, checkpoint }: ParsedAddCheckpoint,
  ): Promise<WitnessResponse> {
    const { cosigner, state, now, onEvent } = this.#options;
    const oldSize = log.last.size;
    const time = Math.max(Math.floor(now() / 1_000), log.last.time);
    const cosignature = cosigner.cosign(signedNote.text, time);
    const own = ownSignatures(log, signedNote);
    const note = formatSignedNote({ text: signedNote.text, signatures: [...own, cosignature] });
    try {
      await state.replace(fileOf(log.origin), note);
    } catch (error) {
      // What the disk holds is now unknown, and after a failed sync, a later one may wrongly report success.
      this.#hasFailed = true;
      onEvent({ kind: 'failed', error });
      return refusal(503, 'The witness cannot write its state');
    }
    log.last = { size: checkpoint.size, root: checkpoint.root, note, time };
    if (checkpoint.size > oldSize) log.isRollbackReported = false;
    onEvent({ kind: 'cosigned', origin: log.origin, oldSize, size: checkpoint.size });
    return { status: 200, contentType: textType, body: formatSignatureLine(cosignature) };
  }

  #report(log: WitnessedLog, { signedNote }: ParsedAddCheckpoint): void {
    const { text } = signedNote;
    if (log.reported === text) return;
    log.reported = text;
    this.#tell('inconsistent', log, signedNote);
  }

  #reportRollback(log: WitnessedLog, { signedNote }: ParsedAddCheckpoint): void {
    if (log.isRollbackReported) return;
    log.isRollbackReported = true;
    this.#tell('rolledBack', log, signedNote);
  }

  #tell(kind: 'inconsistent' | 'rolledBack', log: WitnessedLog, signedNote: SignedNote): void {
    const { text } = signedNote;
    const submitted = formatSignedNote({ text, signatures: ownSignatures(log, signedNote) });
    this.#options.onEvent({ kind, origin: log.origin, last: log.last.note, submitted });
  }
}

/** The file that holds a log's last cosigned checkpoint: a signed note that people and tools can read. */
export function fileOf(origin: string): string {
  return `log-${hash('sha256', origin, 'hex').slice(0, 32)}`;
}

async function openLog({ state, cosigner }: WitnessOptions, key: VerifierKey): Promise<WitnessedLog> {
  const origin = key.name;
  const file = fileOf(origin);
  const note = await state.read(file);
  const empty = { size: 0, root: emptyRoot(), note: '', time: 0 };
  const last = note === undefined ? empty : readLast(note, origin, cosigner);
  if (last === undefined) throw new WitnessFault('bad_state_file', file, origin);
  return {
    origin,
    keys: [key],
    last,
    reported: '',
    isRollbackReported: false,
    waiting: 0,
    turn: Promise.resolve(),
  };
}

/** The witness's own cosignature proves the file. The log may have signed with a key no longer trusted. */
function readLast(text: string, origin: string, cosigner: Cosigner): LastCosigned | undefined {
  const cosigned = openCosignedNote(text, cosigner.key);
  const checkpoint = cosigned && parseCheckpoint(cosigned.note.text);
  if (!checkpoint || checkpoint.origin !== origin) return undefined;
  return { size: checkpoint.size, root: checkpoint.root, note: text, time: cosigned.time };
}

/** At least one key signed, and no signature in the name of a known key is wrong (c2sp.org/signed-note). */
function isSigned({ note, signedNote }: ParsedAddCheckpoint, keys: readonly VerifierKey[]): boolean {
  const signing = keys.filter((key) => signaturesOf(signedNote, key).length > 0);
  return signing.length > 0 && signing.every((key) => openNote(note, key) !== undefined);
}

/** The log's signatures that were verified, without anything else that the submission carries. */
function ownSignatures({ keys }: WitnessedLog, note: SignedNote): NoteSignature[] {
  return keys.flatMap((key) => signaturesOf(note, key));
}

/** Every tree extends the empty tree, and that needs no proof. */
function extendsLast(last: LastCosigned, { oldSize, proof, checkpoint }: ParsedAddCheckpoint): boolean {
  if (oldSize === 0) return proof.length === 0;
  return verifyConsistency(oldSize, checkpoint.size, proof, last.root, checkpoint.root);
}

function conflict(size: number): WitnessResponse {
  return { status: 409, contentType: sizeContentType, body: formatSizeLine(size) };
}

function refusal(status: number, reason: string): WitnessResponse {
  return { status, contentType: textType, body: `${reason}\n` };
}
