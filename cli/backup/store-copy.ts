/** Copies the SQLite database of a data directory while a server writes it. */
import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

/** How long a writer may keep the database to itself. */
const BUSY_MS = 10_000;

/** The state of one moment, without a byte of what had been deleted before. */
export async function copyStore(from: string, to: string): Promise<void> {
  // SQLite writes into the file that is there, with the mode that it has.
  await (await open(to, 'wx', 0o600)).close();
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_MS });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
}

export interface CatchUp {
  /** The database that was copied, as it is now. */
  readonly live: string;
  readonly copy: string;
  /** Whether texts were erased since the copy was made. */
  readonly withErasures: boolean;
}

/**
 * The ledger is copied after the database, so that it has entries which the copied database knows nothing of.
 * Their numbers must not be given again, and what was erased meanwhile must not come back.
 */
export function catchUp({ live, copy, withErasures }: CatchUp): void {
  const database = new DatabaseSync(copy, { timeout: BUSY_MS, enableForeignKeyConstraints: false });
  try {
    database.exec('PRAGMA secure_delete = ON');
    database.prepare('ATTACH DATABASE ? AS live').run(live);
    database.exec(`BEGIN; ${[...SEQUENCES, ...(withErasures ? ERASURES : [])].join('; ')}; COMMIT`);
  } finally {
    database.close();
  }
}

const SEQUENCES = [
  `UPDATE sequences SET next = (SELECT max(now.next, sequences.next) FROM live.sequences AS now
    WHERE now.name = sequences.name) WHERE name IN (SELECT name FROM live.sequences)`,
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
