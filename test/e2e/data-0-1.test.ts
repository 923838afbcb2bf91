/** The real server on a data directory of version 0.1: everything is there, or nothing was changed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commitmentOf } from '../support/commitment-of.ts';
import { smallDisk, whileImmutable } from '../../server/store/broken-disk.fixture.ts';
import { startPostgres, type TestPostgres } from '../../server/store/postgres.fixture.ts';
import { newPlace } from '../../server/store/store.fixture.ts';
import { verifyReceipt } from '../../shared/ledger/receipt.ts';
import { copyData01, saidIn01, type SaidIn01 } from '../support/data-0-1.fixture.ts';
import { freePort, Process } from '../support/processes.ts';
import { RpcClient } from '../support/rpc-client.ts';
import { refusedStart } from './support/bare-process.ts';
import { assertBalanced, assertContents, readColdFolder, readContents } from './support/cold-ledger.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const ORIGIN = { LEDGER_ORIGIN: 'example.org/fixture' };
const COPY = 'before-migration';
const DISK_BYTES = 2 ** 21;
/** Disks that are full at so many different moments. */
const FULL_DISKS = Number(process.env['FULL_DISKS'] ?? 4);
const FREE_KIB = { least: 40, most: 400 } as const;

let postgres: TestPostgres | undefined;

after(() => postgres?.stop());

type Environment = Readonly<Record<string, string>> & { readonly DATA_DIR: string };

/** A copy of the directory, and the database that it goes to. */
async function place01(context: TestContext, dialect: 'sqlite' | 'postgres'): Promise<Environment> {
  if (dialect === 'postgres') postgres ??= await startPostgres();
  const databaseUrl = dialect === 'postgres' ? await postgres?.createDatabase() : undefined;
  const { dataDir } = await newPlace(context, dialect, databaseUrl);
  await copyData01(dataDir);
  const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
  return { ...ORIGIN, ...database, DATA_DIR: dataDir };
}

/** Runs the server while the operator asks it. */
async function withOperator(environment: Environment, ask: (operator: RpcClient) => Promise<void>) {
  const port = await freePort();
  const ports = { APP_PORT: String(port), APP_PROXY_PORT: '0', METRICS_PORT: '0' };
  await using server = await Process.start('server/main.ts', {
    ...ports,
    LLM_PROVIDER: 'offline',
    ...environment,
  });
  {
    using operator = await RpcClient.open(port);
    const key = await readFile(join(environment.DATA_DIR, 'keys', 'admin.key'), 'utf8');
    await operator.call('session.authenticate', { key: key.trim() });
    await ask(operator);
  }
  assert.equal(await server.exit('SIGTERM'), 0);
}

for (const dialect of ['sqlite', 'postgres'] as const) {
  test(`balances, receipts, texts and erasures of 0.1 are there · ${dialect}`, async (context) => {
    const environment = await place01(context, dialect);
    const { DATA_DIR, DATABASE_URL } = environment;
    const old = await readColdFolder(DATA_DIR);
    for (let start = 0; start < 2; start += 1) {
      await withOperator(environment, async (operator) => {
        for (const [account, balance] of old.state.fold.tables.accounts) {
          const now = await operator.call('credits.balance', { account });
          // The holds that its end left open went back.
          const { available, held, granted, spent } = balance;
          const whole = { account, granted, spent, available: available + held, held: 0, gift: 0 };
          assert.deepEqual(now, whole);
        }
        for (const said of saidIn01) await assertReceipt(operator, said);
      });
      assert.deepEqual(await readdir(join(DATA_DIR, COPY)), ['content.sqlite']);
    }
    const ledger = await readColdFolder(DATA_DIR);
    assert.deepEqual(ledger.texts.slice(0, old.texts.length), old.texts, 'the ledger only grew');
    assertBalanced(ledger);
    assertContents(await readContents(DATA_DIR, DATABASE_URL), ledger);
    const erased = ledger.entries.flatMap((entry) => (entry.type === 'erase' ? [entry.of] : []));
    for (const { state, receipt } of saidIn01)
      if (state === 'pending') assert.ok(erased.includes(String(receipt.index)) || erased.includes('*'));
    await assertVerifies(context, DATA_DIR);
    await assertEraseRemovesCopy(environment);
  });

  test(`a failed take-over of 0.1 changes nothing and says why · ${dialect}`, async (context) => {
    const environment = await place01(context, dialect);
    const path = join(environment.DATA_DIR, 'content.sqlite');
    const ledger = (await readColdFolder(environment.DATA_DIR)).texts;
    const rows = rowsOf(path);
    const whole = await readFile(path);
    await writeFile(path, damaged(whole));
    const { code, output } = await refusedStart(environment);
    assert.equal(code, 1);
    assert.match(output, /The server cannot start: .*content\.sqlite/);
    await rm(`${path}-wal`, { force: true });
    await writeFile(path, whole);
    await whileImmutable(path, async () => {
      const refused = await refusedStart(environment);
      assert.equal(refused.code, 1);
      assert.match(refused.output, /The server cannot start: .*content\.sqlite/);
    });
    assert.deepEqual(rowsOf(path), rows);
    assert.deepEqual((await readColdFolder(environment.DATA_DIR)).texts, ledger);
    await withOperator(environment, async (operator) => {
      for (const said of saidIn01) await assertReceipt(operator, said);
    });
  });
}

