/**
 * `npx node test/support/generate-schemas.ts`, after a migration was added: writes a dump of the database as
 * the migrations up to it leave it, with some rows, for both dialects. A dump that is there stays.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { OWN_TURN } from '../../server/identity/password-turns.ts';
import { Passwords } from '../../server/identity/passwords.ts';
import type { DialectName } from '../../server/store/backend.ts';
import { storeMigrations } from '../../server/store/migrate.ts';
import { startPostgres } from '../../server/store/postgres.fixture.ts';
import { openStore, STORE_FILE } from '../../server/store/store.ts';
import { silentLog } from '../../server/store/store.fixture.ts';
import { systemClock } from '../../shared/clock.ts';
import { EARLIER, earlierRows } from './earlier-rows.ts';

/** The setting of an index is in the index itself. */
const SECURE_DELETE = "insert into message_search (message_search, rank) values ('secure-delete', 1)";
const FOLDER = join(import.meta.dirname, '../fixtures/schemas');

const hash = await new Passwords(randomBytes).hash(EARLIER.password, OWN_TURN);
const postgres = await startPostgres();
try {
  for (const name of Object.keys(storeMigrations('sqlite'))) {
    await write(name, 'sqlite');
    await write(name, 'postgres');
  }
} finally {
  await postgres.stop();
}

async function write(name: string, dialect: DialectName): Promise<void> {
  const file = join(FOLDER, `${name}.${dialect}.sql`);
  if (existsSync(file)) return;
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-schema-'));
  const databaseUrl = dialect === 'postgres' ? await postgres.createDatabase() : undefined;
  await fill(name, dialect, dataDir, databaseUrl);
  await writeFile(
    file,
    databaseUrl === undefined ? dumpOfSqlite(dataDir) : await dumpOfPostgres(databaseUrl),
  );
  await rm(dataDir, { recursive: true });
}

async function fill(name: string, dialect: DialectName, dataDir: string, databaseUrl: string | undefined) {
  const all = Object.entries(storeMigrations(dialect));
  const known = all.slice(0, all.findIndex(([one]) => one === name) + 1);
  const migrations = () => Object.fromEntries(known);
  const store = await openStore({ dataDir, databaseUrl, clock: systemClock, log: silentLog, migrations });
  const bytes = (hex: string) => (dialect === 'sqlite' ? `x'${hex}'` : `'\\x${hex}'`);
  for (const [migration] of known) {
    for (const row of earlierRows(migration, bytes, hash)) await sql.raw(row).execute(store.db);
  }
  await store.close();
}

/** Triggers come last, so that what they did is not done again. */
function dumpOfSqlite(dataDir: string): string {
  using database = new DatabaseSync(join(dataDir, STORE_FILE));
  const parts = database
    .prepare(
      `select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'
        and name not like 'message_search_%' order by type = 'trigger', type = 'index', rowid`,
    )
    .all() as { type: string; name: string; sql: string }[];
  const rows = (name: string) => {
    const columns = database.prepare(`select name from pragma_table_info('${name}')`).all();
    const values = columns.map((column) => `quote("${String(column['name'])}")`).join(` || ', ' || `);
    return database
      .prepare(`select 'insert into "${name}" values (' || ${values} || ')' as text from "${name}"`)
      .all()
      .map(({ text }) => String(text));
  };
  const statements = parts.flatMap(({ type, name, sql: made }) => {
    if (name === 'message_search') return [made, SECURE_DELETE];
    return type === 'table' ? [made, ...rows(name)] : [made];
  });
  return `${statements.join(';\n')};\n`;
}

async function dumpOfPostgres(databaseUrl: string): Promise<string> {
  const [program = 'pg_dump'] = globSync('/usr/lib/postgresql/*/bin/pg_dump');
  const options = ['--inserts', '--no-owner', '--no-privileges', '--no-comments', databaseUrl];
  const { stdout } = await promisify(execFile)(program, options);
  // Comments, and what only psql understands.
  const lines = stdout.split('\n').filter((line) => line !== '' && !/^(?:--|\\|SET )/.test(line));
  return `${lines.join('\n')}\n`;
}
