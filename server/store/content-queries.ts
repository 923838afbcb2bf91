/**
 * The content database's statements, built with Kysely, so that another database can run the same queries
 * later. Only the compiler is used: the thread that owns the database gets texts, and need not load a query
 * builder.
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
  /** Entries in the ledger when the row came: that of its exchange comes after them. */
  readonly entriesBefore: number;
  readonly prompt: string;
  readonly answer: string;
  readonly promptSalt: Uint8Array;
  readonly answerSalt: Uint8Array;
}

/** A row without what it holds. */
export interface ContentMark {
  /** Later rows have greater ones. */
  readonly number: number;
  readonly id: string;
  readonly entriesBefore: number;
}

/** An erasure whose entry is not known to be in the ledger yet. */
export interface PendingErasure {
  /** The id of its entry in the ledger. */
  readonly id: string;
  readonly account: string;
  /** Index of the exchange whose content goes; null for all of the account's. */
  readonly exchange: number | null;
  readonly by: string;
}

/** Parameters are given in the order in which the query names them. */
export interface ContentStatements {
  readonly schema: readonly string[];
  /** id, account, at, entriesBefore, prompt, answer, promptSalt, answerSalt */
  readonly insert: string;
  /** id */
  readonly select: string;
  /** number, limit */
  readonly newestBelow: string;
  /** id */
  readonly discard: string;
  /** id, account */
  readonly remove: string;
  /** account */
  readonly removeAll: string;
  /** id, account, exchange, by */
  readonly noteErasure: string;
  /** id */
  readonly forgetErasure: string;
  readonly pendingErasures: string;
}

interface Tables {
  contents: ContentRow & { readonly rowid: number };
  erasures: PendingErasure;
}

const ANY = '';
const BYTES = new Uint8Array();

export function contentStatements(): ContentStatements {
  const queries = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  const sql = (query: Compilable) => query.compile().sql;
  const salts = { promptSalt: BYTES, answerSalt: BYTES };
  const row = { id: ANY, account: ANY, at: 0, entriesBefore: 0, prompt: ANY, answer: ANY, ...salts };
  const erasure = { id: ANY, account: ANY, exchange: 0, by: ANY };
  const marks = queries.selectFrom('contents').select(['rowid as number', 'id', 'entriesBefore']);
  const removed = queries.deleteFrom('contents');
  return {
    schema: schema(queries).map(sql),
    insert: sql(queries.insertInto('contents').values(row as Tables['contents'])),
    select: sql(queries.selectFrom('contents').selectAll().where('id', '=', ANY)),
    newestBelow: sql(marks.where('rowid', '<', 0).orderBy('rowid', 'desc').limit(1)),
    discard: sql(removed.where('id', '=', ANY)),
    remove: sql(removed.where('id', '=', ANY).where('account', '=', ANY)),
    removeAll: sql(removed.where('account', '=', ANY)),
    noteErasure: sql(queries.insertInto('erasures').orIgnore().values(erasure)),
    forgetErasure: sql(queries.deleteFrom('erasures').where('id', '=', ANY)),
    pendingErasures: sql(queries.selectFrom('erasures').selectAll()),
  };
}

function schema(queries: Kysely<Tables>): Compilable[] {
  const contents = queries.schema
    .createTable('contents')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('entriesBefore', 'integer', (column) => column.notNull())
    .addColumn('prompt', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .addColumn('promptSalt', 'blob', (column) => column.notNull())
    .addColumn('answerSalt', 'blob', (column) => column.notNull());
  const byAccount = queries.schema
    .createIndex('contentsByAccount')
    .ifNotExists()
    .on('contents')
    .column('account');
  const erasures = queries.schema
    .createTable('erasures')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('exchange', 'integer')
    .addColumn('by', 'text', (column) => column.notNull());
  return [contents, byAccount, erasures];
}
