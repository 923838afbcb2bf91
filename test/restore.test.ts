import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { isSegmentName } from '../shared/ledger/layout.ts';
import { copyData01, saidIn01 } from './support/data-0-1.fixture.ts';
import { ROOT } from './support/source-files.ts';
import { startTestServer } from './support/test-server.ts';
import { connectAs, register } from './support/people.ts';
import { EXIT_FAILED, EXIT_USAGE } from '../cli/command.ts';
import { restoreCommand } from '../cli/backup/restore-command.ts';

const run = promisify(execFile);

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-restore-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function restoreFrom(args: readonly string[], env: Record<string, string>) {
  let out = '';
  let err = '';
  const code = await restoreCommand(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env,
  });
  return { code, out, err };
}

test('a stream of a running server is restored: what was said, and the files beside it', async (t) => {
  const folder = await emptyFolder(t);
  const DATA_DIR = join(folder, 'data');
  const environment = { DATA_DIR };
  await mkdir(DATA_DIR);
  await using server = await startTestServer({ environment });
  const person = await register(server);
  using client = await connectAs(server, person);
  await client.call('chat.send', { text: 'hello' });
  await mkdir(join(DATA_DIR, 'artifacts/u/1'), { recursive: true });
  await writeFile(join(DATA_DIR, 'artifacts/u/1/picture'), 'a picture');
  await writeFile(join(DATA_DIR, 'artifacts/u/.half'), 'being written');
  const restored = join(folder, 'restored');
  const script = `"$HILO" backup - | DATA_DIR="$RESTORED" "$HILO" restore -`;
  const env = { ...process.env, HILO: join(ROOT, 'hilo'), DATA_DIR, RESTORED: restored };
  const { stdout } = await run('bash', ['-o', 'pipefail', '-c', script], { env, cwd: folder });
  assert.match(stdout, /restored: \d+ entries of the ledger, verified, root /);
  assert.equal(await readFile(join(restored, 'artifacts/u/1/picture'), 'utf8'), 'a picture');
  assert.deepEqual(await readdir(join(restored, 'artifacts/u')), ['1']);
  await using again = await startTestServer({ environment: { DATA_DIR: restored } });
  using back = await connectAs(again, person);
  const { conversations } = (await back.call('conversations.list', {})) as { conversations: object[] };
  assert.equal(conversations.length, 1);
  assert.deepEqual((await readdir(folder)).sort(), ['data', 'restored']);
});

test('a data directory of version 0.1 is restored, and taken over by this version', async (t) => {
  const folder = await emptyFolder(t);
  const [backup, DATA_DIR] = [join(folder, 'backup'), join(folder, 'data')];
  await copyData01(backup);
  // An empty folder, such as a new volume, is no obstacle.
  await mkdir(DATA_DIR);
  const { code, err, out } = await restoreFrom([backup], { DATA_DIR });
  assert.equal(code, 0, err);
  assert.match(out, /entries of the ledger, verified/);
  const environment = { DATA_DIR, LEDGER_ORIGIN: 'example.org/fixture' };
  await using server = await startTestServer({ environment });
  using client = await connectAs(server, await register(server));
  assert.ok(await client.call('chat.send', { text: 'after the restore' }));
  await server.drain();
  const kept = saidIn01.find(({ state }) => state === 'kept');
  const verified = await run(
    join(ROOT, 'hilo'),
    ['ledger', 'verify', '--checkpoint', join(backup, 'ledger/checkpoint')],
    {
      env: { ...process.env, DATA_DIR },
      cwd: folder,
    },
  );
  assert.match(verified.stdout, /^VERIFIED: /m);
  const database = new DatabaseSync(join(DATA_DIR, 'hilo.sqlite'), { readOnly: true });
  const rows = database
    .prepare('SELECT count(*) AS count FROM messages WHERE text = ?')
    .all(kept?.text ?? '');
  database.close();
  assert.ok(kept && Number(rows[0]?.['count']) > 0);
});

