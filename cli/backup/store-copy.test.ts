import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { catchUp, copyStore } from './store-copy.ts';

/** The columns that matter here, in a database that another process has open. */
const TABLES = `PRAGMA journal_mode = WAL;
  CREATE TABLE sequences (name TEXT PRIMARY KEY, next INTEGER);
  CREATE TABLE messages (number INTEGER PRIMARY KEY, text TEXT, status TEXT);
  CREATE TABLE exchanges (number INTEGER PRIMARY KEY);
  CREATE TABLE conversations (number INTEGER PRIMARY KEY, title TEXT);
  CREATE TABLE guests (id TEXT PRIMARY KEY);
  INSERT INTO sequences VALUES ('exchanges', 10001);
  INSERT INTO messages VALUES (1, 'secret one', 'ok'), (2, 'secret two', 'ok'), (3, 'stays', 'ok');
  INSERT INTO exchanges VALUES (1), (2);
  INSERT INTO conversations VALUES (1, 'secret one'), (2, 'secret two');
  INSERT INTO guests VALUES ('a'), ('b');`;

async function copied(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-store-copy-'));
  const paths = { live: join(folder, 'live.sqlite'), copy: join(folder, 'copy.sqlite') };
  const live = new DatabaseSync(paths.live);
  t.after(async () => {
    live.close();
    await rm(folder, { recursive: true, force: true });
  });
  live.exec(TABLES);
  await copyStore(paths.live, paths.copy);
  live.exec(`UPDATE sequences SET next = 20001;
    INSERT INTO messages VALUES (4, 'said after the copy', 'ok');
    UPDATE messages SET text = '', status = 'erased' WHERE number = 1;
    UPDATE conversations SET title = '' WHERE number = 1;
    DELETE FROM messages WHERE number = 2; DELETE FROM conversations WHERE number = 2;
    DELETE FROM exchanges; DELETE FROM guests WHERE id = 'b';`);
  const rows = (sql: string) => {
    const database = new DatabaseSync(paths.copy, { readOnly: true });
    const all = database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row));
    database.close();
    return all;
  };
  return { ...paths, rows };
}

test('a copy of a database in use is private, and numbers given since are not given again', async (t) => {
  const { live, copy, rows } = await copied(t);
  assert.equal((await stat(copy)).mode & 0o777, 0o600);
  catchUp({ live, copy, withErasures: false });
  assert.deepEqual(rows('SELECT * FROM sequences'), [['exchanges', 20_001]]);
  assert.deepEqual(rows('SELECT text FROM messages'), [['secret one'], ['secret two'], ['stays']]);
});

test('what was erased since the copy is erased in it, too', async (t) => {
  const { live, copy, rows } = await copied(t);
  catchUp({ live, copy, withErasures: true });
  assert.deepEqual(rows('SELECT * FROM messages'), [
    [1, '', 'erased'],
    [3, 'stays', 'ok'],
  ]);
  assert.deepEqual(rows('SELECT * FROM conversations'), [[1, '']]);
  assert.deepEqual([rows('SELECT * FROM exchanges'), rows('SELECT * FROM guests')], [[], [['a']]]);
});
