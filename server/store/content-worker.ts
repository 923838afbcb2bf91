/**
 * The thread that owns the content database: a commit waits for the disk, and nothing else may wait for it.
 */
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { answerJobs } from './answer-jobs.ts';
import type { ContentJob, ContentReply } from './content-jobs.ts';
import type { ContentMark, ContentRow, ContentStatements, PendingErasure } from './content-queries.ts';

/** How long a reader elsewhere, such as an export, may keep the write-ahead log from being emptied. */
const READER_PATIENCE_MS = 2_000;

const { path, statements } = workerData as { path: string; statements: ContentStatements };
const database = new DatabaseSync(path, { timeout: READER_PATIENCE_MS });
database.exec('PRAGMA journal_mode = WAL');
// A transaction is on the disk when it returns.
database.exec('PRAGMA synchronous = FULL');
// What is deleted is overwritten with zeros, in pages that stay and in free ones.
database.exec('PRAGMA secure_delete = ON');
for (const statement of statements.schema) database.exec(statement);
const insert = database.prepare(statements.insert);
const select = database.prepare(statements.select);
const newestBelow = database.prepare(statements.newestBelow);
const discardOne = database.prepare(statements.discard);
const remove = database.prepare(statements.remove);
const removeAll = database.prepare(statements.removeAll);
const noteErasure = database.prepare(statements.noteErasure);
const forgetErasure = database.prepare(statements.forgetErasure);
const pendingErasures = database.prepare(statements.pendingErasures);
const emptyLog = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');

answerJobs(run);

function run(job: ContentJob): ContentReply['value'] {
  switch (job.type) {
    case 'add':
      return add(job.rows);
    case 'read':
      return select.get(job.id) as unknown as ContentRow | undefined;
    case 'newestBelow':
      return newestBelow.all(job.below, job.limit) as unknown as ContentMark[];
    case 'discard':
      return discard(job.ids);
    case 'erase':
      return erase(job.erasure, job.contentId);
    case 'erased':
      return Number(forgetErasure.run(job.id).changes);
    case 'pendingErasures':
      return unfinishedErasures();
    case 'close':
      database.close();
  }
  return undefined;
}

function add(rows: readonly ContentRow[]): undefined {
  transaction(() => {
    for (const { id, account, at, entriesBefore, prompt, answer, promptSalt, answerSalt } of rows) {
      insert.run(id, account, at, entriesBefore, prompt, answer, promptSalt, answerSalt);
    }
  });
}

function discard(ids: readonly string[]): number {
  const count = transaction(() => ids.reduce((sum, id) => sum + Number(discardOne.run(id).changes), 0));
  forgetBytes();
  return count;
}

/** The note and the erasing are one transaction: neither is ever there without the other. */
function erase({ id, account, exchange, by }: PendingErasure, contentId: string | undefined): number {
  const count = transaction(() => {
    noteErasure.run(id, account, exchange, by);
    return Number(
      (contentId === undefined ? removeAll.run(account) : remove.run(contentId, account)).changes,
    );
  });
  forgetBytes();
  return count;
}

/** Their rows are gone with the transaction; a crash may have left the bytes in the log. */
function unfinishedErasures(): PendingErasure[] {
  const pending = pendingErasures.all() as unknown as PendingErasure[];
  if (pending.length > 0) forgetBytes();
  return pending;
}

/** What was deleted must not live on in the write-ahead log either. */
function forgetBytes(): void {
  if (emptyLog.get()?.['busy'] !== 0) throw new Error('Another process reads the content database');
}

function transaction<Value>(run: () => Value): Value {
  database.exec('BEGIN');
  try {
    const value = run();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    // Some failures, a full disk among them, have rolled back by themselves.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
