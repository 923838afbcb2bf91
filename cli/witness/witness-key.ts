/** The secret key of a witness: a line in its state folder, in the form that Go's signed notes use. */
import { decodeBase64, encodeBase64 } from '../../shared/ledger/base64.ts';
import { createCosigner, type Cosigner } from '../../shared/ledger/cosignature-keys.ts';
import { cosignatureType } from '../../shared/ledger/signed-note.ts';
import { WitnessFault } from './witness-fault.ts';
import { readStateFile, type WitnessState } from './state-folder.ts';

const keyFile = 'witness.key';
const seedBytes = 32;
const start = 'PRIVATE+KEY+';

/** Whether every tool can handle the name: printable ASCII without spaces and plus signs. */
export function isWitnessName(name: string): boolean {
  return /^[!-*,-~]{1,100}$/.test(name);
}

/** Reads the key of a state folder without taking the lock, so that it can be shown while a witness runs. */
export async function readWitnessKeyFile(folder: string): Promise<Cosigner | undefined> {
  const text = await readStateFile(folder, keyFile);
  return text === undefined ? undefined : parseSecretKey(text);
}

/**
 * The key of the state folder, which is made on first use and is durable before it signs anything. A name
 * that is given later must be the name that the key was made with: one key under two names would look like
 * two witnesses.
 */
export async function openWitnessKey(
  state: WitnessState,
  name: string | undefined,
  randomBytes: (count: number) => Uint8Array,
): Promise<Cosigner> {
  const text = await state.read(keyFile);
  if (text !== undefined) {
    const cosigner = parseSecretKey(text);
    if (name === undefined || name === cosigner.key.name) return cosigner;
    throw new WitnessFault('other_name', cosigner.key.name, name);
  }
  if (name === undefined) throw new WitnessFault('no_key');
  const seed = randomBytes(seedBytes);
  const cosigner = createCosigner(name, seed);
  await state.replace(keyFile, formatSecretKey(cosigner, seed));
  return cosigner;
}

function formatSecretKey({ key }: Cosigner, seed: Uint8Array): string {
  return `${start}${key.name}+${key.keyId}+${encodeBase64(Uint8Array.of(cosignatureType, ...seed))}\n`;
}

function parseSecretKey(text: string): Cosigner {
  const [, name = '', keyId, encoded = ''] =
    /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(\S+)\n$/.exec(text) ?? [];
  const bytes = decodeBase64(encoded);
  if (isWitnessName(name) && bytes?.length === 1 + seedBytes && bytes[0] === cosignatureType) {
    const cosigner = createCosigner(name, bytes.subarray(1));
    if (cosigner.key.keyId === keyId) return cosigner;
  }
  throw new WitnessFault('bad_key_file', keyFile);
}
