/** Fresh stores of either dialect, for the tests that must hold for both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { systemClock } from '../../shared/clock.ts';
import type { DialectName } from './backend.ts';
import { startPostgres, type TestPostgres } from './postgres.fixture.ts';
import { openStore, type Store, type StoreOptions } from './store.ts';
import type { StoreLog } from './store-log.ts';

export const silentLog: StoreLog = { info: () => {}, warn: () => {}, error: () => {} };

export interface TestPlace {
  readonly dialect: DialectName;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** The same data each time. The store is closed when the test ends. */
  readonly open: (changes?: Partial<StoreOptions>) => Promise<Store>;
}

/** Declares a test once for each dialect; `place` is its own, and empty. */
export type OnBothDialects = (name: string, run: (place: TestPlace) => Promise<void>) => void;

/** For a test file: one PostgreSQL cluster serves all of its tests. */
export function bothDialects(): OnBothDialects {
  let server: Promise<TestPostgres> | undefined;
  after(async () => (await server?.catch(() => undefined))?.stop());
  return (name, run) => {
    test(`${name} · SQLite`, async (context) => run(await newPlace(context, 'sqlite')));
    test(`${name} · PostgreSQL`, async (context) => {
      server ??= startPostgres();
      await run(await newPlace(context, 'postgres', await (await server).createDatabase()));
    });
  };
}

export async function newPlace(
  context: TestContext,
  dialect: DialectName,
  databaseUrl?: string,
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
