/** What an export reads beside the ledger. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openContentReader } from '../cli/content-reader.ts';
import { newPlace } from '../server/store/store.fixture.ts';
import { copyData01, saidIn01 } from './support/data-0-1.fixture.ts';
import { openRepositories, Talk } from './support/repositories.fixture.ts';

test('texts are read by the id of their entry, before and after they were taken over', async (context) => {
  const { dataDir, open } = await newPlace(context, 'sqlite');
  await copyData01(dataDir);
  const first = { index: 0, id: '' };
  const [said] = saidIn01;
  const before = await openContentReader(dataDir, undefined);
  const repositories = await openRepositories(await open());
  const marks = await repositories.exchanges.newestBelow(Number.MAX_SAFE_INTEGER, 100);
  const id = marks.at(-1)?.id ?? '';
  const texts = { prompt: said?.text, answer: said?.answer };
  assert.deepEqual(before.read({ ...first, id }), texts);
  const now = await new Talk(repositories).say('said now');
  const after = await openContentReader(dataDir, undefined);
  assert.deepEqual(after.read({ ...first, id }), texts);
  assert.deepEqual(after.read({ ...first, id: now }), { prompt: 'said now', answer: 'answer to said now' });
  assert.equal(after.read({ ...first, id: 'x:999999' }), undefined);
  assert.equal(after.read({ ...first, id: 'unknown' }), undefined);
});

test('a directory without texts reads as empty', async (context) => {
  const { dataDir } = await newPlace(context, 'sqlite');
  assert.equal((await openContentReader(dataDir, '')).read({ index: 0, id: 'x:1' }), undefined);
});

test('texts in PostgreSQL are not read, and an export says so', async () => {
  const url = 'postgres://localhost/hilo';
  await assert.rejects(openContentReader('/nowhere', url), /at DATABASE_URL, which an export does not read/);
});
