/** What requests leave, on both kinds of store: written, indexed, erased, grown old, and after crashes. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID, randomUUIDv7 } from 'node:crypto';
import { after, test, type TestContext } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { newPlace } from '../store/store.fixture.ts';
import type { Store } from '../store/store.ts';
import { removeAll } from '../store/text-removal.ts';
import { ArtifactOutbox } from './artifact-outbox.ts';
import { newFileStore, startS3, type TestS3 } from './artifact-store.fixture.ts';
import { ARTIFACT_SERVICES, readWhole, type ArtifactService, type ArtifactStores } from './artifact-store.ts';
import { addEntry, foldDay } from './history-index.ts';
import { jsonFile, RequestFiles, type RequestFilesOptions } from './request-files.ts';
import { promptHash, type RequestOutcome } from './request-record.ts';
import { RequestRows } from './request-rows.ts';
import { connectS3, S3ArtifactStore } from './s3-store.ts';

const START_MS = Date.UTC(2026, 10, 30, 12);
const DAY_MS = 86_400_000;
const OWNER = 'user:0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60';
const HOME = OWNER.slice('user:'.length);
const SESSION = '0193a5c1-0000-7e3b-9c40-5d2f8a1b7c60';

const OUTCOME: RequestOutcome = {
  status: 'ok',
  username: 'Ada',
  provider: 'openai',
  model: 'm',
  prompt: 'a secret prompt',
  latencyMs: 12.3,
  tokens: { in: 3, out: 5 },
  charged: 8,
  meta: { size: '64x64' },
};

interface Bench {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly rows: RequestRows;
  readonly files: RequestFiles;
  readonly outbox: ArtifactOutbox;
  /** Where everything is in the end. */
  readonly final: ArtifactStores;
  readonly local: ArtifactStores;
  readonly options: RequestFilesOptions;
}

type Run = (bench: Bench) => Promise<void>;

let server: Promise<TestS3> | undefined;
after(async () => (await server)?.stop());

function onBoth(name: string, run: Run, changes: Partial<RequestFilesOptions> = {}): void {
  test(`${name} · file system`, async (context) => run(await newBench(context, false, changes)));
  test(`${name} · S3`, async (context) => run(await newBench(context, true, changes)));
}

async function newBench(
  context: TestContext,
  isRemote: boolean,
  changes: Partial<RequestFilesOptions>,
): Promise<Bench> {
  const store = await (await newPlace(context, 'sqlite')).open();
  const clock = new ManualClock(START_MS);
  const rows = new RequestRows(store);
  const local = await storesOf(() => newFileStore(context));
  const remote = isRemote ? await s3Stores(context) : undefined;
  const options: RequestFilesOptions = {
    rows,
    local,
    remote,
    clock,
    newId: randomUUIDv7,
    randomBytes,
    recorded: new Set(ARTIFACT_SERVICES),
    hidesPrompts: false,
    usdPerCredit: 0.5,
    onWritten: () => {},
    ...changes,
  };
  const files = await RequestFiles.open(options);
  const log = { info: () => {}, warn: () => {} };
  const days = { artifactDays: 180, recordDays: 365 };
  const outbox = new ArtifactOutbox({ rows, files, local, remote, clock, log, ...days });
  return { store, clock, rows, files, outbox, local, final: remote ?? local, options };
}

async function s3Stores(context: TestContext): Promise<ArtifactStores> {
  server ??= startS3();
  const { settings, bucket } = await server;
  const connection = await connectS3(settings);
  const stores = await storesOf(async (service) => new S3ArtifactStore(connection, bucket(service)));
  context.after(async () => {
    for (const each of Object.values(stores)) {
      for await (const { key } of each.list('')) await each.delete(key);
    }
    connection.client.destroy();
  });
  return stores;
}

async function storesOf(
  open: (service: ArtifactService) => Promise<ArtifactStores[ArtifactService]>,
): Promise<ArtifactStores> {
  const entries = await Promise.all(ARTIFACT_SERVICES.map(async (each) => [each, await open(each)] as const));
  return Object.fromEntries(entries) as Record<ArtifactService, ArtifactStores[ArtifactService]>;
}

async function leave(
  { files }: Pick<Bench, 'files'>,
  service: ArtifactService = 'job',
  session?: string,
): Promise<string> {
  const open = await files.begin({ service, owner: OWNER, account: OWNER, session });
  const said = session === undefined ? {} : { session: { message: { text: 'hi' }, state: { id: open.id } } };
  const keys = await open.end(OUTCOME, {
    input: { prompt: OUTCOME.prompt, size: '64x64' },
    files: [jsonFile('output.json', { text: 'an answer' })],
    ...said,
  });
  assert.ok(keys);
  return open.id;
}