test('wherever the disk is full while 0.1 is taken over, the old texts stay', async (context) => {
  const dataDir = await smallDisk(context, DISK_BYTES);
  const ballast = join(dataDir, 'ballast');
  const refusals: string[] = [];
  for (let disk = 0; disk < FULL_DISKS; disk += 1) {
    const freeKiB = FREE_KIB.least + ((FREE_KIB.most - FREE_KIB.least) * disk) / (FULL_DISKS - 1);
    for (const name of await readdir(dataDir)) await rm(join(dataDir, name), { recursive: true });
    await copyData01(dataDir);
    const rows = rowsOf(join(dataDir, 'content.sqlite'));
    await fillBut(dataDir, ballast, Math.round(freeKiB * 1_024));
    const { code, output } = await refusedStart({ ...ORIGIN, DATA_DIR: dataDir });
    if (code === 0) continue;
    refusals.push(output);
    assert.match(output, /The server cannot start: /);
    assert.match(output, /free space on its disk|ENOSPC|disk is full/);
    await rm(ballast);
    if (existsSync(join(dataDir, 'content.sqlite')))
      assert.deepEqual(rowsOf(join(dataDir, 'content.sqlite')), rows);
    await withOperator({ ...ORIGIN, DATA_DIR: dataDir }, async (operator) => {
      for (const said of saidIn01) await assertReceipt(operator, said);
    });
  }
  assert.ok(refusals.length > 1);
});

async function assertReceipt(operator: RpcClient, said: SaidIn01): Promise<void> {
  const { index } = said.receipt;
  const now = await operator.call('ledger.receipt', { index });
  const { verifierKey } = await operator.call('ledger.checkpoint');
  for (const receipt of [said.receipt.proof, String(now['proof'])]) {
    const verdict = await verifyReceipt({ receipt, verifierKey: String(verifierKey) });
    assert.ok(verdict.ok && verdict.index === index, said.text);
    const entry = JSON.parse(verdict.entry) as Record<string, string>;
    assert.equal(
      entry['prompt'],
      commitmentOf('exchange', Buffer.from(said.receipt.promptSalt, 'base64'), said.text),
    );
    assert.equal(
      entry['answer'],
      commitmentOf('exchange', Buffer.from(said.receipt.answerSalt, 'base64'), said.answer),
    );
  }
  const isKept = said.state === 'kept';
  assert.equal(now['promptSalt'], isKept ? said.receipt.promptSalt : undefined, said.text);
  assert.equal(now['answerSalt'], isKept ? said.receipt.answerSalt : undefined, said.text);
}

async function assertVerifies(context: TestContext, dataDir: string): Promise<void> {
  const kept = await mkdtemp(join(tmpdir(), 'hilo-kept-'));
  context.after(() => rm(kept, { recursive: true }));
  const options: string[] = [];
  for (const [number, { receipt }] of saidIn01.entries()) {
    const file = join(kept, `receipt-${number}`);
    await writeFile(file, receipt.proof);
    options.push('--receipt', file);
  }
  const verify = [MAIN, 'ledger', 'verify', '--data-dir', dataDir, ...options];
  const { stdout } = await promisify(execFile)(process.execPath, verify);
  assert.match(stdout, /VERIFIED/);
}

/** What is erased is in no copy either. */
async function assertEraseRemovesCopy(environment: Environment): Promise<void> {
  const kept = saidIn01.find(({ state }) => state === 'kept');
  await withOperator(environment, async (operator) => {
    const { account, receipt } = kept ?? assert.fail();
    await operator.call('ledger.erase', { account, exchange: receipt.index });
    assert.equal((await operator.call('ledger.receipt', { index: receipt.index }))['promptSalt'], undefined);
  });
  assert.equal(existsSync(join(environment.DATA_DIR, COPY)), false);
}

function rowsOf(path: string): unknown[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare('SELECT * FROM contents ORDER BY id').all();
  } finally {
    database.close();
  }
}

/** A page in the middle is overwritten. */
function damaged(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, 8_192), Buffer.alloc(4_096, 0xa5), bytes.subarray(12_288)]);
}

async function fillBut(folder: string, ballast: string, freeBytes: number): Promise<void> {
  const { stdout } = await promisify(execFile)('df', ['--output=avail', '-B1', folder]);
  const available = Number(stdout.trim().split('\n').at(-1));
  await writeFile(ballast, Buffer.alloc(Math.max(0, available - freeBytes)));
}
