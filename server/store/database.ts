/**
 * The embedded database, `node:sqlite`. Queries are built with Kysely, so that another database can run the same ones
 * later; here only its compiler is used and the statements are prepared once.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
} from 'kysely';

/** What was said in one exchange. The ledger holds only commitments to the texts, under these salts. */
export interface ContentRow {
  /** The id of the exchange in the ledger. */
  readonly id: string;
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly prompt: string;
  readonly answer: string;
  readonly promptSalt: Uint8Array;
  readonly answerSalt: Uint8Array;
}

export interface Tables {
  contents: ContentRow;
}

/** Builds queries and runs none. */
export const queries = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/**
 * Opens or makes the database. WAL with FULL: a transaction is on the disk when it returns. `secure_delete`: what is
 * deleted is overwritten with zeros, in pages that stay as well as in free ones.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA secure_delete = ON');
  for (const query of SCHEMA) database.exec(query.compile().sql);
  return database;
}

/** After a deletion: what was deleted must not live on in the write-ahead log either. */
export function emptyWriteAheadLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** A statement whose parameters are given in the order in which the query names them. */
export function prepare(database: DatabaseSync, query: CompiledQuery): StatementSync {
  return database.prepare(query.sql);
}

const SCHEMA = [
  queries.schema
    .createTable('contents')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('prompt', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .addColumn('promptSalt', 'blob', (column) => column.notNull())
    .addColumn('answerSalt', 'blob', (column) => column.notNull()),
  queries.schema.createIndex('contentsByAccount').ifNotExists().on('contents').column('account'),
];
