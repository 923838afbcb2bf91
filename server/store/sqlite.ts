/** SQLite in a worker thread, behind Kysely's driver interface and behind the store's batches. */
import { open, stat } from 'node:fs/promises';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { SharedRun } from '../support/shared-run.ts';
import { WorkerRpc } from '../support/worker-rpc.ts';
import type { Backend } from './backend.ts';
import type { BatchOutcome, Value } from './batch.ts';
import type { QueryAnswer, SqliteRequest } from './sqlite-requests.ts';
import { packBatch } from './packed-batch.ts';
import { StoreError } from './store-error.ts';
import { Turns } from './turns.ts';

type SqliteRpc = WorkerRpc<SqliteRequest>;

/** The folder must exist. Rejects with the error of the system or of SQLite. */
export async function openSqlite(path: string): Promise<Backend> {
  // SQLite gives its other files the mode of this one. Others must not read what people said.
  await (await open(path, 'a', 0o600)).close();
  const rpc: SqliteRpc = new WorkerRpc(new URL('sqlite-worker.ts', import.meta.url));
  await rpc.ask({ type: 'open', path }).catch(async (error: unknown) => {
    await rpc.end();
    throw error;
  });
  const turns = new Turns();
  // Each one waits for the disk several times, and nothing else is written meanwhile.
  const forgetting = new SharedRun(() => forgetBytes(path, rpc, turns));
  return {
    name: 'sqlite',
    place: { name: path, file: path },
    dialect: {
      createAdapter: () => new TransactionalSqliteAdapter(),
      createDriver: () => new SqliteDriver(rpc, turns),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    async commit(batch) {
      if (turns.areTaken) await turns.untilFree();
      try {
        const packed = packBatch(batch);
        return await rpc.ask<BatchOutcome>({ type: 'write', packed }, [packed.bytes.buffer]);
      } catch (error) {
        if (!rpc.failure) throw error;
        throw new StoreError('unreachable', `The thread of ${path} has ended; restart the server`, error);
      }
    },
    forgetBytes: () => forgetting.ask(),
    async close() {
      await rpc.ask({ type: 'close' });
      await rpc.end();
    },
  };
}

/** Kysely's own one does not know that SQLite can create tables within a transaction. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * There is one connection. The thread answers one request after the other, so only a transaction has to keep
 * others out: it takes a turn.
 */
class SqliteDriver implements Driver {
  readonly #rpc: SqliteRpc;
  readonly #turns: Turns;

  constructor(rpc: SqliteRpc, turns: Turns) {
    this.#rpc = rpc;
    this.#turns = turns;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this.#rpc, this.#turns);
  }

  beginTransaction(connection: SqliteConnection): Promise<void> {
    return connection.begin();
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    await connection.rollback();
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    connection.endTurn();
  }

  async destroy(): Promise<void> {}
}

class SqliteConnection implements DatabaseConnection {
  readonly #rpc: SqliteRpc;
  readonly #turns: Turns;
  /** While this is a transaction. */
  #endTurn: (() => void) | undefined;

  constructor(rpc: SqliteRpc, turns: Turns) {
    this.#rpc = rpc;
    this.#turns = turns;
  }

  async begin(): Promise<void> {
    this.#endTurn = await this.#turns.take();
    await this.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  endTurn(): void {
    this.#endTurn?.();
    this.#endTurn = undefined;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (!this.#endTurn && this.#turns.areTaken) await this.#turns.untilFree();
    const request = { type: 'query', sql, parameters: parameters as readonly Value[] } as const;
    const { rows, changes } = await this.#rpc.ask<QueryAnswer>(request);
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  async rollback(): Promise<void> {
    await this.#rpc.ask({ type: 'rollback' });
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Rows are read in pages, not as a stream');
  }
}

async function forgetBytes(path: string, rpc: SqliteRpc, turns: Turns): Promise<void> {
  const done = await turns.take();
  try {
    const isEmptied = await rpc.ask<boolean>({ type: 'emptyLog' });
    const { size } = await stat(`${path}-wal`);
    if (!isEmptied || size > 0) {
      throw new Error(`Another process reads ${path}: erased text is still in its write-ahead log`);
    }
  } finally {
    done();
  }
}
