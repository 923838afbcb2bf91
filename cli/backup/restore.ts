/**
 * Puts a backup into the place of a data directory. Everything happens in a folder beside it, which gets its
 * name only when the ledger has been verified, the database is whole, and both fit together.
 */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import type { LedgerFacts } from '../ledger/verify.ts';
import { ARTIFACTS_FOLDER, BATCHES_FOLDER } from './artifact-copy.ts';
import { checkCopy } from './check-copy.ts';
import { sealFolder, sync } from './private-folder.ts';
import { readTar } from './tar-stream.ts';

/** What a backup has; a data directory of version 0.1 has its database in two other files. */
const PARTS = [
  'keys',
  'ledger',
  'hilo.sqlite',
  'content.sqlite',
  'statements.sqlite',
  ARTIFACTS_FOLDER,
  BATCHES_FOLDER,
];
const STORES = ['hilo.sqlite', 'content.sqlite'];

export interface RestoreOptions {
  /** A folder, or a tar stream. */
  readonly source: string | Readable;
  /** Must not exist, or be an empty folder. */
  readonly dataDir: string;
  /** False when the database is PostgreSQL and has already been restored. */
  readonly withStore: boolean;
}

/** Rejects with an error that gives the reason; in that case the data directory is as it was. */
export async function restore({ source, dataDir, withStore }: RestoreOptions): Promise<LedgerFacts> {
  const final = resolve(dataDir);
  const draft = await mkdtemp(join(dirname(final), `.${basename(final)}-`));
  try {
    if (typeof source === 'string') await copyParts(source, draft);
    else await readTar(source, draft);
    const { facts } = await checkCopy(draft);
    const store = STORES.find((name) => existsSync(join(draft, name)));
    if (withStore && store === undefined) throw new Error('It has no database');
    if (!withStore && store !== undefined)
      throw new Error('It has a database, which DATABASE_URL would hide');
    if (store !== undefined) checkStore(join(draft, store));
    await sealFolder(draft);
    // An empty folder may be there: a volume, or what systemd has made.
    if (existsSync(final)) await rmdir(final);
    await rename(draft, final);
    await sync(dirname(final));
    return facts;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Whether nothing would be overwritten. */
export async function isFree(dataDir: string): Promise<boolean> {
  return !existsSync(dataDir) || (await readdir(dataDir)).length === 0;
}

/** The log of a database belongs to it. */
async function copyParts(source: string, draft: string): Promise<void> {
  for (const name of await readdir(source)) {
    if (!PARTS.includes(name.replace(/-wal$/, ''))) continue;
    await cp(join(source, name), join(draft, name), { recursive: true });
  }
}

function checkStore(path: string): void {
  const database = new DatabaseSync(path);
  try {
    const [row] = database.prepare('PRAGMA quick_check(1)').all();
    const [result] = Object.values(row ?? {});
    if (result !== 'ok') throw new Error(`Its database is damaged: ${String(result)}`);
  } finally {
    database.close();
  }
}
