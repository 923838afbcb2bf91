/**
 * Takes over what version 0.1 kept in `content.sqlite`: every row in one transaction together with a mark,
 * then the old files go. A crash at any point repeats or finishes it; a failure leaves the old files as they
 * were. Statements are made anew from the ledger.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '../../shared/clock.ts';
import type { Tables } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { asStoreError, StoreError } from './store-error.ts';
import type { StoreLog } from './store-log.ts';
import { importRows, type OldTables } from './version-0-1-rows.ts';

const CONTENT = 'content.sqlite';
const STATEMENTS = 'statements.sqlite';
/** A copy of the old texts, for seven days or until the first erasure. */
const COPY_FOLDER = 'before-migration';
const COPY_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

const IMPORTED = 'imported_0_1';
const COPIED_AT = 'copied_0_1_at';

export interface ImportOptions {
  readonly dataDir: string;
  readonly db: Kysely<Tables>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: StoreLog;
}

/** Before any number is taken from a sequence. Rejects with a `StoreError` that names the old file. */
export async function importVersion01(options: ImportOptions): Promise<void> {
  const { dataDir, db, log } = options;
  const path = join(dataDir, CONTENT);
  if (existsSync(path)) {
    const old = await openSqlite(path).catch((error: unknown) => {
      throw asStoreError(error, { name: path, file: path });
    });
    const oldDb = new Kysely<OldTables>({ dialect: old.dialect });
    try {
      await importOnce(options, oldDb);
    } catch (error) {
      throw new StoreError(
        'failed',
        `The texts of version 0.1 could not be taken over: ${(error as Error).message}; ${path} is as it was`,
        error,
      );
    } finally {
      await oldDb.destroy();
      await old.close();
    }
    log.info({ path }, 'The texts of version 0.1 were taken over');
  }
  await removeDatabase(path);
  await removeDatabase(join(dataDir, STATEMENTS));
  await removeOldCopy(db, options);
}

/** The copy has texts: it goes when one of them is erased. */
export async function removeCopy(dataDir: string): Promise<void> {
  await rm(join(dataDir, COPY_FOLDER), { recursive: true, force: true });
}

/** To be called from time to time. */
export async function removeOldCopy(
  db: Kysely<Tables>,
  { dataDir, clock }: Pick<ImportOptions, 'dataDir' | 'clock'>,
): Promise<void> {
  if (!existsSync(join(dataDir, COPY_FOLDER))) return;
  const copiedAt = Number((await property(db, COPIED_AT)) ?? 0);
  if (clock.now() - copiedAt >= COPY_KEPT_MS) await removeCopy(dataDir);
}

/**
 * The old file gets a mark before anything else, and the new tables get the same one with the rows: a file
 * whose mark they have was taken over, whatever happened since.
 */
async function importOnce({ dataDir, db, clock, log }: ImportOptions, old: Kysely<OldTables>): Promise<void> {
  const mark = await markOf(old, clock);
  if ((await property(db, IMPORTED)) === mark) return;
  await copyOf(old, dataDir);
  const rows = await db.transaction().execute(async (target) => {
    const count = await importRows(old, target);
    await setProperty(target, IMPORTED, mark);
    await setProperty(target, COPIED_AT, String(clock.now()));
    return count;
  });
  log.info({ rows, copy: join(dataDir, COPY_FOLDER) }, 'Rows of version 0.1 were copied and taken over');
}

async function markOf(old: Kysely<OldTables>, clock: Pick<Clock, 'now'>): Promise<string> {
  const { rows } = await sql<{ user_version: number }>`pragma user_version`.execute(old);
  let mark = rows[0]?.user_version ?? 0;
  if (mark === 0) {
    mark = (Math.floor(clock.now() / 1_000) % 2 ** 31) + 1;
    await sql`pragma user_version = ${sql.lit(mark)}`.execute(old);
  }
  return String(mark);
}

/** What is in the write-ahead log is in the copy as well. */
async function copyOf(old: Kysely<OldTables>, dataDir: string): Promise<void> {
  const folder = join(dataDir, COPY_FOLDER);
  const copy = join(folder, CONTENT);
  if (existsSync(copy)) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${copy}.new`;
  await rm(draft, { force: true });
  await sql`vacuum into ${draft}`.execute(old);
  await chmod(draft, 0o600);
  await syncPath(draft);
  await rename(draft, copy);
  await syncPath(folder);
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeDatabase(path: string): Promise<void> {
  // The database itself goes first: without it, what is left of its log means nothing.
  for (const file of [path, `${path}-wal`, `${path}-shm`]) await rm(file, { force: true });
}

async function property(db: Kysely<Tables>, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('properties').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value;
}

async function setProperty(db: Transaction<Tables>, name: string, value: string): Promise<void> {
  const row = db.insertInto('properties').values({ name, value });
  await row.onConflict((one) => one.column('name').doUpdateSet({ value })).execute();
}
