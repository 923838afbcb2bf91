/** The thread that owns the content database: a commit waits for the disk, and nothing else may wait for it. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { ContentJob, ContentReply } from './content-jobs.ts';
import { emptyWriteAheadLog, openDatabase, prepare, queries, type ContentRow } from './database.ts';

const { path } = workerData as { path: string };
mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
const database = openDatabase(path);
const ANY = '';
const EMPTY = new Uint8Array();

const insert = prepare(
  database,
  queries
    .insertInto('contents')
    .values({ id: ANY, account: ANY, at: 0, prompt: ANY, answer: ANY, promptSalt: EMPTY, answerSalt: EMPTY })
    .compile(),
);
const select = prepare(database, queries.selectFrom('contents').selectAll().where('id', '=', ANY).compile());
const remove = prepare(
  database,
  queries.deleteFrom('contents').where('id', '=', ANY).where('account', '=', ANY).compile(),
);
const removeAll = prepare(database, queries.deleteFrom('contents').where('account', '=', ANY).compile());

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

function erase(run: () => number | bigint): number {
  const count = Number(run());
  emptyWriteAheadLog(database);
  return count;
}
