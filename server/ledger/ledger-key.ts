import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createNoteSigner, type NoteSigner } from '../../shared/ledger/note-keys.ts';

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
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return createKeyFile(path, randomBytes(seedBytes));
  });
  const seed = Buffer.from(text.trim(), 'base64');
  if (seed.length !== seedBytes)
    throw new Error(`The ledger's key in ${path} is not ${seedBytes} bytes in base64`);
  return createNoteSigner(origin, seed);
}

async function createKeyFile(path: string, seed: Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const text = `${Buffer.from(seed).toString('base64')}\n`;
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  const folder = await open(dirname(path), 'r');
  await folder.sync();
  await folder.close();
  return text;
}
