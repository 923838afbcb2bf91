/**
 * A store that cannot be written says so, with the place and the remedy, and works again when it can be. The
 * disk is a small one of its own; an immutable file stands in for one that belongs to another user.
 */
import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { smallDisk, whileImmutable } from './broken-disk.fixture.ts';
import { newPlace, silentLog } from './store.fixture.ts';
import { openStore, type Store } from './store.ts';

const PROBE_MS = 5_000;
const DISK_BYTES = 2 ** 21;

function property({ db }: Store, name: string, value: string) {
  return db.insertInto('properties').values({ name, value }).compile();
}

/** Resolves when the store has noticed that it can be written again. */
function recovered(): { readonly log: typeof silentLog; readonly promise: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const info = (_data: object, message: string) => {
    if (message.includes('can be written again')) resolve();
  };
  return { log: { ...silentLog, info }, promise };
}

test('a full disk is a lasting failure that names the file, and ends when there is room', async (context) => {
  const dataDir = await smallDisk(context, DISK_BYTES);
  const clock = new ManualClock();
  const { log, promise } = recovered();
  const store = await openStore({ dataDir, clock, log });
  const ballast = join(dataDir, 'ballast');
  const { size } = await stat(join(dataDir, 'hilo.sqlite-wal'));
  await writeFile(ballast, Buffer.alloc(DISK_BYTES - 2 ** 19 - size));
  const thrown = await fillUntilRefused(store);
  assert.match(thrown.message, /hilo\.sqlite cannot be used: .*; free space on its disk/);
  assert.equal(store.failure, thrown);
  await assert.rejects(store.write([property(store, 'x', 'y')]), thrown, 'it is not tried each time');
  await rm(ballast);
  clock.advance(PROBE_MS);
  await promise;
  assert.equal(store.failure, undefined);
  await store.write([property(store, 'x', 'y')]);
  // What was acknowledged is there, the refused unit is not.
  const rows = await store.db.selectFrom('properties').select('name').where('name', 'like', 'p%').execute();
  assert.equal(rows.length, thrown.acknowledged);
  await store.close();
});

async function fillUntilRefused(store: Store): Promise<Error & { acknowledged: number }> {
  for (let acknowledged = 0; ; acknowledged += 1) {
    const unit = [property(store, `p${acknowledged}`, 'x'.repeat(50_000))];
    const error = await store.write(unit).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    if (error) return Object.assign(error, { acknowledged });
  }
}

test('a store does not open on a disk that is full', async (context) => {
  const dataDir = await smallDisk(context, DISK_BYTES);
  await writeFile(join(dataDir, 'ballast'), Buffer.alloc(DISK_BYTES)).catch(() => {});
  const opening = openStore({ dataDir, clock: new ManualClock(), log: silentLog });
  await assert.rejects(opening, { kind: 'disk_full', message: /hilo\.sqlite .*; free space on its disk/ });
});

test('a store does not open on a file that cannot be written, and says whose it is', async (context) => {
  const { dataDir, open } = await newPlace(context, 'sqlite');
  await (await open()).close();
  await whileImmutable(join(dataDir, 'hilo.sqlite'), () =>
    assert.rejects(open(), {
      kind: 'read_only',
      message:
        /hilo\.sqlite cannot be used: .*make it writable .*belongs to user \d+, mode 600; this process/,
    }),
  );
  await open();
});

test('a file that is no database is left as it is', async (context) => {
  const { dataDir, open } = await newPlace(context, 'sqlite');
  const bytes = 'this is no database, and long enough to look like the head of one'.repeat(20);
  await writeFile(join(dataDir, 'hilo.sqlite'), bytes);
  await assert.rejects(open(), { kind: 'damaged', message: /restore it from a backup/ });
  assert.equal(await readFile(join(dataDir, 'hilo.sqlite'), 'utf8'), bytes);
});

test('a folder that is not there, and a database server that is not there, are named', async (context) => {
  const { dataDir, open } = await newPlace(context, 'sqlite');
  await assert.rejects(open({ dataDir: join(dataDir, 'missing') }), /missing\/hilo\.sqlite cannot be used/);
  const databaseUrl = 'postgres://hilo:secret@127.0.0.1:1/hilo';
  await assert.rejects(open({ databaseUrl }), (error: Error) => {
    assert.match(error.message, /postgres:\/\/127\.0\.0\.1:1\/hilo cannot be used: .*check DATABASE_URL/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test('others cannot read the file', async (context) => {
  const { dataDir, open } = await newPlace(context, 'sqlite');
  await open();
  for (const name of ['hilo.sqlite', 'hilo.sqlite-wal', 'hilo.sqlite-shm']) {
    assert.equal((await stat(join(dataDir, name))).mode & 0o777, 0o600, name);
  }
});