async function keysIn(stores: ArtifactStores): Promise<string[]> {
  const keys: string[] = [];
  for (const service of ARTIFACT_SERVICES) {
    for await (const { key } of stores[service].list('')) keys.push(`${service}: ${key}`);
  }
  return keys.sort();
}

async function textOf(stores: ArtifactStores, service: ArtifactService, key: string): Promise<string> {
  const found = await stores[service].get(key);
  assert.ok(found, key);
  return (await readWhole(found)).toString();
}

onBoth('a request leaves input, record, output and a line of its day', async (bench) => {
  const id = await leave(bench);
  await bench.outbox.runAll();
  const folder = `requests/2026/11/30/${id}`;
  const day = `users/${HOME}/job/history/2026/11/30.jsonl`;
  const names = ['input', 'output', 'record'].map((name) => `job: ${folder}/${name}.json`);
  assert.deepEqual(await keysIn(bench.final), [...names, `job: ${day}`]);
  const record = JSON.parse(await textOf(bench.final, 'job', `${folder}/record.json`)) as object;
  assert.deepEqual(Object.keys(record), [
    'id',
    'userId',
    'username',
    'service',
    'provider',
    'model',
    'prompt',
    'status',
    'latencyMs',
    'tokens',
    'size',
    'cost',
    'createdAt',
    'artifacts',
    'meta',
  ]);
  const told = record as Record<string, unknown>;
  assert.deepEqual(
    [told['userId'], told['prompt'], told['cost'], told['createdAt'], told['artifacts']],
    [
      HOME,
      OUTCOME.prompt,
      { usd: 4, credits: 8 },
      '2026-11-30T12:00:00.000Z',
      {
        output: `${folder}/output.json`,
        input: `${folder}/input.json`,
      },
    ],
  );
  const [line = '', ...rest] = (await textOf(bench.final, 'job', day)).split('\n');
  assert.deepEqual([(JSON.parse(line) as { id: string }).id, rest], [id, ['']]);
  if (bench.final !== bench.local) assert.deepEqual(await keysIn(bench.local), [], 'nothing stays behind');
});

onBoth('a conversation has its messages and its newest state', async (bench) => {
  const id = await leave(bench, 'summarize', SESSION);
  bench.clock.advance(5);
  const second = await leave(bench, 'summarize', SESSION);
  await bench.outbox.runAll();
  const state = await textOf(bench.final, 'summarize', `sessions/${SESSION}/state.json`);
  assert.equal((JSON.parse(state) as { id: string }).id, second);
  for (const [ts, of] of [
    [START_MS, id],
    [START_MS + 5, second],
  ] as const) {
    await textOf(bench.final, 'summarize', `sessions/${SESSION}/messages/${ts}-${of}.json`);
  }
  await bench.files.forget([second]);
  await bench.outbox.runAll();
  await textOf(bench.final, 'summarize', `sessions/${SESSION}/state.json`);
  await bench.files.forget([id]);
  await bench.outbox.runAll();
  assert.deepEqual(await keysIn(bench.final), []);
});

