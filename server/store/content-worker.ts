/** The thread that owns the content database: a commit waits for the disk, and nothing else may wait for it. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { ContentJob, ContentReply } from './content-jobs.ts';
import type { ContentRow, ContentStatements } from './content-queries.ts';

const { path, statements } = workerData as { path: string; statements: ContentStatements };
const database = new DatabaseSync(path);
database.exec('PRAGMA journal_mode = WAL');
// A transaction is on the disk when it returns.
database.exec('PRAGMA synchronous = FULL');
// What is deleted is overwritten with zeros, in pages that stay and in free ones.
database.exec('PRAGMA secure_delete = ON');
for (const statement of statements.schema) database.exec(statement);
const insert = database.prepare(statements.insert);
const select = database.prepare(statements.select);
const remove = database.prepare(statements.remove);
const removeAll = database.prepare(statements.removeAll);

parentPort?.on('message', (job: ContentJob) => {
  let reply: ContentReply;
  try {
    reply = { number: job.number, value: run(job) };
  } catch (error) {
    reply = { number: job.number, error: String(error) };
  }
  parentPort?.postMessage(reply);
  if (job.type === 'close') parentPort?.close();
});

function run(job: ContentJob): ContentReply['value'] {
  switch (job.type) {
    case 'add':
      return add(job.rows);
    case 'read':
      return select.get(job.id) as unknown as ContentRow | undefined;
    case 'erase':
      return erase(() => remove.run(job.id, job.account).changes);
    case 'eraseAccount':
      return erase(() => removeAll.run(job.account).changes);
    case 'close':
      database.close();
  }
  return undefined;
}

function add(rows: readonly ContentRow[]): undefined {
  database.exec('BEGIN');
  try {
    for (const { id, account, at, prompt, answer, promptSalt, answerSalt } of rows) {
      insert.run(id, account, at, prompt, answer, promptSalt, answerSalt);
    }
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** What was deleted must not live on in the write-ahead log either. */
function erase(run: () => number | bigint): number {
  const count = Number(run());
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return count;
}
