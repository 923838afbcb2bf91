/**
 * The checkpoint file beside the ledger is what this server has said and signed. A ledger that does not agree
 * with it was cut or rewritten, also where all of its own hashes are right.
 */
import { parseCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { verifyNoteSignature } from '../../shared/ledger/receipt.ts';
import { parseSignedNote, parseVerifierKey } from '../../shared/ledger/signed-note.ts';
import { LedgerError } from './ledger-error.ts';

export interface OwnLedger {
  /** Entries that are durable. */
  readonly size: number;
  rootAt(size: number): Promise<Uint8Array>;
  /** The verifier key that signs checkpoints of that size; undefined where none does yet. */
  keyAt(size: number): string | undefined;
}

/**
 * Rejects with `ledger_damaged`. A file that is no checkpoint of ours says nothing: it is there for tools.
 */
export async function checkOwnCheckpoint(text: string, ledger: OwnLedger): Promise<void> {
  const note = parseSignedNote(text);
  const checkpoint = note && parseCheckpoint(note.text);
  if (!note || !checkpoint || checkpoint.size === 0) return;
  const key = parseVerifierKey(ledger.keyAt(checkpoint.size) ?? '');
  if (!key || key.name !== checkpoint.origin || !(await verifyNoteSignature(note, key))) return;
  const { size } = checkpoint;
  if (size > ledger.size) throw contradiction(`${size} entries`, `${ledger.size}`);
  const expected = Buffer.from(checkpoint.root).toString('base64');
  const found = Buffer.from(await ledger.rootAt(size)).toString('base64');
  if (found !== expected) throw contradiction(`root ${expected} of ${size} entries`, found);
}

function contradiction(expected: string, found: string): LedgerError {
  const message =
    `The ledger contradicts its own signed checkpoint (the file "checkpoint" beside it): ` +
    `expected ${expected}, found ${found}. It was cut or rewritten; restore it from a backup`;
  return new LedgerError('ledger_damaged', message, { expected, found });
}
