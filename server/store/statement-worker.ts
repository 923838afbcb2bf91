/** The thread that keeps which entries of the ledger concern which account. It can always be made anew. */
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { answerJobs } from './answer-jobs.ts';
import type { StatementJob } from './statement-jobs.ts';

const { path } = workerData as { path: string };
const database = openOrMakeAnew();
const insert = database.prepare('INSERT OR IGNORE INTO statements VALUES (?, ?)');
const advance = database.prepare('INSERT OR REPLACE INTO progress VALUES (1, ?)');
const progress = database.prepare('SELECT entries FROM progress WHERE id = 1');
const page = database.prepare(
  'SELECT entry FROM statements WHERE account = ? AND entry < ? ORDER BY entry DESC LIMIT ?',
);

answerJobs(run);

function run(job: StatementJob): number[] {
  switch (job.type) {
    case 'progress':
      return [progressWithin(job.entries)];
    case 'add':
      add(job.next, job.accounts, job.entries);
      return [];
    case 'page':
      return page.all(job.account, job.before, job.limit).map((row) => Number(row['entry']));
    case 'close':
      database.close();
      return [];
  }
}

function openOrMakeAnew(): DatabaseSync {
  try {
    return open();
  } catch {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
    return open();
  }
}

function open(): DatabaseSync {
  const opened = new DatabaseSync(path);
  opened.exec('PRAGMA journal_mode = WAL');
  // What a crash takes is read from the ledger again.
  opened.exec('PRAGMA synchronous = OFF');
  opened.exec(
    'CREATE TABLE IF NOT EXISTS statements (account TEXT NOT NULL, entry INTEGER NOT NULL, ' +
      'PRIMARY KEY (account, entry)) WITHOUT ROWID',
  );
  opened.exec('CREATE TABLE IF NOT EXISTS progress (id INTEGER PRIMARY KEY, entries INTEGER NOT NULL)');
  return opened;
}

/** An index that is ahead of the ledger is of another one, such as before a backup was restored. */
function progressWithin(entries: number): number {
  const indexed = Number(progress.get()?.['entries'] ?? 0);
  if (indexed <= entries) return indexed;
  database.exec('BEGIN; DELETE FROM statements; DELETE FROM progress; COMMIT');
  return 0;
}

function add(next: number, accounts: readonly string[], entries: readonly number[]): void {
  database.exec('BEGIN');
  for (const [at, account] of accounts.entries()) insert.run(account, entries[at] ?? 0);
  advance.run(next);
  database.exec('COMMIT');
}
