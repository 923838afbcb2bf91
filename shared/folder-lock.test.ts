import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { lockFolder } from './folder-lock.ts';

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-lock-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Another process that locks the folder, runs `then` and ends; `LOCKED` or `REFUSED` on its output. */
function otherProcess(folder: string, then = '', command: readonly string[] = []): SpawnSyncReturns<string> {
  const module = JSON.stringify(new URL('folder-lock.ts', import.meta.url).href);
  const script = `
    const { lockFolder } = await import(${module});
    const unlock = lockFolder(${JSON.stringify(folder)});
    console.log(unlock ? 'LOCKED' : 'REFUSED');
    ${then}`;
  const [program, ...rest] = [...command, process.execPath, '--input-type=module', '--eval', script];
  return spawnSync(program, rest, { encoding: 'utf8' });
}

test('one use of a folder at a time, by whatever name', async (context) => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'inner'));
  const unlock = lockFolder(folder);
  assert.ok(unlock);
  assert.equal(lockFolder(join(folder, 'inner', '..')), undefined);
  assert.equal(otherProcess(folder).stdout, 'REFUSED\n');
  // The refused attempts have taken nothing away.
  assert.equal(otherProcess(folder).stdout, 'REFUSED\n');
  assert.deepEqual(await readdir(folder), ['inner', 'lock']);
  assert.equal((await stat(join(folder, 'lock'))).mode & 0o777, 0o600);
  unlock();
  assert.equal(otherProcess(folder).stdout, 'LOCKED\n');
});

test('a process in another network namespace is refused', async (context) => {
  const folder = await temporaryFolder(context);
  const unlock = lockFolder(folder);
  assert.ok(unlock);
  // As root, as a user where user namespaces are allowed, and else at least from another process.
  const ways = [['unshare', '-n'], ['unshare', '-Urn'], []];
  const command = ways.find(([program, ...options]) => {
    return program === undefined || spawnSync(program, [...options, 'true']).status === 0;
  });
  const child = otherProcess(folder, '', command);
  assert.equal(child.stdout, 'REFUSED\n', child.stderr);
  unlock();
});

test('a process that was killed holds nothing', async (context) => {
  const folder = await temporaryFolder(context);
  const child = otherProcess(folder, "process.kill(process.pid, 'SIGKILL');");
  assert.deepEqual([child.signal, child.stdout], ['SIGKILL', 'LOCKED\n']);
  const unlock = lockFolder(folder);
  assert.ok(unlock);
  unlock();
});

test('a folder that is not there is a fault, not a lock', async (context) => {
  const folder = await temporaryFolder(context);
  assert.throws(() => lockFolder(join(folder, 'missing')), { code: 'ENOENT' });
});
