import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EXIT_FAILED, EXIT_USAGE } from '../command.ts';
import { backupCommand } from './backup-command.ts';

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-backup-command-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const code = await backupCommand(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env,
  });
  return { code, out, err };
}

test('a wrong command line is explained before anything is written', async (t) => {
  const folder = await emptyFolder(t);
  const [target, DATA_DIR] = [join(folder, 'backup'), folder];
  const DATABASE_URL = 'postgres://localhost/hilo';
  const cases: [string[], Record<string, string>, number, RegExp][] = [
    [[], { DATA_DIR }, EXIT_USAGE, /^Usage: hilo backup/],
    [['--fast', target], { DATA_DIR }, EXIT_USAGE, /^Usage/],
    [[target, 'more'], { DATA_DIR }, EXIT_USAGE, /^Usage/],
    [[folder], { DATA_DIR }, EXIT_USAGE, /exists already/],
    [[target], { DATA_DIR: join(folder, 'none') }, EXIT_USAGE, /set DATA_DIR/],
    [[target], { DATA_DIR, DATABASE_URL }, EXIT_USAGE, /run pg_dump first/],
    [['--after-pg-dump', target], { DATA_DIR }, EXIT_USAGE, /DATABASE_URL is not set/],
    [[target], { DATA_DIR }, EXIT_FAILED, /no hilo\.sqlite/],
  ];
  for (const [args, env, expected, pattern] of cases) {
    const { code, err } = await run(args, env);
    assert.equal(code, expected, args.join(' '));
    assert.match(err, pattern);
  }
  assert.deepEqual(await readdir(folder), []);
  const help = await run(['--help']);
  assert.deepEqual([help.code, help.out.startsWith('Usage')], [0, true]);
  assert.match((await run([folder], { DATA_DIR, HILO_LOCALE: 'es' })).err, /ya existe/);
});

test('a backup that fails leaves nothing behind', async (t) => {
  const folder = await emptyFolder(t);
  const dataDir = join(folder, 'data');
  await mkdir(join(dataDir, 'keys'), { recursive: true });
  await writeFile(join(dataDir, 'hilo.sqlite'), 'not a database');
  const { code, err } = await run([join(folder, 'backup')], { DATA_DIR: dataDir });
  assert.equal(code, EXIT_FAILED);
  assert.match(err, /^There is no backup: /);
  assert.deepEqual(await readdir(folder), ['data']);
});
