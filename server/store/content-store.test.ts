import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { openContentStore } from './content-store.ts';
import type { ContentRow } from './content-queries.ts';

async function temporaryStore(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-store-'));
  context.after(() => rm(folder, { recursive: true }));
  return { folder, path: join(folder, 'content.sqlite') };
}

const row = (id: string, account = 'a', text = `text of ${id}`): ContentRow => ({
  id,
  account,
  at: 1_700_000_000_000,
  entriesBefore: 0,
  prompt: text,
  answer: `answer to ${text}`,
  promptSalt: Buffer.from(`${'p'.repeat(24)}${id.padEnd(8)}`),
  answerSalt: Buffer.from(`${'q'.repeat(24)}${id.padEnd(8)}`),
});

const erasure = (account: string, exchange: number | null) => ({
  id: `erase:${account}`,
  account,
  exchange,
  by: 'owner',
});

async function rawBytes(folder: string): Promise<Buffer> {
  const names = await readdir(folder);
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))));
}

test('what was added is read back, also after a restart', async (context) => {
  const { path } = await temporaryStore(context);
  const store = openContentStore(path);
  await Promise.all([row('1'), row('2'), row('3')].map((one) => store.add(one)));
  assert.equal((await store.read('2'))?.prompt, 'text of 2');
  assert.equal(await store.read('9'), undefined);
  await store.close();
  const again = openContentStore(path);
  const read = await again.read('3');
  assert.deepEqual(Buffer.from(read?.promptSalt ?? []), Buffer.from(row('3').promptSalt));
  await again.close();
});

test('an id that exists fails its batch, and the store goes on', async (context) => {
  const { path } = await temporaryStore(context);
  const store = openContentStore(path);
  await store.add(row('1'));
  await assert.rejects(store.add(row('1')), /UNIQUE/);
  await store.add(row('2'));
  await store.close();
});

test('erased text and salts are nowhere in the files, free pages and log included', async (context) => {
  const { folder, path } = await temporaryStore(context);
  const store = openContentStore(path);
  const long = 'secret words '.repeat(2_000);
  await store.add(row('keep', 'other', 'these words stay'));
  await store.add(row('gone', 'a', 'quite unmistakable phrase'));
  await Promise.all(Array.from({ length: 200 }, (_, index) => store.add(row(`b${index}`, 'b', long))));
  assert.equal(await store.erase(erasure('other', 1), 'gone'), 0, 'only its owner erases it');
  assert.equal(await store.erase(erasure('a', 1), 'gone'), 1);
  assert.equal(await store.erase(erasure('b', null)), 200);
  const bytes = await rawBytes(folder);
  for (const trace of ['unmistakable', 'secret words', `${'p'.repeat(24)}gone`, `${'q'.repeat(24)}b17`]) {
    assert.equal(bytes.includes(trace), false, `${trace} is still there`);
  }
  assert.equal(bytes.includes('these words stay'), true);
  await store.close();
  assert.equal((await rawBytes(folder)).includes('unmistakable'), false);
});

test('an erasure is pending until it is said to be done, also after a restart', async (context) => {
  const { path } = await temporaryStore(context);
  const store = openContentStore(path);
  await store.add(row('1'));
  await store.erase(erasure('a', 1), '1');
  await store.close();
  const again = openContentStore(path);
  assert.deepEqual({ ...(await again.pendingErasures())[0] }, erasure('a', 1));
  await again.erased('erase:a');
  assert.deepEqual(await again.pendingErasures(), []);
  await again.close();
});

test('nothing counts as erased while a reader keeps it in the log; another try ends it', async (context) => {
  const { folder, path } = await temporaryStore(context);
  const store = openContentStore(path);
  await store.add(row('gone', 'a', 'quite unmistakable phrase'));
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM contents').all();
  await assert.rejects(store.erase(erasure('a', null)), /Another process reads/);
  assert.ok((await rawBytes(folder)).includes('unmistakable'));
  // As a crash at this moment would leave it.
  const wreck = await temporaryStore(context);
  await cp(folder, wreck.folder, { recursive: true });
  reader.close();
  assert.equal(await store.erase(erasure('a', null)), 0);
  assert.equal((await rawBytes(folder)).includes('unmistakable'), false);
  await store.close();
  const next = openContentStore(wreck.path);
  assert.equal((await next.pendingErasures()).length, 1);
  assert.equal((await rawBytes(wreck.folder)).includes('unmistakable'), false);
  await next.close();
});

test('rows are listed newest first, and discarded for good', async (context) => {
  const { folder, path } = await temporaryStore(context);
  const store = openContentStore(path);
  for (const id of ['1', '2', '3']) await store.add(row(id));
  const newest = await store.newestBelow(Number.MAX_SAFE_INTEGER, 2);
  assert.deepEqual(
    newest.map(({ id }) => id),
    ['3', '2'],
  );
  const older = await store.newestBelow(newest.at(-1)?.number ?? 0, 2);
  assert.deepEqual(
    older.map(({ id }) => id),
    ['1'],
  );
  await store.discard(['2', '3']);
  assert.equal(await store.read('3'), undefined);
  assert.equal((await rawBytes(folder)).includes('text of 2'), false);
  await store.close();
});

test('a file that is no database fails every job, and the store says so', async (context) => {
  const { path } = await temporaryStore(context);
  await writeFile(path, 'this is no database, and long enough to look like the head of one'.repeat(20));
  const store = openContentStore(path);
  await assert.rejects(store.pendingErasures(), /not a database/);
  await assert.rejects(store.add(row('1')), /not a database/);
  assert.match(String(store.failure), /not a database/);
  await store.close();
});
