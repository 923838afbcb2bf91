/** All that a server keeps, as one text in which a test looks for words. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { ServerPlace } from './both-servers.ts';
import { bytesIn } from './bytes-in.ts';

/** The tables as they are, with the words of the index, and all files of the data directory. */
export async function everythingKept({ dataDir, databaseUrl }: ServerPlace): Promise<string> {
  const files = (await bytesIn(dataDir)).toString('latin1');
  const rows = databaseUrl === undefined ? rowsOfSqlite(dataDir) : await rowsOfPostgres(databaseUrl);
  return `${files}\n${JSON.stringify(rows)}`;
}

function rowsOfSqlite(dataDir: string): unknown[] {
  using database = new DatabaseSync(join(dataDir, 'hilo.sqlite'));
  database.exec("create virtual table temp.words using fts5vocab('main', 'message_search', 'row')");
  const tables = database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'message_search%'")
    .all();
  const rows = tables.flatMap(({ name }) => database.prepare(`select * from "${String(name)}"`).all());
  return [...rows, ...database.prepare('select term from words').all()];
}

async function rowsOfPostgres(connectionString: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    const rows: unknown[] = [];
    for (const { name } of tables) {
      rows.push(...(await client.query<{ row: string }>(`select t::text as row from "${name}" t`)).rows);
    }
    return rows;
  } finally {
    await client.end();
  }
}
