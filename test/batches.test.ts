/** Batches of jobs, over real sockets: what comes of a file, what it costs, and what is left of it. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BATCH_LIMITS } from '../server/batches/limits.ts';
import { LlmError } from '../server/models/model-client.ts';
import { ManualClock } from '../shared/clock.ts';
import type { BatchView } from '../shared/operations/batch-shapes.ts';
import { batchNow, createBatch, keepFile, outcomesIn, readFileText } from './support/batch-files.ts';
import { passTimeUntil } from './support/pass-time.ts';
import { connectAs, PASSWORD, register } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';
import { until } from './support/until.ts';

const PRICED = {
  MODEL_PRICES: '{"*":{"input":1,"output":1}}',
  LLM_MAX_RETRIES: '0',
  SIGNUP_CREDITS: '1000000000',
  SIGNUP_CREDITS_PER_ADDRESS: '1000000000',
};

function linesOf(count: number): string {
  const lines = Array.from({ length: count }, (_, at) => ({
    customId: `c${at + 1}`,
    prompt: `line ${at + 1}`,
  }));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Of what is in use. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

async function ended(client: RpcClient, { id }: BatchView, withinMs = 30_000): Promise<BatchView> {
  return until(
    () => batchNow(client, id),
    ({ endedAt }) => endedAt !== undefined,
    withinMs,
  );
}

async function user(server: { readonly port: number }) {
  const person = await register(server);
  using first = await connectAs(server, person);
  const { key } = await first.call('keys.create', { name: 'test' });
  return { client: await connectAs(server, { accessToken: String(key) }), key: String(key), person };
}

test('each line is a job; its result comes back with its id, and is charged once', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: PRICED,
  });
  const { client } = await user(server);
  using _ = client;
  const count = BATCH_LIMITS.jobsAtOnce * 2 + 10;
  const text = linesOf(count);
  const file = await keepFile(client, text);
  assert.equal(await readFileText(client, file), text);
  const batch = await createBatch(client, file, { metadata: { mine: 'yes' } });
  const done = await ended(client, batch);
  assert.equal(done.status, 'completed');
  assert.deepEqual(done.counts, { total: count, done: count, failed: 0 });
  assert.deepEqual(done.metadata, { mine: 'yes' });
  const outcomes = await outcomesIn(client, done.results);
  assert.deepEqual(
    outcomes.map(({ line, customId }) => [line, customId]),
    Array.from({ length: count }, (__, at) => [at + 1, `c${at + 1}`]),
  );
  assert.equal((outcomes[41]?.completion as { text: string } | undefined)?.text, 'echo: line 42');
  assert.equal(done.failures, undefined);
  assert.deepEqual((await client.call('jobs.list'))['jobs'], [], 'The list is not full of lines');
  const { held, spent } = await client.call('credits.balance');
  assert.equal(held, 0);
  const { job } = await client.call('jobs.get', { job: outcomes[0]?.job });
  assert.ok(Number(spent) >= count * (job as { credits: { charged: number } }).credits.charged - count);
});

test('a line that fails is in the file of failures, with its reason', async () => {
  const model = new ScriptedProvider();
  await using server = await startTestServer({ providers: providersOf(model), environment: PRICED });
  const { client } = await user(server);
  using _ = client;
  const batch = await createBatch(client, await keepFile(client, linesOf(2)));
  for (let number = 0; number < 2; number += 1) {
    const call = await model.next();
    if (call.request.messages.at(-1)?.content === 'line 1') {
      call.fail(new LlmError('bad_request', 'No', { status: 400 }));
    } else {
      call.say('fine');
      call.end();
    }
  }
  const done = await ended(client, batch);
  assert.deepEqual([done.status, done.counts], ['completed', { total: 2, done: 1, failed: 1 }]);
  const [failure] = await outcomesIn(client, done.failures);
  assert.deepEqual([failure?.line, failure?.customId, failure?.status], [1, 'c1', 'failed']);
  assert.equal(failure?.reason?.key, 'upstream_refused');
  assert.equal((await outcomesIn(client, done.results)).length, 1);
});

test('a file with faults is refused as a whole, and each fault names its line', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ...PRICED, SIGNUP_CREDITS: '5000' },
  });
  const { client } = await user(server);
  using _ = client;
  const faultsOf = async (text: string, more: object = {}) => {
    const done = await ended(client, await createBatch(client, await keepFile(client, text), more));
    assert.equal(done.status, 'failed');
    assert.equal(done.counts.done + done.counts.failed, 0);
    return done.faults.map(({ code, line }) => [code, line]);
  };
  const good = '{"prompt":"hello"}\n';
  assert.deepEqual(await faultsOf('\n\n'), [['empty_file', undefined]]);
  assert.deepEqual(await faultsOf(`${good}{nonsense\n${good}`), [['invalid_json_line', 2]]);
  assert.deepEqual(await faultsOf('{"prompt":"a","more":1}'), [['invalid_value', 1]]);
  assert.deepEqual(await faultsOf('{"customId":"a"}'), [['invalid_params', 1]]);
  assert.deepEqual(await faultsOf('{"customId":"a","prompt":"a"}\n{"customId":"a","prompt":"b"}'), [
    ['duplicate_custom_id', 2],
  ]);
  assert.deepEqual(await faultsOf(good, { endpoint: '/v1/chat/completions' }), [['mismatched_endpoint', 1]]);
  assert.deepEqual(await faultsOf('{"prompt":"a","route":"nowhere"}'), [['not_found', 1]]);
  assert.deepEqual(await faultsOf(good.repeat(100)), [['insufficient_credits', undefined]]);
  assert.equal((await client.call('credits.balance'))['spent'], 0);
});

test('cancelled in the middle: what is done stays, what waits costs nothing, no more is begun', async () => {
  const model = new ScriptedProvider();
  await using server = await startTestServer({
    providers: providersOf(model),
    environment: { ...PRICED, MAX_IN_FLIGHT: '1' },
  });
  const { client } = await user(server);
  using _ = client;
  const count = BATCH_LIMITS.jobsAtOnce + 40;
  const batch = await createBatch(client, await keepFile(client, linesOf(count)));
  const first = await model.next();
  first.say('an answer');
  first.end();
  const second = await model.next();
  const { batch: stopping } = await client.call('batches.cancel', { batch: batch.id });
  assert.ok(['cancelling', 'cancelled'].includes((stopping as BatchView).status));
  const done = await ended(client, batch);
  assert.equal(done.status, 'cancelled');
  assert.ok(second.isAborted);
  assert.equal(done.counts.done, 1);
  const failures = await outcomesIn(client, done.failures);
  assert.ok(failures.length <= BATCH_LIMITS.jobsAtOnce + 1, String(failures.length));
  assert.ok(failures.every(({ status }) => status === 'cancelled'));
  assert.equal((await client.call('credits.balance'))['held'], 0);
  assert.equal(await client.failure('batches.cancel', { batch: batch.id }), 'batch_over');
});

test('what is not done in a day is given up, also lines that were never asked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-batches-'));
  const environment = { ...PRICED, MAX_IN_FLIGHT: '1', DATA_DIR: folder };
  const model = new ScriptedProvider();
  const startMs = 1_000_000;
  const count = BATCH_LIMITS.jobsAtOnce + 5;
  const options = { providers: providersOf(model), environment };
  const early = new ManualClock(startMs);
  const before = await startTestServer({ ...options, clock: early });
  const { client, key } = await user(before);
  const batch = await createBatch(client, await keepFile(client, linesOf(count)));
  await model.next();
  client.reset();
  await passTimeUntil(before.drain(), () => early.advance(100));
  const clock = new ManualClock(startMs + BATCH_LIMITS.windowMs - 1);
  await using after = await startTestServer({ ...options, clock });
  {
    using later = await connectAs(after, { accessToken: key });
    assert.equal((await batchNow(later, batch.id)).status, 'running');
    const done = await until(
      () => {
        // What a connection may ask for comes back with time.
        clock.advance(500);
        return batchNow(later, batch.id);
      },
      ({ endedAt }) => endedAt !== undefined,
    );
    assert.equal(done.status, 'expired');
    assert.deepEqual(done.counts, { total: count, done: 0, failed: count });
    const failures = await outcomesIn(later, done.failures);
    assert.deepEqual(
      failures.map(({ line }) => line),
      Array.from({ length: count }, (_, at) => at + 1),
    );
    assert.deepEqual([failures.at(-1)?.status, failures.at(-1)?.customId], ['expired', `c${count}`]);
    assert.ok(failures.every(({ reason }) => reason?.key === 'batch_expired'));
  }
  await passTimeUntil(after.drain(), () => clock.advance(100));
  await rm(folder, { recursive: true, force: true });
});

test('a batch outlives the server: every line is done once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-batches-'));
  const environment = { ...PRICED, MAX_IN_FLIGHT: '1', DATA_DIR: folder };
  const model = new ScriptedProvider();
  const before = await startTestServer({ providers: providersOf(model), environment });
  const { client, key } = await user(before);
  const count = BATCH_LIMITS.jobsAtOnce + 20;
  const batch = await createBatch(client, await keepFile(client, linesOf(count)));
  for (let number = 0; number < 3; number += 1) {
    const call = await model.next();
    call.say('before');
    call.end();
  }
  await model.next();
  client.reset();
  await before.drain();
  await using after = await startTestServer({ providers: providersOf(new EchoProvider()), environment });
  {
    using again = await connectAs(after, { accessToken: key });
    const done = await ended(again, batch);
    assert.deepEqual(done.counts, { total: count, done: count, failed: 0 });
    const outcomes = await outcomesIn(again, done.results);
    assert.deepEqual(
      outcomes.map(({ line }) => line),
      Array.from({ length: count }, (_, at) => at + 1),
    );
    const { held } = await again.call('credits.balance');
    assert.equal(held, 0);
  }
  await after.drain();
  await rm(folder, { recursive: true, force: true });
});

test('50,000 lines are neither in memory nor in the queue at once', async () => {
  const model = new ScriptedProvider();
  await using server = await startTestServer({
    providers: providersOf(model),
    environment: { ...PRICED, MAX_IN_FLIGHT: '1' },
  });
  const { client } = await user(server);
  using _ = client;
  const pad = 'x'.repeat(400);
  function* pieces(): Generator<Buffer> {
    for (let at = 1; at <= 50_000; at += 1) {
      yield Buffer.from(`{"customId":"c${at}","prompt":"${pad} ${at}","maxOutputTokens":16}\n`);
    }
  }
  const file = await keepFile(client, pieces());
  const heapBefore = heapBytes();
  const batch = await createBatch(client, file);
  const running = await until(
    () => batchNow(client, batch.id),
    ({ status }) => status !== 'checking',
    60_000,
  );
  assert.deepEqual([running.status, running.counts.total], ['running', 50_000]);
  await model.next();
  const { unfinished } = await client.call('jobs.follow');
  assert.ok(Number(unfinished) <= BATCH_LIMITS.jobsAtOnce, String(unfinished));
  const grownBytes = heapBytes() - heapBefore;
  // The file has 23 MB.
  assert.ok(grownBytes < 15_000_000, `${grownBytes} bytes`);
  await client.call('batches.cancel', { batch: batch.id });
  const done = await ended(client, batch);
  assert.ok(done.counts.done + done.counts.failed <= BATCH_LIMITS.jobsAtOnce + 1);
  const over = await keepFile(client, '{"prompt":"a"}\n'.repeat(50_001));
  const refused = await ended(client, await createBatch(client, over));
  assert.deepEqual(
    refused.faults.map(({ code }) => code),
    ['too_many_lines'],
  );
});

test("files and batches are their owner's alone, and are erased on request", async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: PRICED,
  });
  const { client } = await user(server);
  using _ = client;
  const { client: stranger } = await user(server);
  using __ = stranger;
  using guest = await RpcClient.open(server.port);
  const file = await keepFile(client, linesOf(2));
  const batch = await createBatch(client, file);
  const done = await ended(client, batch);
  const results = done.results ?? '';
  for (const [name, input] of [
    ['files.get', { file }],
    ['files.read', { file }],
    ['files.read', { file: results }],
    ['files.delete', { file }],
    ['batches.create', { file }],
    ['batches.get', { batch: batch.id }],
    ['batches.cancel', { batch: batch.id }],
    ['batches.erase', { batch: batch.id }],
  ] as const) {
    assert.equal(await stranger.failure(name, input), 'not_found', name);
    assert.equal(await guest.failure(name, input), 'auth_required', name);
  }
  assert.equal((await client.call('batches.erase', { batch: batch.id }))['erased'], 2);
  assert.equal(await client.failure('files.read', { file: results }), 'not_found');
  assert.equal((await client.call('files.delete', { file }))['deleted'], 1);
  assert.deepEqual((await client.call('files.list'))['files'], []);
  assert.deepEqual((await client.call('batches.list'))['batches'], []);
});

test('with a person go their batches, also one that runs, and the bytes of their files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-batches-'));
  const model = new ScriptedProvider();
  await using server = await startTestServer({
    providers: providersOf(model),
    environment: { ...PRICED, MAX_IN_FLIGHT: '1', DATA_DIR: folder },
  });
  const { client, person } = await user(server);
  using _ = client;
  const file = await keepFile(client, linesOf(BATCH_LIMITS.jobsAtOnce + 20));
  const batch = await createBatch(client, file);
  await model.next();
  assert.equal(await client.failure('files.delete', { file }), 'file_in_use');
  assert.equal(await client.failure('batches.erase', { batch: batch.id }), 'batch_unfinished');
  assert.equal((await readdir(join(folder, 'batches'))).length, 1);
  using own = await connectAs(server, person);
  await own.call('users.erase', { password: PASSWORD });
  assert.deepEqual(await readdir(join(folder, 'batches')), []);
  await server.drain();
  await rm(folder, { recursive: true, force: true });
});
