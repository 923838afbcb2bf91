/** The newest cosigned checkpoint on disk: a signed note, for the next start, for people and for tools. */
import { parseCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { openCosignedNote } from '../../shared/ledger/cosignature-keys.ts';
import {
  formatSignatureLine,
  parseSignedNote,
  signaturesOf,
  type NoteSignature,
  type VerifierKey,
} from '../../shared/ledger/signed-note.ts';
import { verifyConsistency } from '../../shared/ledger/tree-hash.ts';
import type { Disk } from '../ledger/disk.ts';
import type { WitnessedLedger, WitnessLogger } from './witness-link.ts';

/** In the ledger's folder. */
export const cosignedFile = 'witnessed';

/** A checkpoint and who cosigned it, by the name of the key. */
export interface CosignedCheckpoint {
  readonly size: number;
  readonly text: string;
  /** As the ledger signed it, without cosignatures. */
  readonly note: string;
  readonly cosignatures: ReadonlyMap<VerifierKey, readonly NoteSignature[]>;
}

export function formatCosigned({ note, cosignatures }: CosignedCheckpoint): string {
  return `${note}${[...cosignatures.values()].flat().map(formatSignatureLine).join('')}`;
}

export async function writeCosigned(disk: Disk, checkpoint: CosignedCheckpoint): Promise<void> {
  await disk.replace(cosignedFile, Buffer.from(formatCosigned(checkpoint)));
}

/**
 * What was cosigned before this start, by witnesses that are known now. Undefined when there is nothing, and
 * when the ledger does not extend it: it was cut or rewritten meanwhile, which is logged as an error.
 */
export async function readCosigned(
  disk: Disk,
  ledger: WitnessedLedger,
  keys: readonly VerifierKey[],
  log: WitnessLogger,
): Promise<CosignedCheckpoint | undefined> {
  if (!(await disk.names()).includes(cosignedFile)) return undefined;
  const file = await disk.open(cosignedFile);
  const text = (await file.read(0, await file.size())).toString();
  await file.close();
  const found = parseCosigned(text, ledger.origin, keys);
  if (found === undefined) {
    log.warn({ file: cosignedFile }, 'The cosigned checkpoint is not one of a known witness, and is ignored');
    return undefined;
  }
  if (await isExtended(found, ledger)) return found;
  const facts = { checkpoint: ledger.head.note, cosigned: text };
  log.error(facts, 'The ledger is not the one that its witnesses cosigned');
  return undefined;
}

function parseCosigned(
  text: string,
  origin: string,
  keys: readonly VerifierKey[],
): CosignedCheckpoint | undefined {
  const note = parseSignedNote(text);
  const checkpoint = note && parseCheckpoint(note.text);
  if (!checkpoint || checkpoint.origin !== origin) return undefined;
  const cosignatures = new Map<VerifierKey, NoteSignature[]>();
  for (const key of keys) {
    if (openCosignedNote(text, key)) cosignatures.set(key, signaturesOf(note, key));
  }
  if (cosignatures.size === 0) return undefined;
  const own = note.signatures.filter(({ name }) => name === origin);
  const signed = `${note.text}\n${own.map(formatSignatureLine).join('')}`;
  return { size: checkpoint.size, text: note.text, note: signed, cosignatures };
}

async function isExtended({ size, text }: CosignedCheckpoint, ledger: WitnessedLedger): Promise<boolean> {
  const { head } = ledger;
  const root = parseCheckpoint(text)?.root;
  if (size > head.size || root === undefined) return false;
  return verifyConsistency(size, head.size, await ledger.consistency(size, head.size), root, head.root);
}
