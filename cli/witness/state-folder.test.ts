import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import promises from 'node:fs/promises';
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openStateFolder } from './state-folder.ts';
import { openWitnessKey, readWitnessKeyFile } from './witness-key.ts';

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-state-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Records the steps that reach the disk, in order: what was written, renamed and synced. */
async function recordSteps(context: TestContext): Promise<string[]> {
  const steps: string[] = [];
  const names = new Map<number, string>();
  const { open: reallyOpen, rename } = promises;
  const handle = await open(tmpdir(), 'r');
  const prototype = Object.getPrototypeOf(handle) as Pick<typeof handle, 'sync' | 'writeFile'>;
  await handle.close();
  const { sync, writeFile: write } = prototype;
  context.mock.method(promises, 'open', async (...args: Parameters<typeof open>) => {
    const file = await reallyOpen(...args);
    names.set(file.fd, basename(String(args[0])));
    return file;
  });
  context.mock.method(promises, 'rename', async (from: string, to: string) => {
    await rename(from, to);
    steps.push(`rename ${basename(from)} ${basename(to)}`);
  });
  context.mock.method(prototype, 'sync', async function (this: typeof handle) {
    await sync.call(this);
    steps.push(`sync ${names.get(this.fd)}`);
  });
  context.mock.method(
    prototype,
    'writeFile',
    async function (this: typeof handle, ...args: Parameters<typeof write>) {
      await write.apply(this, args);
      steps.push(`write ${names.get(this.fd)}`);
    },
  );
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return steps;
}

test('a file is replaced in order: write, sync, rename, sync of the folder', async (context) => {
  const folder = await temporaryFolder(context);
  const state = await openStateFolder(folder);
  context.after(() => state.close());
  const steps = await recordSteps(context);
  await state.replace('log-1', 'one\n');
  const inOrder = ['write log-1.new', 'sync log-1.new', 'rename log-1.new log-1', `sync ${basename(folder)}`];
  assert.deepEqual(steps, inOrder);
  await state.replace('log-1', 'two\n');
  assert.equal(await state.read('log-1'), 'two\n');
  assert.equal(await state.read('log-2'), undefined);
  assert.deepEqual(await readdir(folder), ['lock', 'log-1']);
  assert.equal((await stat(join(folder, 'log-1'))).mode & 0o777, 0o600);
});

test('made folders are private, and durable from the first one down', async (context) => {
  const folder = await temporaryFolder(context);
  const steps = await recordSteps(context);
  const state = await openStateFolder(join(folder, 'a', 'b'));
  state.close();
  assert.deepEqual(steps, ['sync a', `sync ${basename(folder)}`]);
  assert.equal((await stat(join(folder, 'a', 'b'))).mode & 0o777, 0o700);
});

test('two witnesses cannot share a folder; a dead one does not count', async (context) => {
  const folder = await temporaryFolder(context);
  const state = await openStateFolder(folder);
  await mkdir(join(folder, 'inner'));
  await assert.rejects(openStateFolder(join(folder, 'inner', '..')), { key: 'state_locked' });
  state.close();
  const module = JSON.stringify(new URL('state-folder.ts', import.meta.url).href);
  const script =
    `const { openStateFolder } = await import(${module});` +
    `await openStateFolder(${JSON.stringify(folder)}); process.kill(process.pid, 'SIGKILL');`;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
  assert.equal(child.signal, 'SIGKILL', String(child.stderr));
  (await openStateFolder(folder)).close();
});

test('the key is made once, kept private, and keeps its name', async (context) => {
  const folder = await temporaryFolder(context);
  const state = await openStateFolder(folder);
  context.after(() => state.close());
  const random = (count: number) => Buffer.alloc(count, 7);
  assert.equal(await readWitnessKeyFile(folder), undefined);
  await assert.rejects(openWitnessKey(state, undefined, random), /--name/);
  const { verifierKey } = await openWitnessKey(state, 'witness.test/w1', random);
  const fresh = (): never => assert.fail('The key is there already');
  assert.equal((await openWitnessKey(state, undefined, fresh)).verifierKey, verifierKey);
  assert.equal((await openWitnessKey(state, 'witness.test/w1', fresh)).verifierKey, verifierKey);
  assert.equal((await readWitnessKeyFile(folder))?.verifierKey, verifierKey);
  await assert.rejects(openWitnessKey(state, 'witness.test/w2', fresh), /is named witness.test\/w1/);
  assert.equal((await stat(join(folder, 'witness.key'))).mode & 0o777, 0o600);
});

test('a damaged key is refused, not replaced', async (context) => {
  const folder = await temporaryFolder(context);
  const state = await openStateFolder(folder);
  context.after(() => state.close());
  const random = (count: number) => Buffer.alloc(count, 7);
  await openWitnessKey(state, 'w', random);
  const good = (await state.read('witness.key')) ?? '';
  for (const wrong of ['', good.slice(0, -1), good.replace('+w+', '+v+'), good.replace('BwcH', 'BwcI')]) {
    await writeFile(join(folder, 'witness.key'), wrong);
    await assert.rejects(openWitnessKey(state, 'w', random), /is not the secret key/);
    await assert.rejects(readWitnessKeyFile(folder), /is not the secret key/);
  }
});
