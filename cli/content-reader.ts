/**
 * Reads the texts of exchanges from the SQLite database of a data directory, for exports; it never writes. If
 * no server has opened the directory since version 0.1, the texts are in a separate file.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { UsageError, type ContentReader } from './ledger/io.ts';

const IN_POSTGRES =
  'The texts are in the database at DATABASE_URL, which an export does not read. With DATABASE_URL empty ' +
  'it reads hilo.sqlite in the data directory, or prints no texts';

const TEXTS = `SELECT asked.text AS prompt, answered.text AS answer FROM exchanges
  JOIN messages AS asked ON asked.number = exchanges.prompt
  JOIN messages AS answered ON answered.number = exchanges.answer`;

/**
 * Rejects with a `UsageError` when the texts are in PostgreSQL: without them the export would look as if all
 * of them had been erased.
 */
export async function openContentReader(
  dataDir: string,
  databaseUrl: string | undefined,
): Promise<ContentReader> {
  if (databaseUrl?.trim()) throw new UsageError(IN_POSTGRES);
  const [path, oldPath] = [join(dataDir, 'hilo.sqlite'), join(dataDir, 'content.sqlite')];
  if (existsSync(path)) return currentReader(new DatabaseSync(path, { readOnly: true }));
  if (!existsSync(oldPath)) return { read: () => undefined };
  const old = new DatabaseSync(oldPath, { readOnly: true });
  const select = old.prepare('SELECT prompt, answer FROM contents WHERE id = ?');
  return { read: ({ id }) => textsOf(select, id) };
}

/** An entry's id is `x:` and the number of the exchange, or an id of version 0.1. */
function currentReader(database: DatabaseSync): ContentReader {
  const byNumber = database.prepare(`${TEXTS} WHERE exchanges.number = ?`);
  const byEntry = database.prepare(`${TEXTS} WHERE exchanges.entry_id = ?`);
  return {
    read({ id }) {
      const number = /^x:(\d+)$/.exec(id)?.[1];
      return number === undefined ? textsOf(byEntry, id) : textsOf(byNumber, Number(number));
    },
  };
}

function textsOf(select: StatementSync, key: string | number): ReturnType<ContentReader['read']> {
  const row = select.get(key);
  return row && { prompt: String(row['prompt']), answer: String(row['answer']) };
}
