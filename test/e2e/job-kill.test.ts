/** Jobs outlive a server that is killed at any moment: each is done once, each of its calls paid once. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { startStub, type StubLlm } from '../../loadtest/stub-llm.ts';
import { seededRandom } from '../../server/ledger/simulated-disk.fixture.ts';
import { startPostgres, type TestPostgres } from '../../server/store/postgres.fixture.ts';
import { freePort, Process } from '../support/processes.ts';
import { RpcClient } from '../support/rpc-client.ts';

/** Few in `npm test`, many in `npm run test:long`. */
const KILLS = Number(process.env['KILLS'] ?? 3);
const SEED = Number(process.env['SEED'] ?? 1);
const PROMPTS_OF_LIFE = 6;
/** After the first job was submitted; a job takes some 50 ms, a summary some 400 ms. */
const LIFE_MS_MAX = 900;
const END_MS_MAX = 120_000;
const PASSWORD = 'nobody else says this';
const TEXT = Array.from({ length: 300 }, (_, line) => `In line ${line} the lamp was lit again.`).join(' ');

let stub: StubLlm;
let postgres: TestPostgres;
let folder = '';

before(async () => {
  stub = await startStub({ tokens: 10, tokensPerSecond: 200 });
  postgres = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'hilo-job-kill-'));
});

after(async () => {
  await stub.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

interface JobOf {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly credits: { readonly held: number; readonly charged: number };
}

interface Receipt {
  readonly index?: number;
}

/** Every job by the id that its client has given it: what was told, and what only was asked. */
class Person {
  readonly port: number;
  readonly told = new Map<string, string>();
  readonly asked = new Map<string, object>();
  token = '';

  constructor(port: number) {
    this.port = port;
  }

  async open(): Promise<RpcClient> {
    const client = await RpcClient.open(this.port);
    await client.call('session.authenticate', { key: this.token });
    return client;
  }

  /** Until the server dies. What was sent and not answered is sent again by the next one. */
  async submitAll(): Promise<void> {
    try {
      using client = await this.open();
      for (const [clientJobId, input] of this.asked) {
        if (this.told.has(clientJobId)) continue;
        const { job } = await client.call('jobs.submit', { ...input, clientJobId });
        this.told.set(clientJobId, (job as JobOf).id);
      }
    } catch {
      // It was killed.
    }
  }

  ask(life: number): void {
    for (let number = 0; number < PROMPTS_OF_LIFE; number += 1) {
      this.asked.set(`${life}-${number}`, { prompt: `prompt ${number} of life ${life}` });
    }
    this.asked.set(`${life}-whole`, { summarize: { text: `${TEXT} Life ${life}.`, length: 'short' } });
  }
}

async function allJobs(client: RpcClient): Promise<JobOf[]> {
  const jobs: JobOf[] = [];
  for (let cursor: unknown; ;) {
    const page = await client.call('jobs.list', { limit: 100, ...(cursor !== undefined && { cursor }) });
    jobs.push(...(page['jobs'] as JobOf[]));
    cursor = page['nextCursor'];
    if (cursor === undefined) return jobs;
  }
}

async function chargesOf(client: RpcClient): Promise<{ index: number; amount: number }[]> {
  const rows: { type: string; index: number; amount: number }[] = [];
  for (let before: unknown; ;) {
    const from = before === undefined ? {} : { before };
    const page = await client.call('credits.statement', { limit: 200, ...from });
    rows.push(...(page['rows'] as typeof rows));
    before = page['next'];
    if (before === undefined) return rows.filter(({ type }) => type === 'charge');
  }
}

async function receiptsOf(client: RpcClient, { id, kind }: JobOf): Promise<(number | undefined)[]> {
  const got = await client.call('jobs.get', { job: id });
  if (kind === 'completion') return [(got['completion'] as { receipt: Receipt }).receipt.index];
  return (got['summary'] as { receipts: Receipt[] }).receipts.map(({ index }) => index);
}

async function untilAllEnded(client: RpcClient): Promise<void> {
  for (const deadline = performance.now() + END_MS_MAX; ; await sleep(50)) {
    if ((await client.call('jobs.follow', { follow: false }))['unfinished'] === 0) return;
    assert.ok(performance.now() < deadline, 'The jobs did not end');
  }
}

for (const dialect of ['sqlite', 'postgres'] as const) {
  test(`kill -9 while jobs run, ${KILLS} times, seed ${SEED} · ${dialect}`, async () => {
    const random = seededRandom(SEED);
    const port = await freePort();
    const environment = {
      APP_PORT: String(port),
      APP_PROXY_PORT: '0',
      METRICS_PORT: '0',
      DATA_DIR: join(folder, dialect),
      LLM_PROVIDER: 'ollama',
      OLLAMA_HOST: stub.url,
      OLLAMA_MODEL: 'stub',
      MAX_IN_FLIGHT: '3',
      MODEL_PRICES: '{"*":{"input":1,"output":1}}',
      LLM_INPUT_TOKEN_BUDGET: '1200',
      LLM_MAX_OUTPUT_TOKENS: '128',
      SIGNUP_CREDITS: '100000000',
      SIGNUP_CREDITS_PER_ADDRESS: '100000000',
      ...(dialect === 'postgres' && { DATABASE_URL: await postgres.createDatabase() }),
    };
    const person = new Person(port);
    let server = await Process.start('server/main.ts', environment);
    try {
      using first = await RpcClient.open(port);
      const account = { email: 'a@hilo.test', password: PASSWORD };
      person.token = String((await first.call('auth.register', account))['accessToken']);
      for (let life = 0; life < KILLS; life += 1) {
        person.ask(life);
        const submitting = person.submitAll();
        await sleep(Math.floor(random() * LIFE_MS_MAX));
        assert.equal(await server.exit('SIGKILL'), 'SIGKILL');
        await submitting;
        server = await Process.start('server/main.ts', environment);
      }
      await person.submitAll();
      using client = await person.open();
      await untilAllEnded(client);
      await assertPaidOnce(client, person);
      assert.equal(await server.exit('SIGTERM'), 0);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
}

async function assertPaidOnce(client: RpcClient, { asked, told }: Person): Promise<void> {
  const jobs = await allJobs(client);
  assert.equal(told.size, asked.size);
  assert.deepEqual(new Set(jobs.map(({ id }) => id)), new Set(told.values()));
  assert.equal(jobs.length, asked.size, 'A job was submitted twice');
  const other = jobs.filter(({ status }) => status !== 'done');
  assert.deepEqual(other, []);
  const receipts: (number | undefined)[] = [];
  for (const job of jobs) receipts.push(...(await receiptsOf(client, job)));
  const charges = await chargesOf(client);
  const inOrder = (one: number, another: number): number => one - another;
  assert.deepEqual(
    receipts.map(Number).sort(inOrder),
    charges.map(({ index }) => index).sort(inOrder),
    'Each call is paid once, and its receipt is known',
  );
  const { held, spent } = await client.call('credits.balance');
  const charged = jobs.reduce((sum, { credits }) => sum + credits.charged, 0);
  assert.deepEqual([held, spent], [0, charged]);
  assert.equal(-charges.reduce((sum, { amount }) => sum + amount, 0), charged);
}
