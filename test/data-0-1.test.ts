/** A data directory of version 0.1 is taken over as a whole, or not at all. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { readServerConfig } from '../server/config/config.ts';
import { openDataDirectory } from '../server/data-directory.ts';
import { ManualClock } from '../shared/clock.ts';
import { bothDialects } from '../server/store/store.fixture.ts';
import { copyData01, saidIn01 } from './support/data-0-1.fixture.ts';
import { openRepositories, Talk, newestWindow } from './support/repositories.fixture.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const LIMITS = { historyTurnsMax: 10, historyCharactersMax: 100_000 };
const onBoth = bothDialects();

async function oldFiles(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => /^(?:content|statements)\.sqlite/.test(name)).sort();
}

async function copyIn(dataDir: string): Promise<string[]> {
  return readdir(join(dataDir, 'before-migration')).catch(() => []);
}

function idsOf(dataDir: string): Map<string, string> {
  const old = new DatabaseSync(join(dataDir, 'content.sqlite'));
  const rows = old.prepare('SELECT prompt, id FROM contents').all();
  old.close();
  return new Map(rows.map(({ prompt, id }) => [String(prompt), String(id)]));
}

onBoth('texts, salts and erasures are taken over, and a copy is kept', async ({ dataDir, open }) => {
  await copyData01(dataDir);
  const ids = idsOf(dataDir);
  const repositories = await openRepositories(await open());
  const { exchanges, conversations } = repositories;
  for (const { account, text, answer, state, receipt } of saidIn01) {
    const id = ids.get(text);
    assert.equal(id !== undefined, state === 'kept', text);
    if (id === undefined) continue;
    const read = await exchanges.read(id);
    assert.deepEqual([read?.account, read?.prompt, read?.answer], [account, text, answer]);
    assert.equal(Buffer.from(read?.promptSalt ?? []).toString('base64'), receipt.promptSalt);
    assert.equal(Buffer.from(read?.answerSalt ?? []).toString('base64'), receipt.answerSalt);
  }
  const pending = await exchanges.pendingErasures();
  assert.equal(pending.length, 2);
  const first = saidIn01[0]?.account ?? '';
  const conversation = await conversations.newestOf(`account:${first}`);
  assert.match(
    conversation?.id ?? '',
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const place = { id: conversation?.id ?? '', owner: `account:${first}` };
  const { turns } = await newestWindow(conversations, place, LIMITS);
  const said = saidIn01.filter(({ account }) => account === first);
  assert.deepEqual(
    turns.map(({ user, assistant }) => [user, assistant]),
    said.map(({ text, answer }) => [text, answer]),
  );
  assert.deepEqual(await oldFiles(dataDir), []);
  assert.deepEqual(await copyIn(dataDir), ['content.sqlite']);
});

onBoth('exchanges keep their order, the newest is the one that the ledger may not have', async (place) => {
  await copyData01(place.dataDir);
  const repositories = await openRepositories(await place.open());
  const { exchanges } = repositories;
  const [newest] = await exchanges.newestBelow(Number.MAX_SAFE_INTEGER, 1);
  assert.match(newest?.id ?? '', /Usuario-9:m1$/);
  await exchanges.discard([newest?.id ?? '']);
  assert.deepEqual(await copyIn(place.dataDir), ['content.sqlite'], 'nobody asked for an erasure');
  const talk = new Talk(repositories);
  const id = await talk.say('what comes now has greater numbers');
  const [next] = await exchanges.newestBelow(Number.MAX_SAFE_INTEGER, 1);
  assert.equal(next?.id, id);
});

onBoth('the copy goes after seven days when the server starts', async ({ dataDir, open }) => {
  await copyData01(dataDir);
  const clock = new ManualClock(1_700_000_000_000);
  const store = await open({ clock });
  clock.advance(6 * DAY_MS);
  await store.write([]);
  await store.close();
  const again = await open({ clock });
  assert.deepEqual(await copyIn(dataDir), ['content.sqlite']);
  await again.close();
  clock.advance(DAY_MS);
  await open({ clock });
  assert.equal(existsSync(join(dataDir, 'before-migration')), false);
});

onBoth('the copy goes after seven days while the server runs', async ({ dataDir, databaseUrl }) => {
  await copyData01(dataDir);
  const clock = new ManualClock(1_700_000_000_000);
  const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
  const config = readServerConfig({
    DATA_DIR: dataDir,
    LEDGER_ORIGIN: 'example.org/fixture',
    ...database,
  });
  const data = await openDataDirectory(config, { clock, log: pino({ level: 'silent' }), randomBytes });
  for (let day = 0; day < 7; day += 1) {
    assert.deepEqual(await copyIn(dataDir), ['content.sqlite'], `day ${day}`);
    clock.advance(DAY_MS);
    await data.store.write([]);
  }
  // It is removed beside what runs.
  while (existsSync(join(dataDir, 'before-migration'))) await setImmediate();
  await data.close();
});

onBoth('the copy goes with the first erasure', async ({ dataDir, open }) => {
  await copyData01(dataDir);
  const { exchanges } = await openRepositories(await open());
  await exchanges.pendingErasures();
  assert.deepEqual(await copyIn(dataDir), ['content.sqlite']);
  const { account } = saidIn01.at(-1) ?? { account: '' };
  const erased = await exchanges.eraseAll({ id: 'e', account, exchange: null, by: 'owner' });
  assert.equal(erased.exchanges, 1);
  assert.equal(existsSync(join(dataDir, 'before-migration')), false);
});

onBoth('a crash after the commit is finished by the next start, without doubling', async (place) => {
  const { dataDir, open } = place;
  await copyData01(dataDir);
  const store = await open();
  const count = async (): Promise<number> =>
    (await store.db.selectFrom('messages').select('number').execute()).length;
  const before = await count();
  // The old files are there again, as if the crash had come before they were removed.
  await copyMarked(dataDir);
  await store.close();
  const again = await open();
  const rows = await again.db.selectFrom('messages').select('number').execute();
  assert.equal(rows.length, before);
  assert.deepEqual(await oldFiles(dataDir), []);
});

onBoth('a failure leaves the old files and no rows, and says so', async (place) => {
  const { dataDir, open } = place;
  await copyData01(dataDir);
  const ids = idsOf(dataDir);
  const old = new DatabaseSync(join(dataDir, 'content.sqlite'));
  old.exec("UPDATE contents SET answer = x'00' WHERE rowid = (SELECT max(rowid) FROM contents)");
  old.close();
  await assert.rejects(
    open(),
    /texts of version 0\.1 could not be taken over: .*content\.sqlite is as it was/,
  );
  assert.deepEqual([...idsOf(dataDir)], [...ids]);
  assert.ok((await oldFiles(dataDir)).includes('statements.sqlite'));
  const mended = new DatabaseSync(join(dataDir, 'content.sqlite'));
  mended.exec("UPDATE contents SET answer = 'mended' WHERE answer = x'00'");
  mended.close();
  const { exchanges } = await openRepositories(await open());
  assert.equal((await exchanges.newestBelow(Number.MAX_SAFE_INTEGER, 100)).length, ids.size);
});

onBoth('an old file that is no database is left alone', async ({ dataDir, open }) => {
  const path = join(dataDir, 'content.sqlite');
  const bytes = 'this is no database, and long enough to look like the head of one'.repeat(20);
  await writeFile(path, bytes);
  await assert.rejects(open(), { kind: 'damaged', message: /content\.sqlite cannot be used/ });
  assert.equal(await readFile(path, 'utf8'), bytes);
});

/** The copy has the mark that the old file got. */
async function copyMarked(dataDir: string): Promise<void> {
  await writeFile(
    join(dataDir, 'content.sqlite'),
    await readFile(join(dataDir, 'before-migration', 'content.sqlite')),
  );
}
