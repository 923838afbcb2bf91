/** The store cannot be written: no model works for nothing, the operator reads why, and then it goes on. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startStub } from '../../loadtest/stub-llm.ts';
import { smallDisk, whileImmutable } from '../../server/store/broken-disk.fixture.ts';
import { metric } from '../support/metrics.ts';
import { freePort, Process } from '../support/processes.ts';
import { RpcClient } from '../support/rpc-client.ts';
import { LOAD_ENVIRONMENT } from './support/load.ts';
import { refusedStart } from './support/bare-process.ts';

const DISK_BYTES = 2 ** 21;

async function place(context: TestContext, dataDir: string) {
  const stub = await startStub({ tokens: 2 });
  context.after(() => stub.close());
  const [port, metricsPort] = [await freePort(), await freePort()];
  const environment = {
    APP_PORT: String(port),
    APP_PROXY_PORT: '0',
    METRICS_PORT: String(metricsPort),
    DATA_DIR: dataDir,
    LLM_PROVIDER: 'ollama',
    OLLAMA_HOST: stub.url,
    OLLAMA_MODEL: 'stub',
    ...LOAD_ENVIRONMENT,
  };
  return { stub, port, metricsPort, environment };
}

/** The ledger has room: what fails is the store alone. */
async function fullStoreDisk(context: TestContext): Promise<string> {
  const dataDir = await smallDisk(context, DISK_BYTES);
  const elsewhere = await mkdtemp(join(tmpdir(), 'hilo-ledger-'));
  context.after(() => rm(elsewhere, { recursive: true }));
  await mkdir(join(elsewhere, 'ledger'));
  await symlink(join(elsewhere, 'ledger'), join(dataDir, 'ledger'));
  return dataDir;
}

test('a disk that fills up: no model is called until there is room', async (context) => {
  const dataDir = await fullStoreDisk(context);
  const { stub, port, metricsPort, environment } = await place(context, dataDir);
  await using server = await Process.start('server/main.ts', environment);
  using client = await RpcClient.open(port);
  const said = [await client.call('chat.send', { text: 'before' })].length;
  const ballast = join(dataDir, 'ballast');
  const { size } = await stat(join(dataDir, 'hilo.sqlite-wal'));
  await writeFile(ballast, Buffer.alloc(DISK_BYTES - 2 ** 19 - size)).catch(() => {});
  const answered = await fillUp(client);
  const { received } = stub.totals;
  for (const text of ['one', 'two', 'three'])
    assert.equal(await client.failure('chat.send', { text }), 'ledger_unavailable');
  assert.equal(stub.totals.received, received, 'no model works for nothing');
  assert.equal((await client.call('server.stats'))['accepting'], false);
  assert.equal(await metric(metricsPort, 'hilo_ledger_writable'), 0);
  // Where something may have been written, the hold stays until there is room, and the log says so.
  if ((await client.call('credits.balance'))['held'] !== 0)
    await untilLogged(server, 'could not be undone yet');
  assert.match(server.output, /hilo\.sqlite cannot be used: .*; free space on its disk/);
  await rm(ballast);
  while ((await client.call('server.stats'))['accepting'] === false) await setTimeout(50);
  await client.call('chat.send', { text: 'after' });
  assert.equal(await metric(metricsPort, 'hilo_ledger_writable'), 1);
  const { turns } = await client.call('chat.history', { limit: 200 });
  assert.equal((turns as unknown[]).length, said + answered + 1, 'what was refused is not there');
  assert.equal(await server.exit('SIGTERM'), 0);
});

/** Resolves when the log has these words; the test's own limit ends the wait. */
async function untilLogged(server: Process, words: string): Promise<void> {
  while (!server.output.includes(words)) await setTimeout(50);
}

/** How many messages were answered before one was refused. */
async function fillUp(client: RpcClient): Promise<number> {
  for (let answered = 0; ; answered += 1) {
    const { error } = await client.response(
      client.send('chat.send', { text: `${answered} ${'a long message '.repeat(150)}` }),
    );
    if (!error) continue;
    assert.equal(error.data['reason'], 'ledger_unavailable');
    return answered;
  }
}

test('a file that cannot be written is named at the start, with its owner', async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-store-start-'));
  context.after(() => rm(dataDir, { recursive: true }));
  const { environment } = await place(context, dataDir);
  const server = await Process.start('server/main.ts', environment);
  assert.equal(await server.exit('SIGTERM'), 0);
  await whileImmutable(join(dataDir, 'hilo.sqlite'), async () => {
    const { code, output } = await refusedStart({ DATA_DIR: dataDir });
    assert.equal(code, 1);
    assert.match(output, /cannot start: .*hilo\.sqlite cannot be used: .*make it writable .*belongs to user/);
  });
  assert.equal(await (await Process.start('server/main.ts', environment)).exit('SIGTERM'), 0);
});

test('a disk that is full stops the start, with the file and the remedy', async (context) => {
  const dataDir = await fullStoreDisk(context);
  await writeFile(join(dataDir, 'ballast'), Buffer.alloc(DISK_BYTES)).catch(() => {});
  const { code, output } = await refusedStart({ DATA_DIR: dataDir });
  assert.equal(code, 1);
  assert.match(output, /cannot start: .*(?:free space on its disk|ENOSPC)/);
});