onBoth('erasing everything of an owner reaches every object, whatever it is doing', async (bench) => {
  await leave(bench);
  await bench.outbox.runAll();
  await leave(bench, 'summarize', SESSION);
  const running = await bench.files.begin({ service: 'image', owner: OWNER, account: OWNER, prompt: 'p' });
  await running.put({ name: 'image/original.png', type: 'image/png', content: Buffer.from('x') });
  await removeAll(bench.store, { account: undefined, owner: OWNER, upTo: 1_000 });
  await bench.outbox.runAll();
  assert.equal(await running.end(OUTCOME, { input: {}, files: [] }), undefined, 'it was erased meanwhile');
  await bench.outbox.runAll();
  assert.deepEqual(await keysIn(bench.final), []);
  assert.deepEqual(await keysIn(bench.local), []);
  const { count } = await bench.store.db
    .selectFrom('artifact_requests')
    .select((each) => each.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  assert.equal(count, 0);
});

onBoth('what a crash interrupts is gone after the next start', async (bench) => {
  const open = await bench.files.begin({ service: 'image', owner: OWNER, account: OWNER });
  await open.put({ name: 'image/original.png', type: 'image/png', content: Buffer.from('x') });
  const { rows, local, clock, options } = bench;
  const remote = options.remote;
  const files = await RequestFiles.open(options);
  const log = { info: () => {}, warn: () => {} };
  const days = { artifactDays: 180, recordDays: 365 };
  await new ArtifactOutbox({ rows, files, local, remote, clock, log, ...days }).runAll();
  assert.deepEqual(await keysIn(local), []);
  assert.equal(await files.find(OWNER, open.id), undefined);
});

onBoth('artefacts go after 180 days, and records after 365', async (bench) => {
  const id = await leave(bench);
  await bench.outbox.runAll();
  bench.clock.advance(181 * DAY_MS);
  await bench.outbox.runAll();
  const names = (await keysIn(bench.final)).map((key) => key.slice(key.lastIndexOf('/') + 1));
  assert.deepEqual(names, ['input.json', 'record.json', '30.jsonl']);
  assert.equal((await bench.files.find(OWNER, id))?.stage, 'expired');
  bench.clock.advance(185 * DAY_MS);
  await bench.outbox.runAll();
  assert.deepEqual(await keysIn(bench.final), []);
  assert.equal(await bench.files.find(OWNER, id), undefined);
});

onBoth('two writers of one index lose nothing, also when it is folded meanwhile', async ({ final }) => {
  const day = { service: 'job', home: HOME, createdAt: START_MS };
  const ids = Array.from({ length: 40 }, () => randomUUID());
  const entry = (id: string) => ({ id, service: 'job', createdAt: '', status: 'ok', record: '' });
  const write = async (mine: readonly string[]) => {
    for (const id of mine) await addEntry(final.job, { ...day, id }, entry(id));
  };
  const writing = new AbortController();
  const folding = (async () => {
    while (!writing.signal.aborted) await foldDay(final.job, day);
  })();
  await Promise.all([write(ids.slice(0, 20)), write(ids.slice(20))]);
  writing.abort();
  await folding;
  await foldDay(final.job, day);
  const text = await textOf(final, 'job', `users/${HOME}/job/history/2026/11/30.jsonl`);
  const found = text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  assert.deepEqual(found.sort(), ids.toSorted());
});

onBoth(
  'a hidden prompt is a hash under a salt that goes with the row',
  async (bench) => {
    const id = await leave(bench);
    await bench.outbox.runAll();
    const folder = `requests/2026/11/30/${id}`;
    const record = JSON.parse(await textOf(bench.final, 'job', `${folder}/record.json`)) as object;
    const row = await bench.store.db.selectFrom('artifact_requests').selectAll().executeTakeFirstOrThrow();
    assert.ok(row.prompt_salt);
    assert.equal((record as { promptHash: string }).promptHash, promptHash(row.prompt_salt, OUTCOME.prompt));
    assert.ok(!('prompt' in record));
    assert.ok(!(await textOf(bench.final, 'job', `${folder}/input.json`)).includes(OUTCOME.prompt));
    await bench.files.forget([id]);
    const erased = await bench.store.db.selectFrom('artifact_requests').selectAll().executeTakeFirstOrThrow();
    assert.equal(erased.prompt_salt, null);
  },
  { hidesPrompts: true },
);

test('a store that takes nothing delays no request, and what waits has a limit', async (context) => {
  const bench = await newBench(context, true, {});
  const broken = { put: () => Promise.reject(new Error('The bucket is gone')) };
  const remote = Object.fromEntries(
    ARTIFACT_SERVICES.map((service) => [service, Object.assign(Object.create(bench.final[service]), broken)]),
  ) as unknown as ArtifactStores;
  const { rows, files, local, clock } = bench;
  const log = { info: () => {}, warn: () => {} };
  const days = { artifactDays: 180, recordDays: 365 };
  const outbox = new ArtifactOutbox({ rows, files, local, remote, clock, log, ...days });
  const id = await leave(bench);
  await assert.rejects(outbox.runAll(), /bucket is gone/);
  const found = await files.find(OWNER, id);
  assert.equal(found?.stage, 'local');
  assert.ok(found && (await files.readText(found, 'output.json'))?.includes('an answer'), 'read from here');
  await bench.outbox.runAll();
  assert.equal((await files.find(OWNER, id))?.stage, 'stored', 'sent once the store works');
  await bench.store.db
    .updateTable('artifact_requests')
    .set({ stage: 'local', files: JSON.stringify([{ name: 'a', type: '', bytes: 2 ** 31 }]) })
    .execute();
  const full = await RequestFiles.open(bench.options);
  await assert.rejects(full.begin({ service: 'image', owner: OWNER, account: OWNER }), (error) => {
    return error instanceof HiloError && error.key === 'artifacts_full';
  });
});
