/** Copies the SQLite database of a data directory while a server writes it. */
import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { searchTokens } from '../../shared/search-words.ts';

/** How long to wait while a writer has the database locked. */
const BUSY_MS = 10_000;

/** Copies the state of one moment, without any byte of data that had been deleted before. */
export async function copyStore(from: string, to: string): Promise<void> {
  // SQLite writes into the existing file and keeps its mode.
  await (await open(to, 'wx', 0o600)).close();
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_MS });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
}

export interface CatchUp {
  /** The database that was copied, in its current state. */
  readonly live: string;
  readonly copy: string;
  /** Whether texts were erased since the copy was made. */
  readonly withErasures: boolean;
}

/**
 * The ledger is copied after the database, so it can have entries that the copied database does not know.
 * Their numbers must not be given again, and texts erased in the meantime must not come back.
 */
export function catchUp({ live, copy, withErasures }: CatchUp): void {
  const database = new DatabaseSync(copy, { timeout: BUSY_MS, enableForeignKeyConstraints: false });
  try {
    database.exec('PRAGMA secure_delete = ON');
    // Triggers of the search index call it, so that what is erased is gone from the index too.
    database.function('hilo_tokens', { deterministic: true }, (key, text) =>
      searchTokens(Number(key), String(text)),
    );
    database.prepare('ATTACH DATABASE ? AS live').run(live);
    const requests = hasRequests(database) ? REQUESTS : [];
    const steps = [...SEQUENCES, ...requests, ...(withErasures ? ERASURES : [])];
    database.exec(`BEGIN; ${steps.join('; ')}; COMMIT`);
  } finally {
    database.close();
  }
}

const SEQUENCES = [
  `UPDATE sequences SET next = (SELECT max(now.next, sequences.next) FROM live.sequences AS now
    WHERE now.name = sequences.name) WHERE name IN (SELECT name FROM live.sequences)`,
];

/** What was forgotten since: the server that opens the copy deletes its files. */
const REQUESTS = [
  `UPDATE artifact_requests SET stage = 'deleting', prompt = '', prompt_salt = NULL, meta = '{}'
    WHERE id NOT IN (SELECT id FROM live.artifact_requests WHERE stage <> 'deleting')`,
];

const ERASURES = [
  `UPDATE messages SET text = '', status = 'erased' WHERE number IN
    (SELECT number FROM live.messages WHERE status = 'erased')`,
  `UPDATE conversations SET title = '' WHERE number IN
    (SELECT number FROM live.conversations WHERE title = '')`,
  ...['exchanges', 'messages', 'conversations'].map(
    (table) => `DELETE FROM ${table} WHERE number NOT IN (SELECT number FROM live.${table})`,
  ),
  'DELETE FROM guests WHERE id NOT IN (SELECT id FROM live.guests)',
];

/** A database of an earlier version, which no server of this one has opened yet, has no such table. */
function hasRequests(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'artifact_requests'").get() !== undefined;
}