test('what is damaged, incomplete or would overwrite is refused, and nothing changes', async (t) => {
  const folder = await emptyFolder(t);
  const backup = join(folder, 'backup');
  await copyData01(backup);
  const [DATA_DIR, taken] = [join(folder, 'data'), join(folder, 'taken')];
  await mkdir(taken);
  await writeFile(join(taken, 'something'), 'mine');
  const copyOf = async (name: string, change: (path: string) => Promise<unknown>) => {
    const path = join(folder, name);
    await cp(backup, path, { recursive: true });
    await change(path);
    return path;
  };
  const tampered = await copyOf('tampered', async (path) => {
    const [segment = ''] = (await readdir(join(path, 'ledger'))).filter(isSegmentName);
    const file = join(path, 'ledger', segment);
    const bytes = await readFile(file);
    bytes.writeUInt8((bytes[200] ?? 0) ^ 1, 200);
    await writeFile(file, bytes);
  });
  const broken = await copyOf('broken', (path) => writeFile(join(path, 'content.sqlite'), 'x'.repeat(9_000)));
  const without = await copyOf('without', (path) => rm(join(path, 'content.sqlite')));
  await appendFile(join(without, 'said.json'), '');
  const DATABASE_URL = 'postgres://localhost/hilo';
  const cases: [string[], Record<string, string>, number, RegExp][] = [
    [[], { DATA_DIR }, EXIT_USAGE, /^Usage: hilo restore/],
    [[backup, 'more'], { DATA_DIR }, EXIT_USAGE, /^Usage/],
    [['--fast', backup], { DATA_DIR }, EXIT_USAGE, /^Usage/],
    [[join(folder, 'none')], { DATA_DIR }, EXIT_USAGE, /There is no/],
    [[backup], { DATA_DIR: taken }, EXIT_USAGE, /is not empty, and nothing is overwritten/],
    [[backup], { DATA_DIR, DATABASE_URL }, EXIT_USAGE, /run pg_restore first/],
    [['--after-pg-restore', backup], { DATA_DIR }, EXIT_USAGE, /DATABASE_URL is not set/],
    [
      ['--after-pg-restore', backup],
      { DATA_DIR, DATABASE_URL },
      EXIT_FAILED,
      /which DATABASE_URL would hide/,
    ],
    [[tampered], { DATA_DIR }, EXIT_FAILED, /^Nothing was restored: /],
    [[broken], { DATA_DIR }, EXIT_FAILED, /not a database|damaged/],
    [[without], { DATA_DIR }, EXIT_FAILED, /It has no database/],
  ];
  for (const [args, env, expected, pattern] of cases) {
    const { code, err } = await restoreFrom(args, env);
    assert.equal(code, expected, `${args.join(' ')}: ${err}`);
    assert.match(err, pattern);
  }
  assert.deepEqual(await readdir(taken), ['something']);
  assert.deepEqual((await readdir(folder)).sort(), ['backup', 'broken', 'taken', 'tampered', 'without']);
  assert.match((await restoreFrom([backup], { DATA_DIR: taken, HILO_LOCALE: 'es' })).err, /no está vacía/);
});

test('an archive with a link, or one that is cut off, is refused', async (t) => {
  const folder = await emptyFolder(t);
  const backup = join(folder, 'backup');
  await copyData01(backup);
  const hilo = join(ROOT, 'hilo');
  const env = { ...process.env, DATA_DIR: join(folder, 'data') };
  const cut = `tar -C "${backup}" -cf - . | head -c 20000 | "${hilo}" restore -`;
  await assert.rejects(run('bash', ['-c', cut], { env, cwd: folder }), /Nothing was restored: tar failed/);
  await symlink('/etc/passwd', join(backup, 'keys', 'link'));
  const linked = `tar -C "${backup}" -cf - . | "${hilo}" restore -`;
  await assert.rejects(
    run('bash', ['-c', linked], { env, cwd: folder }),
    /link in the archive is not a file/,
  );
  assert.deepEqual(await readdir(folder), ['backup']);
});
