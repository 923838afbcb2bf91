/** PostgreSQL: a pool behind Kysely, and one connection of its own for the store's batches. */
import { Client, Pool, TypeOverrides, type ClientConfig } from 'pg';
import { PostgresDialect } from 'kysely';
import { describeError, type ErrorDescription } from '../support/worker-rpc.ts';
import type { Backend } from './backend.ts';
import { unitsOf, type Batch, type BatchOutcome, type UnitSlice, type Value } from './batch.ts';

export const POSTGRES_LIMITS = {
  connectionsMax: 8,
  connectMs: 5_000,
  /** A statement that takes longer is stuck; the longest real ones erase in batches. */
  statementMs: 60_000,
  /** Statements that a connection keeps prepared. */
  statementsMax: 256,
} as const;

/**
 * Nothing is acknowledged before it is on the disk, whatever the server's default is. And each statement
 * concerns few rows, whatever the planner expects of a large table: to compile it, or to start workers for
 * it, takes longer than to run it.
 */
const SESSION_SETTINGS = `select
  set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
  select set_config('jit', 'off', false), set_config('max_parallel_workers_per_gather', '0', false)`;

/** Numbers of this store stay far below 2^53. */
const INT8 = 20;

export async function openPostgres(url: string, onError: (error: unknown) => void): Promise<Backend> {
  const config = connectionConfig(url);
  const pool = new Pool({ ...config, max: POSTGRES_LIMITS.connectionsMax });
  // A connection can break while nobody uses it.
  pool.on('error', onError);
  pool.on('connect', (client) => void client.query(SESSION_SETTINGS).catch(onError));
  const writer = new PostgresWriter(config, onError);
  return {
    name: 'postgres',
    place: { name: nameOf(url) },
    dialect: new PostgresDialect({ pool }),
    commit: (batch) => writer.commit(batch),
    forgetBytes: () => Promise.resolve(),
    close: () => writer.close(),
  };
}

function connectionConfig(url: string): ClientConfig {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(INT8, Number);
  return {
    connectionString: url,
    application_name: 'hilo',
    connectionTimeoutMillis: POSTGRES_LIMITS.connectMs,
    statement_timeout: POSTGRES_LIMITS.statementMs,
    keepAlive: true,
    types: parsers,
  };
}

/** Nothing secret: no password, no parameters. */
function nameOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `postgres://${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
}

class PostgresWriter {
  readonly #config: ClientConfig;
  readonly #onError: (error: unknown) => void;
  readonly #names = new Map<string, string>();
  #client: Promise<Client> | undefined;

  constructor(config: ClientConfig, onError: (error: unknown) => void) {
    this.#config = config;
    this.#onError = onError;
  }

  async commit(batch: Batch): Promise<BatchOutcome> {
    const client = await (this.#client ??= this.#connect());
    try {
      return { changes: Uint32Array.from(await this.#commitAll(client, batch)) };
    } catch (error) {
      // After a break the fate of the transaction is unknown: the units have failed.
      if (!isOfOneUnit(error)) throw error;
      return this.#commitEach(client, batch);
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  /** All steps are sent at once; the answers come in their order. */
  async #commitAll(client: Client, batch: Batch): Promise<number[]> {
    const units = [...unitsOf(batch)];
    const answers = await allDone([
      client.query('begin'),
      ...units.flatMap((unit) => this.#send(client, unit)),
      client.query('commit'),
    ]);
    return answers.slice(1, -1);
  }

  /** Each unit by itself, so that a bad one leaves nothing and the others stay. */
  async #commitEach(client: Client, batch: Batch): Promise<BatchOutcome> {
    const changes = new Uint32Array(batch.steps.length);
    const errors = new Map<number, ErrorDescription>();
    await client.query('begin');
    for (const unit of unitsOf(batch)) {
      const parts = [client.query('savepoint unit'), ...this.#send(client, unit)];
      try {
        const [, ...counts] = await allDone(parts);
        changes.set(counts, unit.firstStep);
      } catch (error) {
        if (!isOfOneUnit(error)) throw error;
        await client.query('rollback to unit');
        errors.set(unit.number, describeError(error));
      }
    }
    await client.query('commit');
    return { changes, errors };
  }

  #send(client: Client, { steps }: UnitSlice): Promise<{ rowCount: number | null }>[] {
    return steps.map(({ text, parameters }) => client.query(this.#query(text, parameters)));
  }

  #query(text: string, values: readonly Value[]) {
    let name = this.#names.get(text);
    if (name === undefined && this.#names.size < POSTGRES_LIMITS.statementsMax) {
      this.#names.set(text, (name = `hilo${this.#names.size}`));
    }
    return { text, values: values as Value[], ...(name === undefined ? {} : { name }) };
  }

  async #connect(): Promise<Client> {
    const client = new Client({ ...this.#config, pipeline: true });
    const forget = (error?: unknown) => {
      this.#client = undefined;
      if (error !== undefined) this.#onError(error);
    };
    client.on('error', forget);
    client.on('end', () => forget());
    try {
      await client.connect();
      await client.query(SESSION_SETTINGS);
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
    return client;
  }
}

/** Waits for all of them, also when one fails, and then rejects with the first error. */
async function allDone(queries: readonly Promise<{ rowCount: number | null }>[]): Promise<number[]> {
  const results = await Promise.allSettled(queries);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((result) => (result.status === 'fulfilled' ? (result.value.rowCount ?? 0) : 0));
}

/** The statement was at fault (class 22, 23 or 42), not the connection or the server. */
function isOfOneUnit(error: unknown): boolean {
  return /^(?:22|23|42)/.test(describeError(error).code ?? '');
}
