/**
 * The whole server is killed under load, again and again, on both databases. Whatever a client was told must
 * be in the ledger and, once, in its conversation; whatever is in the ledger must add up, no text may be
 * without its entry, and what is counted of use must be what the ledger says.
 */
import assert from 'node:assert/strict';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startStub } from '../../loadtest/stub-llm.ts';
import { commitTo } from '../../server/ledger/commitment.ts';
import { seededRandom } from '../../server/ledger/simulated-disk.fixture.ts';
import type { DialectName } from '../../server/store/backend.ts';
import { startPostgres, type TestPostgres } from '../../server/store/postgres.fixture.ts';
import { newPlace } from '../../server/store/store.fixture.ts';
import { verifyReceipt } from '../../shared/ledger/receipt.ts';
import { metric } from '../support/metrics.ts';
import { freePort, Process, PROCESS_ENVIRONMENT } from '../support/processes.ts';
import { RpcClient } from '../support/rpc-client.ts';
import {
  assertBalanced,
  assertContents,
  readColdFolder,
  readContents,
  type ColdLedger,
} from './support/cold-ledger.ts';
import { assertUsage } from './support/cold-usage.ts';
import type { LoadPerson } from './support/load-guest.ts';
import { Load, LOAD_ENVIRONMENT } from './support/load.ts';

const KILLS = Number(process.env['KILLS'] ?? 3);
const SEED = Number(process.env['SEED'] ?? 1);
const CLIENTS = 24;
/** Between two deaths the clients read up to so many messages. */
const MESSAGES_MOST = 400;
/** How often the server is killed once more while it starts. */
const KILLED_AT_START = 0.25;
const START_MS_MOST = 600;

const ROOT = new URL('../../', import.meta.url);

let postgres: TestPostgres | undefined;

after(() => postgres?.stop());

for (const dialect of ['sqlite', 'postgres'] as const) {
  test(`kill -9 under load, ${KILLS} times, seed ${SEED} · ${dialect}`, async (context) => {
    const place = await makePlace(context, dialect);
    using load = new Load(place.port, CLIENTS, seededRandom(SEED));
    await killAgainAndAgain(place, load);
    assert.deepEqual(load.failures, []);
    const ledger = await readColdFolder(place.dataDir);
    assertBalanced(ledger);
    assertContents(await readContents(place.dataDir, place.databaseUrl), ledger);
    await assertUsage(place.dataDir, place.databaseUrl, ledger);
    await assertAcknowledged(load, ledger);
    await assertVerifies(context, place.dataDir, load);
    context.diagnostic(
      `${load.acknowledged.length} acknowledged, ${load.erased.size} erased, ${load.people.length} people, ` +
        `${ledger.entries.length} entries`,
    );
  });
}

async function killAgainAndAgain(place: Place, load: Load): Promise<void> {
  const random = seededRandom(SEED + 1);
  let server = await Process.start('server/main.ts', place.environment);
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      load.up();
      await load.messages(1 + Math.floor(random() * MESSAGES_MOST));
      load.down();
      assert.equal(await server.exit('SIGKILL'), 'SIGKILL');
      if (random() < KILLED_AT_START) await killWhileStarting(place.environment, random() * START_MS_MOST);
      server = await Process.start('server/main.ts', place.environment);
      assert.equal(await metric(place.metricsPort, 'hilo_ledger_open_holds'), 0, 'nothing stays held');
      assertBalanced(await readColdFolder(place.dataDir));
      await assertRemembered(load.people.slice(-2 * CLIENTS), place.port);
    }
    load.up();
    await load.messages(1);
    await load.end();
    await assertSameAsCold(place, await readColdFolder(place.dataDir));
    await assertRemembered(load.people, place.port);
    assert.equal(await server.exit('SIGTERM'), 0);
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

async function assertRemembered(people: readonly LoadPerson[], port: number): Promise<void> {
  for (const person of people) await person.assertRemembered(port);
}

interface Place {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly port: number;
  readonly metricsPort: number;
  readonly environment: Readonly<Record<string, string>>;
}

