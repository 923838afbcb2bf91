/**
 * The content database's statements, built with Kysely, so that another database can run the same queries later. Only
 * the compiler is used: the thread that owns the database gets texts, and need not load a query builder.
 */
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable,
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

/** Parameters are given in the order in which the query names them. */
export interface ContentStatements {
  readonly schema: readonly string[];
  /** id, account, at, prompt, answer, promptSalt, answerSalt */
  readonly insert: string;
  /** id */
  readonly select: string;
  /** id, account */
  readonly remove: string;
  /** account */
  readonly removeAll: string;
}

const ANY = '';
const BYTES = new Uint8Array();

export function contentStatements(): ContentStatements {
  const queries = new Kysely<{ contents: ContentRow }>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  const row = {
    id: ANY,
    account: ANY,
    at: 0,
    prompt: ANY,
    answer: ANY,
    promptSalt: BYTES,
    answerSalt: BYTES,
  };
  const table = queries.schema
    .createTable('contents')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('prompt', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .addColumn('promptSalt', 'blob', (column) => column.notNull())
    .addColumn('answerSalt', 'blob', (column) => column.notNull());
  const index = queries.schema
    .createIndex('contentsByAccount')
    .ifNotExists()
    .on('contents')
    .column('account');
  const sql = (query: Compilable) => query.compile().sql;
  return {
    schema: [sql(table), sql(index)],
    insert: sql(queries.insertInto('contents').values(row)),
    select: sql(queries.selectFrom('contents').selectAll().where('id', '=', ANY)),
    remove: sql(queries.deleteFrom('contents').where('id', '=', ANY).where('account', '=', ANY)),
    removeAll: sql(queries.deleteFrom('contents').where('account', '=', ANY)),
  };
}
