/** A backup made under load and restored: nothing is missing that was acknowledged before it began. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { startStub } from '../../loadtest/stub-llm.ts';
import { commitTo } from '../../server/ledger/commitment.ts';
import { seededRandom } from '../../server/ledger/simulated-disk.fixture.ts';
import { freePort, Process } from '../support/processes.ts';
import { RpcClient } from '../support/rpc-client.ts';
import { ROOT } from '../support/source-files.ts';
import { assertBalanced, erasedExchanges, readColdFolder, readContents } from './support/cold-ledger.ts';
import { Load, LOAD_ENVIRONMENT } from './support/load.ts';

const run = promisify(execFile);
const CLIENTS = 8;
const BACKUPS = Number(process.env['BACKUPS'] ?? 2);
const SEED = Number(process.env['SEED'] ?? 1);

async function makePlace(context: TestContext) {
  const stub = await startStub({ tokens: 6, tokensPerSecond: 1_000 });
  const folder = await mkdtemp(join(tmpdir(), 'hilo-backup-'));
  context.after(async () => {
    await stub.close();
    await rm(folder, { recursive: true, force: true });
  });
  const environment = {
    METRICS_PORT: '0',
    DATA_DIR: join(folder, 'data'),
    LLM_PROVIDER: 'ollama',
    OLLAMA_HOST: stub.url,
    OLLAMA_MODEL: 'stub',
    MAX_IN_FLIGHT: '16',
    ...LOAD_ENVIRONMENT,
  };
  const start = async (dataDir: string) => {
    const port = await freePort();
    const ports = { APP_PORT: String(port), APP_PROXY_PORT: '0' };
    const server = await Process.start('server/main.ts', { ...environment, ...ports, DATA_DIR: dataDir });
    return { port, server };
  };
  return { folder, dataDir: environment.DATA_DIR, start };
}

function hilo(dataDir: string, args: readonly string[], more: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, ...more };
  return run(join(ROOT, 'hilo'), args, { env, cwd: dataDir });
}

async function modesIn(folder: string): Promise<Set<number>> {
  const modes = new Set<number>();
  for (const name of await readdir(folder, { recursive: true })) {
    const info = await stat(join(folder, name));
    if (info.isFile()) modes.add(info.mode & 0o777);
  }
  return modes;
}

test(`backups under load, seed ${SEED}: each verifies, starts, and has what was acknowledged`, async (t) => {
  const { folder, dataDir, start } = await makePlace(t);
  const { port, server } = await start(dataDir);
  await using running = server;
  using load = new Load(port, CLIENTS, seededRandom(SEED));
  for (let number = 0; number < BACKUPS; number += 1) {
    load.up();
    await load.messages(200);
    const before = load.acknowledged.slice();
    const erasedBefore = new Set(load.erased);
    const backup = join(folder, `backup-${number}`);
    const { stdout } = await hilo(dataDir, ['backup', backup]);
    // The restored server has the processor to itself.
    load.down();
    assert.match(stdout, /entries of the ledger/);
    assert.deepEqual(await modesIn(backup), new Set([0o600]));
    assert.equal((await stat(backup)).mode & 0o777, 0o700);
    const kept = join(folder, 'kept');
    await writeFile(kept, before.at(-1)?.receipt.proof ?? '');
    const verified = await hilo(dataDir, ['ledger', 'verify', '--data-dir', backup, '--receipt', kept]);
    assert.match(verified.stdout, /^VERIFIED: /m);

    const restored = join(folder, `restored-${number}`);
    const put = await hilo(folder, ['restore', backup], { DATA_DIR: restored });
    assert.match(put.stdout, /entries of the ledger, verified, root /);
    assert.deepEqual(await modesIn(restored), new Set([0o600]));
    const again = await start(restored);
    using rpc = await RpcClient.open(again.port);
    const { trace } = await rpc.call('chat.send', { text: 'after the restore' });
    assert.ok(trace);
    assert.equal(await again.server.exit('SIGTERM'), 0, again.server.output);
    const ledger = await readColdFolder(restored);
    assertBalanced(ledger);
    const texts = new Map((await readContents(restored)).map((row) => [row.id, row]));
    const gone = erasedExchanges(ledger.entries);
    for (const index of erasedBefore) assert.ok(gone.has(index), `the erasing of #${index}`);
    for (const { text, receipt } of before) {
      const entry = ledger.entries[receipt.index];
      assert.ok(entry?.type === 'charge', `#${receipt.index} is in the ledger`);
      const row = texts.get(entry.id);
      assert.equal(row === undefined, gone.has(receipt.index), `the text of #${receipt.index}`);
      if (!row) continue;
      assert.equal(row.prompt, text);
      assert.equal(commitTo(row.promptSalt, row.prompt), entry.prompt);
    }
    for (const index of gone) {
      const entry = ledger.entries[index];
      assert.ok(entry?.type === 'charge' && !texts.has(entry.id), `#${index} was erased`);
    }
  }
  load.up();
  await load.end();
  assert.deepEqual(load.failures, []);
  // With the database in PostgreSQL, which was dumped before.
  const rest = join(folder, 'backup-rest');
  await hilo(dataDir, ['backup', '--after-pg-dump', rest], { DATABASE_URL: 'postgres://localhost/hilo' });
  assert.deepEqual((await readdir(rest)).sort(), ['artifacts', 'batches', 'keys', 'ledger']);
  assert.equal(await running.exit('SIGTERM'), 0);
});
