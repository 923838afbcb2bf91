import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readOrMakeKey } from './key-file.ts';

async function keyPath(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-key-'));
  context.after(() => rm(folder, { recursive: true }));
  return join(folder, 'keys', 'some.key');
}

const never = () => assert.fail('The key was there');

test('a key is made once, for its owner only, and nothing else is left beside it', async (context) => {
  const path = await keyPath(context);
  assert.equal(await readOrMakeKey(path, () => 'secret'), 'secret');
  assert.equal(await readOrMakeKey(path, never), 'secret');
  assert.equal(await readFile(path, 'utf8'), 'secret\n');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(path, '..')), ['some.key']);
});

test('a key that others could use is refused, one that its group reads is not', async (context) => {
  const path = await keyPath(context);
  await readOrMakeKey(path, () => 'secret');
  for (const mode of [0o644, 0o604, 0o660, 0o602]) {
    await chmod(path, mode);
    const words = new RegExp(
      `some\\.key is open to other users \\(mode ${mode.toString(8)}\\); chmod 600 it`,
    );
    await assert.rejects(readOrMakeKey(path, never), words);
  }
  for (const mode of [0o640, 0o600, 0o400]) {
    await chmod(path, mode);
    assert.equal(await readOrMakeKey(path, never), 'secret');
  }
});

test('half of a key that a crash left is made anew, and what cannot be read is said', async (context) => {
  const path = await keyPath(context);
  await mkdir(join(path, '..'));
  await writeFile(`${path}.new`, 'sec');
  assert.equal(await readOrMakeKey(path, () => 'secret'), 'secret');
  await assert.rejects(
    readOrMakeKey(join(path, 'below'), never),
    /The key cannot be read: ENOTDIR.*some\.key/,
  );
});