async function makePlace(context: TestContext, dialect: DialectName): Promise<Place> {
  const stub = await startStub({ tokens: 12, tokensPerSecond: 400 });
  context.after(() => stub.close());
  if (dialect === 'postgres') postgres ??= await startPostgres();
  const databaseUrl = dialect === 'postgres' ? await postgres?.createDatabase() : undefined;
  const { dataDir } = await newPlace(context, dialect, databaseUrl);
  const [port, proxyPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const environment = {
    APP_PORT: String(port),
    APP_PROXY_PORT: String(proxyPort),
    METRICS_PORT: String(metricsPort),
    DATA_DIR: dataDir,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    LLM_PROVIDER: 'ollama',
    OLLAMA_HOST: stub.url,
    OLLAMA_MODEL: 'stub',
    MODEL_PRICES: '{"*":{"input":1,"output":3}}',
    MAX_IN_FLIGHT: '12',
    ...LOAD_ENVIRONMENT,
  };
  return { dataDir, databaseUrl, port, metricsPort, environment };
}

/** Recovery is not spared: a moment that nobody chose. */
async function killWhileStarting(environment: Place['environment'], afterMs: number): Promise<void> {
  const path = fileURLToPath(new URL('server/main.ts', ROOT));
  const env = { ...PROCESS_ENVIRONMENT, LOG_LEVEL: 'silent', ...environment };
  const child = fork(path, { env, execArgv: [], silent: true });
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await exited;
  clearTimeout(timer);
}

/** What the running server makes of its entries is what a reader of the file makes of them. */
async function assertSameAsCold(place: Place, { state }: ColdLedger): Promise<void> {
  const { fold } = state;
  const totals = { issued: fold.issued, spent: fold.revenue };
  for (const [name, value] of Object.entries(totals)) {
    assert.equal(await metric(place.metricsPort, `hilo_credits_${name}`), value, name);
  }
  using admin = await RpcClient.open(place.port);
  const key = (await readFile(join(place.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await admin.call('session.authenticate', { key });
  for (const [account, cold] of [...fold.tables.accounts].slice(-200)) {
    const { granted, available, spent } = cold;
    const { gift, ...balance } = await admin.call('credits.balance', { account });
    assert.deepEqual(balance, { account, granted, available, spent, held: 0 });
    const whole = account.startsWith('guest:') ? Number(LOAD_ENVIRONMENT.ANONYMOUS_CREDITS) : cold.granted;
    assert.equal(Number(gift), whole - cold.granted);
  }
}

async function assertAcknowledged(load: Load, { entries, texts, state }: ColdLedger): Promise<void> {
  assert.ok(load.acknowledged.length > 0);
  const verifierKey = state.fold.keyAt(1) ?? '';
  for (const { account, text, answer, trace, charged, receipt } of load.acknowledged) {
    const { index } = receipt;
    const verdict = await verifyReceipt({ receipt: receipt.proof, verifierKey });
    assert.ok(
      verdict.ok && verdict.index === index && verdict.entry === texts[index],
      `receipt of #${index}`,
    );
    const entry = entries[index];
    assert.ok(entry?.type === 'charge' && entry.account === account && entry.trace === trace);
    assert.equal(entry.prompt, commitTo(Buffer.from(receipt.promptSalt, 'base64'), text));
    assert.equal(entry.answer, commitTo(Buffer.from(receipt.answerSalt, 'base64'), answer));
    assert.equal(Number(entry.amount), charged);
  }
  const erased = entries.flatMap((entry) => (entry.type === 'erase' ? [Number(entry.of)] : []));
  for (const index of load.erased) assert.ok(erased.includes(index), `the erasing of #${index}`);
}

/** With all that was kept outside: every checkpoint and every receipt. */
async function assertVerifies(context: TestContext, dataDir: string, load: Load): Promise<void> {
  const kept = await mkdtemp(join(tmpdir(), 'hilo-kept-'));
  context.after(() => rm(kept, { recursive: true }));
  const options: string[] = [];
  const keep = async (kind: string, texts: readonly string[]) => {
    for (const [number, text] of texts.entries()) {
      const file = join(kept, `${kind}-${number}`);
      await writeFile(file, text);
      options.push(`--${kind}`, file);
    }
  };
  await keep('checkpoint', load.checkpoints);
  await keep(
    'receipt',
    load.acknowledged.map(({ receipt }) => receipt.proof),
  );
  const main = fileURLToPath(new URL('cli/main.ts', ROOT));
  const verify = [main, 'ledger', 'verify', '--data-dir', dataDir, ...options];
  const { stdout } = await promisify(execFile)(process.execPath, verify);
  assert.match(stdout, /VERIFIED/);
}
