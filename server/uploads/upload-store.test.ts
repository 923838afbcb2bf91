/** [F-1] [F-2] Files that come in pieces: their limits, their owners, and that nothing of them stays. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { UploadStore } from './upload-store.ts';

const LIMITS = {
  fileBytesMax: 10,
  quotaFilesMax: 2,
  filesMax: 3,
  bytesMax: 24,
  pieceMs: 1_000,
  uploadMs: 5_000,
  unusedMs: 2_000,
  takenBytesMax: 12,
};
const ANA = { owner: 'ana', quota: 'ana' };
const BEN = { owner: 'ben', quota: 'ben' };

async function bench(context: TestContext) {
  const folder = join(await mkdtemp(join(tmpdir(), 'hilo-uploads-')), 'uploads');
  context.after(() => rm(join(folder, '..'), { recursive: true, force: true }));
  const clock = new ManualClock();
  let ids = 0;
  const options = { folder, clock, newId: () => `f${(ids += 1)}`, limits: LIMITS };
  return { folder, clock, options, store: await UploadStore.open(options) };
}

async function whole(store: UploadStore, who: typeof ANA, text: string): Promise<string> {
  const id = await store.begin(who);
  await store.append(who.owner, id, 0, Buffer.from(text));
  await store.end(who.owner, id);
  return id;
}

test('pieces become a file, which is taken once and is gone', async (context) => {
  const { store, folder } = await bench(context);
  const id = await store.begin(ANA, 10);
  const both = [
    store.append('ana', id, 0, Buffer.from('12345')),
    store.append('ana', id, 5, Buffer.from('678')),
  ];
  assert.deepEqual((await Promise.all(both)).at(-1), { bytes: 8 });
  assert.equal((await stat(join(folder, id))).mode & 0o777, 0o600);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await assert.rejects(store.append('ana', id, 5, Buffer.from('x')), {
    key: 'file_position',
    values: { bytes: 8 },
  });
  await assert.rejects(store.take('ana', id), { key: 'file_incomplete' });
  assert.deepEqual(await store.end('ana', id), { bytes: 8 });
  await assert.rejects(store.append('ana', id, 8, Buffer.from('x')), { key: 'file_position' });
  const both2 = await Promise.allSettled([store.take('ana', id), store.take('ana', id)]);
  const taken = both2.flatMap((one) => (one.status === 'fulfilled' ? [one.value.content.toString()] : []));
  assert.deepEqual(taken, ['12345678']);
  assert.deepEqual(await readdir(folder), []);
  assert.equal(store.files, 0);
});

test('nobody else can name a file', async (context) => {
  const { store } = await bench(context);
  const id = await whole(store, ANA, 'mine');
  const attempts = [
    store.append('ben', id, 4, Buffer.from('x')),
    store.end('ben', id),
    store.discard('ben', id),
    store.take('ben', id),
    store.take('ben', '../keys/admin.key'),
  ];
  for (const attempt of attempts) await assert.rejects(attempt, { key: 'not_found' });
  assert.equal((await store.take('ana', id)).content.toString(), 'mine');
});

test('a file, a quota and the whole store have limits, which are free again afterwards', async (context) => {
  const { store, folder } = await bench(context);
  await assert.rejects(store.begin(ANA, 11), { key: 'file_too_large', values: { max: 10 } });
  const first = await store.begin(ANA);
  await assert.rejects(store.append('ana', first, 0, Buffer.alloc(11)), { key: 'file_too_large' });
  await store.append('ana', first, 0, Buffer.alloc(10));
  await assert.rejects(store.append('ana', first, 10, Buffer.alloc(1)), { key: 'file_too_large' });
  const second = await store.begin({ owner: 'guest 1', quota: 'ana' });
  await assert.rejects(store.begin({ owner: 'guest 2', quota: 'ana' }), { key: 'too_many_files' });
  await store.append('guest 1', second, 0, Buffer.alloc(10));
  const third = await store.begin(BEN);
  await assert.rejects(store.begin({ owner: 'cara', quota: 'cara' }), { key: 'files_full' });
  await assert.rejects(store.append('ben', third, 0, Buffer.alloc(5)), { key: 'files_full' });
  await store.discard('ana', first);
  await store.append('ben', third, 0, Buffer.alloc(10));
  await store.discard('ben', third);
  await store.discard('guest 1', second);
  assert.deepEqual(await readdir(folder), []);
  await whole(store, ANA, '1234567890');
});

test('only so much is in memory at once', async (context) => {
  const { store } = await bench(context);
  const [one, two] = [await whole(store, ANA, '1234567890'), await whole(store, BEN, '12345')];
  const taken = await store.take('ana', one);
  await assert.rejects(store.take('ben', two), { key: 'files_full' });
  taken.release();
  assert.equal((await store.take('ben', two)).content.length, 5);
});

test('a file that is read stays until it is discarded, and counts while it is in memory', async (context) => {
  const { store } = await bench(context);
  const id = await whole(store, ANA, '1234567890');
  const other = await whole(store, BEN, '12345');
  const read = await store.read('ana', id);
  await assert.rejects(store.read('ben', other), { key: 'files_full' });
  await assert.rejects(store.read('ben', id), { key: 'not_found' });
  read.release();
  assert.equal((await store.read('ana', id)).content.toString(), '1234567890');
  await store.discard('ana', id);
  await assert.rejects(store.read('ana', id), { key: 'not_found' });
});

test('who is too slow, never ends or never uses a file loses it', async (context) => {
  const { store, clock, folder } = await bench(context);
  const slow = await store.begin(ANA);
  clock.advance(LIMITS.pieceMs);
  await assert.rejects(store.append('ana', slow, 0, Buffer.from('x')), { key: 'not_found' });
  const endless = await store.begin(ANA);
  let at = 0;
  const step = 900;
  for (let passed = 0; passed + step < LIMITS.uploadMs; passed += step) {
    await store.append('ana', endless, at, Buffer.from('x'));
    at += 1;
    clock.advance(step);
  }
  await store.append('ana', endless, at, Buffer.from('x'));
  clock.advance(LIMITS.uploadMs % step);
  await assert.rejects(store.append('ana', endless, at + 1, Buffer.from('x')), { key: 'not_found' });
  const unused = await whole(store, ANA, 'x');
  clock.advance(LIMITS.unusedMs);
  await assert.rejects(store.take('ana', unused), { key: 'not_found' });
  await store.close();
  assert.deepEqual(await readdir(folder), []);
});

test('a start deletes what a crash has left', async (context) => {
  const { store, folder, options } = await bench(context);
  await whole(store, ANA, 'left over');
  await writeFile(join(folder, 'odd'), 'x');
  await UploadStore.open(options);
  assert.deepEqual(await readdir(folder), []);
});

test('a file that cannot be written is gone, and its quota free', async (context) => {
  const { store, folder } = await bench(context);
  const id = await store.begin(ANA);
  await rm(join(folder, id));
  await assert.rejects(store.append('ana', id, 0, Buffer.from('x')), { key: 'internal' });
  assert.equal(store.files, 0);
  await whole(store, ANA, 'x');
  await whole(store, ANA, 'y');
});
