/**
 * The one database: SQLite in the data directory, or PostgreSQL. Reads and rare transactions go through
 * Kysely (`db`); what every message writes goes through `write`.
 */
import { join } from 'node:path';
import { Kysely } from 'kysely';
import type { Clock } from '../../shared/clock.ts';
import type { Backend, DialectName } from './backend.ts';
import type { Step } from './batch.ts';
import { migrate, storeMigrations, type Migrations } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import type { Database, Tables } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { asStoreError, type StoreError, type StorePlace } from './store-error.ts';
import { importVersion01, removeCopy, removeOldCopy } from './version-0-1.ts';
import type { StoreLog } from './store-log.ts';
import { WriteQueue, type WriteOptions } from './write-queue.ts';

export const STORE_FILE = 'hilo.sqlite';

/** After a lasting failure the store tries from time to time whether it can be written again. */
const PROBE_MS = 5_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

export interface Store {
  readonly db: Database;
  readonly dialect: DialectName;
  readonly place: StorePlace;
  /** Why nothing can be written; undefined when writing works. */
  readonly failure: StoreError | undefined;
  /**
   * Writes all steps or none; resolves with the rows that each changed, when they are durable. Units that are
   * given at the same moment share one transaction, in the order given; a unit that fails fails alone. Must
   * not be awaited within a transaction of `db`, which holds SQLite's one connection.
   */
  write(unit: readonly Step[], options?: WriteOptions): Promise<readonly number[]>;
  /**
   * After rows were deleted: leaves no byte of them in the files that the store writes, or rejects. The copy
   * that was made before a migration has texts: it goes as well, unless what was deleted is not in it.
   */
  forgetBytes(options?: { readonly keepCopies?: boolean }): Promise<void>;
  /** Writes what is waiting, then closes. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The folder must exist. */
  readonly dataDir: string;
  /** `postgres://…`; SQLite in the data directory without it. */
  readonly databaseUrl?: string | undefined;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: StoreLog;
  readonly migrations?: Migrations;
}

/**
 * Brings older data to this version. Rejects with a `StoreError` that names the place and the remedy when the
 * store cannot be written, or older data cannot be taken over.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, databaseUrl, log } = options;
  const file = join(dataDir, STORE_FILE);
  const onError = (error: unknown) => log.warn({ err: error }, 'A connection to the database broke');
  const backend = await (
    databaseUrl === undefined ? openSqlite(file) : openPostgres(databaseUrl, onError)
  ).catch((error: unknown) => {
    throw asStoreError(error, databaseUrl === undefined ? { name: file, file } : { name: 'at DATABASE_URL' });
  });
  const store = new OpenStore(backend, options);
  try {
    await migrate(store.db, backend, options.migrations ?? storeMigrations);
    await store.probe();
    await importVersion01({ ...options, db: store.db });
    store.watchCopies();
    return store;
  } catch (error) {
    await store.close().catch(() => {}); // The first error says why it could not be opened.
    throw asStoreError(error, backend.place);
  }
}

class OpenStore implements Store {
  readonly db: Database;
  readonly #backend: Backend;
  readonly #options: StoreOptions;
  readonly #queue: WriteQueue;
  #failure: StoreError | undefined;
  #cancelProbe = () => {};
  #cancelWatch = () => {};
  #closing: Promise<void> | undefined;

  constructor(backend: Backend, options: StoreOptions) {
    this.#backend = backend;
    this.#options = options;
    this.db = new Kysely<Tables>({ dialect: backend.dialect });
    this.#queue = new WriteQueue((batch) => backend.commit(batch), options.clock);
  }

  get dialect(): DialectName {
    return this.#backend.name;
  }

  get place(): StorePlace {
    return this.#backend.place;
  }

  get failure(): StoreError | undefined {
    return this.#failure;
  }

  async write(unit: readonly Step[], options?: WriteOptions): Promise<readonly number[]> {
    if (this.#failure) throw this.#failure;
    try {
      return await this.#queue.write(unit, options);
    } catch (thrown) {
      const error = asStoreError(thrown, this.place);
      this.#noteFailure(error);
      throw error;
    }
  }

  async forgetBytes({ keepCopies = false } = {}): Promise<void> {
    if (!keepCopies) await removeCopy(this.#options.dataDir);
    await this.#backend.forgetBytes();
  }

  /** The copy of older data must also be deleted in time when the server runs on. */
  watchCopies(): void {
    this.#cancelWatch = this.#options.clock.after(DAY_MS, () => {
      removeOldCopy(this.db, this.#options).catch((error: unknown) =>
        this.#options.log.warn({ err: error }, 'A copy from before a migration could not be removed'),
      );
      this.watchCopies();
    });
  }

  /** A write like any other, since only that shows that others would succeed. */
  async probe(): Promise<void> {
    const value = new Date(this.#options.clock.now()).toISOString();
    const row = this.db.insertInto('properties').values({ name: 'written_at', value });
    const probe = row.onConflict((conflict) => conflict.column('name').doUpdateSet({ value })).compile();
    await this.#queue.write([probe]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#cancelProbe();
    this.#cancelWatch();
    await this.#queue.drain();
    await this.db.destroy();
    await this.#backend.close();
  }

  #noteFailure(error: StoreError): void {
    if (!error.isLasting || this.#failure || this.#closing) return;
    this.#failure = error;
    this.#options.log.error({ err: error }, 'The store cannot be written');
    // A broken connection is replaced at once.
    this.#probeLater(error.kind === 'unreachable' ? 0 : PROBE_MS);
  }

  #probeLater(delayMs: number): void {
    this.#cancelProbe = this.#options.clock.after(delayMs, () => {
      this.probe().then(
        () => {
          this.#failure = undefined;
          this.#options.log.info({ place: this.place.name }, 'The store can be written again');
        },
        () => this.#probeLater(PROBE_MS), // Logged when it began.
      );
    });
  }
}
