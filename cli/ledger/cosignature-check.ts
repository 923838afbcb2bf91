/** The cosignatures of witnesses under the checkpoints that a ledger is compared with. */
import { openCosignedNote } from '../../shared/ledger/cosignature-keys.ts';
import { parseSignedNote, signaturesOf, type VerifierKey } from '../../shared/ledger/signed-note.ts';
import type { Witness, WitnessFault } from './witness-check.ts';

/** At this time, a witness had seen this many entries; it accepts only checkpoints that extend them. */
export interface Cosigned {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Returns a fault when a signature in the name of one of the keys was not made by that key, or when the
 * cosignature of a key is missing. Cosignatures of other keys prove nothing; only their names are reported.
 */
export function checkCosignatures(
  witnesses: readonly Witness[],
  keys: readonly VerifierKey[],
): WitnessFault | undefined {
  for (const key of keys) {
    const claimed = witnesses.filter(({ note }) => claims(note, key));
    const what = 'cosignature';
    const expected = `one by ${key.name}, key ${key.keyId}`;
    if (claimed.length === 0) return { witness: '--witness', what, expected, found: 'none' };
    const forged = claimed.find(({ note }) => openCosignedNote(note, key) === undefined);
    if (forged) return { witness: forged.name, what, expected, found: 'one that its key did not sign' };
  }
  return undefined;
}

export function cosignedBy({ note }: Witness, keys: readonly VerifierKey[]): Cosigned[] {
  return keys.flatMap((key) => {
    const opened = openCosignedNote(note, key);
    return opened === undefined ? [] : [{ by: key.name, at: new Date(opened.time * 1_000).toISOString() }];
  });
}

/** Names under the checkpoint that belong neither to the ledger's key nor to one of the given keys. */
export function uncheckedNames({ note, checkpoint }: Witness, keys: readonly VerifierKey[]): string[] {
  const signatures = parseSignedNote(note)?.signatures ?? [];
  return signatures
    .filter(({ name, keyId }) => !keys.some((key) => key.name === name && key.keyId === keyId))
    .map(({ name }) => name)
    .filter((name) => name !== checkpoint.origin);
}

function claims(note: string, key: VerifierKey): boolean {
  const parsed = parseSignedNote(note);
  return parsed !== undefined && signaturesOf(parsed, key).length > 0;
}
