import { createNoteSigner, type NoteSigner } from '../../shared/ledger/note-keys.ts';
import { readOrMakeKey } from '../support/key-file.ts';

const seedBytes = 32;

/**
 * The signer of the ledger, from a file with 32 secret bytes in base64. The file is made on the first start,
 * readable by its owner only, and is durable before anything is signed with it.
 */
export async function loadLedgerSigner(
  path: string,
  origin: string,
  randomBytes: (count: number) => Uint8Array,
): Promise<NoteSigner> {
  const text = await readOrMakeKey(path, () => Buffer.from(randomBytes(seedBytes)).toString('base64'));
  const seed = Buffer.from(text, 'base64');
  if (seed.length !== seedBytes)
    throw new Error(`The ledger's key in ${path} is not ${seedBytes} bytes in base64`);
  return createNoteSigner(origin, seed);
}
