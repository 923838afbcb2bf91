/** Fresh stores of either dialect, for the tests that must hold for both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, type TestContext } from 'node:test';
import { systemClock } from '../../shared/clock.ts';
import type { DialectName } from './backend.ts';
import { startPostgres, type TestPostgres } from './postgres.fixture.ts';
import { openStore, type Store, type StoreLog, type StoreOptions } from './store.ts';

export const silentLog: StoreLog = { info: () => {}, warn: () => {}, error: () => {} };

export interface TestPlace {
  readonly dialect: DialectName;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** The same data each time. The store is closed when the test ends. */
  open(changes?: Partial<StoreOptions>): Promise<Store>;
}

/** Declares the tests once for each dialect; `place` gives a test its own empty data. */
export function onBothDialects(
  declare: (place: (context: TestContext) => Promise<TestPlace>, dialect: DialectName) => void,
): void {
  suite('SQLite', () => declare((context) => newPlace(context, 'sqlite', undefined), 'sqlite'));
  suite('PostgreSQL', () => {
    const servers: TestPostgres[] = [];
    before(async () => void servers.push(await startPostgres()));
    after(async () => void (await Promise.all(servers.map((server) => server.stop()))));
    declare(async (context) => newPlace(context, 'postgres', await servers[0]?.createDatabase()), 'postgres');
  });
}

async function newPlace(
  context: TestContext,
  dialect: DialectName,
  databaseUrl: string | undefined,
): Promise<TestPlace> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-store-'));
  const stores: Store[] = [];
  context.after(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await rm(dataDir, { recursive: true, force: true });
  });
  const open = async (changes: Partial<StoreOptions> = {}) => {
    const store = await openStore({ dataDir, databaseUrl, clock: systemClock, log: silentLog, ...changes });
    stores.push(store);
    return store;
  };
  return { dialect, dataDir, databaseUrl, open };
}
