/**
 * The thread that owns the SQLite database: a commit waits for the disk, and nothing else may wait for it.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import { answerRequests, describeError, type ErrorDescription } from '../support/worker-rpc.ts';
import { searchTokens } from '../../shared/search-words.ts';
import { unitsOf, type Batch, type UnitSlice, type Value } from './batch.ts';
import { unpackBatch } from './packed-batch.ts';
import type { QueryAnswer, SqliteRequest, WriteAnswer } from './sqlite-requests.ts';

/** How long another process, such as an export, may keep a lock or the write-ahead log. */
const BUSY_TIMEOUT_MS = 2_000;
const STATEMENTS_MAX = 256;

/** CORRUPT, FULL, IOERR, NOTADB, READONLY: every other unit of the batch would fail like the first. */
const FAILS_ALL = new Set([8, 10, 11, 13, 26]);

class Sqlite {
  readonly #database: DatabaseSync;
  readonly #statements = new LRUCache<string, StatementSync>({ max: STATEMENTS_MAX });

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    this.#database.exec('PRAGMA journal_mode = WAL');
    // A transaction is on the disk when its commit returns.
    this.#database.exec('PRAGMA synchronous = FULL');
    // What is deleted is overwritten with zeros, in pages that stay and in free ones.
    this.#database.exec('PRAGMA secure_delete = ON');
    // No text may reach a temporary file.
    this.#database.exec('PRAGMA temp_store = MEMORY');
    // Triggers of the search index call it.
    this.#database.function('hilo_tokens', { deterministic: true }, (key, text) =>
      searchTokens(Number(key), String(text)),
    );
  }

  query(sql: string, parameters: readonly Value[]): QueryAnswer {
    const statement = this.#prepared(sql);
    if (statement.columns().length > 0) return { rows: statement.all(...parameters), changes: 0 };
    return { rows: [], changes: Number(statement.run(...parameters).changes) };
  }

  write(batch: Batch): WriteAnswer {
    try {
      return this.#transaction(() => ({ changes: this.#runAll(batch) }));
    } catch (error) {
      const { errcode = 0 } = describeError(error);
      if (batch.units.length === 0 || FAILS_ALL.has(errcode & 0xff)) throw error;
      return this.#transaction(() => this.#runEach(batch));
    }
  }

  /** Some failures, a full disk among them, have rolled back by themselves. */
  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  /** What was deleted must not live on in the write-ahead log. True when the log was emptied. */
  emptyLog(): boolean {
    return this.#prepared('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** The usual way: all units are good. */
  #runAll({ texts, parameterCounts, steps, parameters }: Batch): Uint32Array {
    const statements = texts.map((text) => this.#prepared(text));
    const changes = new Uint32Array(steps.length);
    let parameter = 0;
    for (const [step, index] of steps.entries()) {
      const next = parameter + (parameterCounts[index] ?? 0);
      const result = statements[index]?.run(...parameters.slice(parameter, next));
      changes[step] = Number(result?.changes);
      parameter = next;
    }
    return changes;
  }

  /** Each unit by itself, so that a bad one leaves nothing and the others stay. */
  #runEach(batch: Batch): WriteAnswer {
    const changes = new Uint32Array(batch.steps.length);
    const errors = new Map<number, ErrorDescription>();
    for (const unit of unitsOf(batch)) {
      this.#database.exec('SAVEPOINT unit');
      try {
        changes.set(this.#runUnit(unit), unit.firstStep);
      } catch (error) {
        if (!this.#database.isTransaction) throw error;
        this.#database.exec('ROLLBACK TO unit');
        errors.set(unit.number, describeError(error));
      }
      this.#database.exec('RELEASE unit');
    }
    return { changes, errors };
  }

  #runUnit({ steps }: UnitSlice): number[] {
    return steps.map(({ text, parameters }) => Number(this.#prepared(text).run(...parameters).changes));
  }

  #transaction<Result>(run: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = run();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

const opened: { database?: Sqlite } = {};
answerRequests(run);

function run(request: SqliteRequest): unknown {
  if (request.type === 'open') {
    opened.database = new Sqlite(request.path);
    return undefined;
  }
  const { database } = opened;
  if (!database) throw new Error('The database is not open');
  switch (request.type) {
    case 'query':
      return database.query(request.sql, request.parameters);
    case 'rollback':
      return database.rollback();
    case 'write':
      return database.write(unpackBatch(request.packed));
    case 'emptyLog':
      return database.emptyLog();
    case 'close':
      return database.close();
  }
}
