import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { Client } from 'pg';
import { systemClock } from '../../shared/clock.ts';
import { startPostgres } from './postgres.fixture.ts';
import { silentLog } from './store.fixture.ts';
import { openStore } from './store.ts';

test('connections that the server has closed are made anew, and nothing is doubled', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-store-'));
  const postgres = await startPostgres();
  after(async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true });
  });
  const databaseUrl = await postgres.createDatabase();
  const { promise: recovered, resolve } = Promise.withResolvers<void>();
  const info = (_data: object, message: string) => {
    if (message.includes('can be written again')) resolve();
  };
  const store = await openStore({ dataDir, databaseUrl, clock: systemClock, log: { ...silentLog, info } });
  const property = (name: string) => store.db.insertInto('properties').values({ name, value: '' }).compile();
  await store.write([property('before')]);
  const locked = await lockProperties(databaseUrl);
  const refused = assert.rejects(store.write([property('lost')]), { kind: 'unreachable' });
  await locked.writerWaits();
  await closeOthers(databaseUrl);
  await refused;
  await locked.end();
  await recovered;
  assert.equal(store.failure, undefined);
  await store.write([property('after')]);
  const rows = await store.db.selectFrom('properties').select('name').orderBy('name').execute();
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['after', 'before', 'written_at'],
  );
  await store.close();
});

test('whatever the database defaults to, commits are durable and nothing small is compiled', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-store-'));
  const postgres = await startPostgres();
  after(async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true });
  });
  const databaseUrl = await postgres.createDatabase();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const name = new URL(databaseUrl).pathname.slice(1);
  for (const setting of ['synchronous_commit = off', 'jit = on', 'max_parallel_workers_per_gather = 4']) {
    await client.query(`alter database ${name} set ${setting}`);
  }
  await client.end();
  const store = await openStore({ dataDir, databaseUrl, clock: systemClock, log: silentLog });
  const settings = sql<string>`current_setting('synchronous_commit') || ' ' || current_setting('jit')
    || ' ' || current_setting('max_parallel_workers_per_gather')`;
  await store.write([
    sql`insert into properties (name, value) values ('writer', ${settings})`.compile(store.db),
  ]);
  const { writer, reader } = await store.db
    .selectFrom('properties')
    .select(['value as writer', settings.as('reader')])
    .where('name', '=', 'writer')
    .executeTakeFirstOrThrow();
  assert.deepEqual([writer, reader], ['on off 0', 'on off 0']);
  await store.close();
});

/** Ends every connection of the store. */
async function closeOthers(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name = 'hilo'`);
  await client.end();
}

/** A lock that a write waits for. */
async function lockProperties(connectionString: string) {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('begin');
  await client.query('lock table properties in access exclusive mode');
  return {
    async writerWaits(): Promise<void> {
      for (let isWaiting = false; !isWaiting;) {
        const { rowCount } = await client.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        isWaiting = rowCount === 1;
      }
    },
    end: () => client.end(),
  };
}
