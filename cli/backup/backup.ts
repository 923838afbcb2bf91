/**
 * Copies a data directory, whether its server is running or not. The order matters: a text is written before
 * the ledger entry that commits to it, so the database is copied first and the ledger afterwards.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { LedgerFacts } from '../ledger/verify.ts';
import { ARTIFACTS_FOLDER, BATCHES_FOLDER, copyArtifacts } from './artifact-copy.ts';
import { checkCopy } from './check-copy.ts';
import { copyLedger, readDurableEnd } from './ledger-copy.ts';
import { makePrivateFolder, sealFolder, sync } from './private-folder.ts';
import { catchUp, copyStore } from './store-copy.ts';

const STORE_FILE = 'hilo.sqlite';
const KEYS_FOLDER = 'keys';

export interface BackupOptions {
  readonly dataDir: string;
  /** Must not exist; it is created, complete, only when the backup succeeds. */
  readonly target: string;
  /** False when the database is PostgreSQL and has already been dumped. */
  readonly withStore: boolean;
}

/** Rejects with an error that gives the reason; in that case no part of the backup is left. */
export async function backUp({ dataDir, target, withStore }: BackupOptions): Promise<LedgerFacts> {
  const final = resolve(target);
  const draft = await mkdtemp(join(dirname(final), `.${basename(final)}-`));
  try {
    await copyKeys(dataDir, draft);
    const { count: firstNew } = await readDurableEnd(dataDir);
    const stores = { live: join(dataDir, STORE_FILE), copy: join(draft, STORE_FILE) };
    if (withStore) await copyStore(stores.live, stores.copy);
    await copyLedger(dataDir, draft);
    const { facts, withErasures } = await checkCopy(draft, firstNew);
    if (withStore) catchUp({ ...stores, withErasures });
    for (const folder of [ARTIFACTS_FOLDER, BATCHES_FOLDER]) {
      await copyArtifacts(join(dataDir, folder), join(draft, folder));
    }
    await sealFolder(draft);
    if (existsSync(final)) throw new Error(`${final} has appeared meanwhile`);
    await rename(draft, final);
    await sync(dirname(final));
    return facts;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Whether there is a database file to copy. */
export function hasStore(dataDir: string): boolean {
  return existsSync(join(dataDir, STORE_FILE));
}

async function copyKeys(dataDir: string, draft: string): Promise<void> {
  const [from, to] = [join(dataDir, KEYS_FOLDER), join(draft, KEYS_FOLDER)];
  await makePrivateFolder(to);
  for (const name of await readdir(from)) await copyFile(join(from, name), join(to, name));
}
