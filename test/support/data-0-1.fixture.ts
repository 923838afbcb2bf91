/**
 * A data directory that version 0.1 wrote: its server ran twice with the offline companion and was killed in
 * the end, two erasures were cut before the ledger had their entries, and one exchange was stored whose entry
 * never came. It is in the write-ahead log only.
 */
import { readFileSync } from 'node:fs';
import { chmod, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../fixtures/data-0.1');

export interface SaidIn01 {
  readonly account: string;
  readonly text: string;
  readonly answer: string;
  /** Of the texts: there, erased, or erased without an entry in the ledger. */
  readonly state: 'kept' | 'erased' | 'pending';
  readonly receipt: {
    readonly index: number;
    readonly proof: string;
    readonly promptSalt: string;
    readonly answerSalt: string;
  };
}

export const saidIn01 = JSON.parse(readFileSync(join(FOLDER, 'said.json'), 'utf8')) as readonly SaidIn01[];

/** Copies it into the folder. */
export async function copyData01(folder: string): Promise<void> {
  await cp(FOLDER, folder, { recursive: true });
  // A repository does not keep who may read a file.
  for (const name of await readdir(join(folder, 'keys'))) await chmod(join(folder, 'keys', name), 0o600);
}
