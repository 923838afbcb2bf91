/** The prompt queue, over real sockets: what a job is, and what it costs. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '../shared/clock.ts';
import { JOB_LIMITS } from '../server/jobs/limits.ts';
import { LlmError } from '../server/models/model-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { passTimeUntil } from './support/pass-time.ts';
import { startTestServer } from './support/test-server.ts';

const PRICED = { MODEL_PRICES: '{"*":{"input":1,"output":1}}', MAX_IN_FLIGHT: '2' };

interface JobOf {
  readonly id: string;
  readonly status: string;
  readonly credits: { readonly held: number; readonly charged: number };
  readonly reason?: { readonly key: string };
}

async function submit(client: RpcClient, prompt: string, more: object = {}): Promise<JobOf> {
  return (await client.call('jobs.submit', { prompt, ...more }))['job'] as JobOf;
}

/** Reads on until the job has this status. */
async function until(client: RpcClient, id: string, status: string): Promise<JobOf> {
  for (;;) {
    const { params } = await client.notification('jobs.changed');
    const job = params?.['job'] as JobOf | undefined;
    if (job?.id === id && job.status === status) return job;
  }
}

async function balance(client: RpcClient): Promise<{ available: number; held: number; spent: number }> {
  return (await client.call('credits.balance')) as never;
}

test('a job is told of at once, runs, and its answer is charged from what was held', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: PRICED,
  });
  using client = await RpcClient.open(server.port);
  await client.call('jobs.follow');
  const before = await balance(client);
  const job = await submit(client, 'hello');
  assert.ok(job.credits.held > 0);
  const ended = await until(client, job.id, 'done');
  assert.deepEqual(ended.credits, { held: 0, charged: 10 });
  const { completion } = await client.call('jobs.get', { job: job.id });
  const { text, usage, receipt } = completion as { text: string; usage: object; receipt: { index: number } };
  assert.equal(text, 'echo: hello');
  assert.deepEqual(usage, { inputTokens: 7, outputTokens: 3, source: 'reported' });
  assert.ok(receipt.index > 0);
  const after = await balance(client);
  assert.deepEqual([after.held, after.spent - before.spent], [0, 10]);
});

test('people go before jobs, jobs make way for them, and the first job of a person comes first', async () => {
  const model = new ScriptedProvider();
  await using server = await startTestServer({
    providers: providersOf(model),
    environment: { ...PRICED, MAX_IN_FLIGHT: '1' },
  });
  using greedy = await RpcClient.open(server.port);
  using other = await RpcClient.open(server.port);
  using person = await RpcClient.open(server.port);
  await greedy.call('jobs.follow');
  await other.call('jobs.follow');
  await person.call('session.whoami');
  const jobs: JobOf[] = [];
  for (let number = 0; number < 4; number += 1) jobs.push(await submit(greedy, `greedy ${number}`));
  const first = await model.next();
  const its = await submit(other, 'other');
  const chat = person.send('chat.send', { text: 'now' });
  await first.aborted();
  const answered = await model.next();
  assert.equal(answered.request.messages.at(-1)?.content, 'now');
  answered.say('at once');
  answered.end();
  assert.equal((await person.response(chat)).result?.['text'], 'at once');
  const order: string[] = [];
  for (let number = 0; number < 5; number += 1) {
    const call = await model.next();
    order.push(call.request.messages.at(-1)?.content ?? '');
    call.say('done');
    call.end();
  }
  assert.deepEqual(order, ['other', 'greedy 0', 'greedy 1', 'greedy 2', 'greedy 3']);
  await until(other, its.id, 'done');
  const ended = await until(greedy, jobs.at(-1)?.id ?? '', 'done');
  assert.equal(ended.credits.charged, 10);
  const { held, spent } = await balance(greedy);
  assert.deepEqual([held, spent], [0, 40], 'What was begun for nothing was not charged');
});

test('a job is cancelled while it waits, for nothing, and while it runs, for what was done', async () => {
  const model = new ScriptedProvider();
  await using server = await startTestServer({
    providers: providersOf(model),
    environment: { ...PRICED, MAX_IN_FLIGHT: '1' },
  });
  using client = await RpcClient.open(server.port);
  const runs = await submit(client, 'this one runs');
  const waits = await submit(client, 'this one waits');
  const call = await model.next();
  call.say('some words of an answer');
  const { job: cancelled } = await client.call('jobs.cancel', { job: waits.id });
  assert.equal((cancelled as JobOf).status, 'cancelled');
  assert.equal((cancelled as JobOf).credits.charged, 0);
  const { job: stopped } = await client.call('jobs.cancel', { job: runs.id });
  assert.equal((stopped as JobOf).status, 'cancelled');
  assert.ok((stopped as JobOf).credits.charged > 0);
  assert.ok(call.isAborted);
  assert.equal(await client.failure('jobs.cancel', { job: runs.id }), 'job_over');
  const { held, spent } = await balance(client);
  assert.deepEqual([held, spent], [0, (stopped as JobOf).credits.charged]);
  assert.equal((await client.call('jobs.erase', { job: runs.id }))['erased'], 1);
  assert.equal(await client.failure('jobs.get', { job: runs.id }), 'not_found');
});

test('the same id gives the same job; another request under it is refused', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: PRICED,
  });
  using client = await RpcClient.open(server.port);
  const asked = { prompt: 'once', clientJobId: 'mine' };
  const ids = Array.from({ length: 5 }, () => client.send('jobs.submit', asked));
  const jobs = new Set<string>();
  for (const id of ids) jobs.add(((await client.response(id)).result as { job: JobOf }).job.id);
  assert.equal(jobs.size, 1);
  assert.equal(await client.failure('jobs.submit', { ...asked, prompt: 'twice' }), 'conflict');
  await client.call('jobs.follow');
  const last = await submit(client, 'last');
  await until(client, last.id, 'done');
  assert.equal((await balance(client)).spent, 20);
});

test('a failed try is repeated later; what can never work fails at once, and costs nothing', async () => {
  const model = new ScriptedProvider();
  const clock = new ManualClock();
  await using server = await startTestServer({
    providers: providersOf(model),
    environment: { ...PRICED, LLM_MAX_RETRIES: '0' },
    clock,
  });
  using client = await RpcClient.open(server.port);
  await client.call('jobs.follow');
  const job = await submit(client, 'try');
  const first = await model.next();
  first.fail(new LlmError('server_error', 'Not now'));
  const again = (await until(client, job.id, 'queued')) as JobOf & { retryAt?: string };
  assert.ok(again.retryAt !== undefined);
  const retried = await passTimeUntil(model.next(), () => clock.advance(JOB_LIMITS.lookMs));
  retried.fail(new LlmError('bad_request', 'No', { status: 400 }));
  const failed = await until(client, job.id, 'failed');
  assert.equal(failed.reason?.key, 'upstream_refused');
  const { held, spent } = await balance(client);
  assert.deepEqual([held, spent], [0, 0]);
});

test('jobs outlive the server: those that ran and those that waited are done by the next one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-jobs-'));
  const environment = { ...PRICED, MAX_IN_FLIGHT: '1', DATA_DIR: folder };
  const model = new ScriptedProvider();
  const before = await startTestServer({ providers: providersOf(model), environment });
  const ids: string[] = [];
  let token = '';
  {
    using client = await RpcClient.open(before.port);
    const said = await client.call('auth.register', { email: 'a@hilo.test', password: 'nobody else says' });
    token = String(said['accessToken']);
    await client.response(client.send('session.authenticate', { key: token }));
    for (const prompt of ['one', 'two', 'three']) ids.push((await submit(client, prompt)).id);
    await model.next();
    assert.ok((await balance(client)).held > 0);
  }
  await before.drain();
  await using after = await startTestServer({ providers: providersOf(new EchoProvider()), environment });
  {
    using client = await RpcClient.open(after.port);
    await client.response(client.send('session.authenticate', { key: token }));
    await client.call('jobs.follow');
    const last = await submit(client, 'last');
    await until(client, last.id, 'done');
    const { jobs } = await client.call('jobs.list');
    const shown = (jobs as (JobOf & { attempts: number })[]).map(({ status, attempts }) => [
      status,
      attempts,
    ]);
    assert.deepEqual(
      shown,
      Array.from({ length: 4 }, () => ['done', 1]),
    );
    const { held, spent } = await balance(client);
    assert.deepEqual([held, spent], [0, 40]);
    const { history } = await client.call('jobs.history', { limit: 2 });
    const said = (history as { prompt: string; answer: string }[]).map(({ prompt, answer }) => [
      prompt,
      answer,
    ]);
    assert.deepEqual(said, [
      ['last', 'echo: last'],
      ['three', 'echo: three'],
    ]);
  }
  await after.drain();
  await rm(folder, { recursive: true, force: true });
});

test('erasing everything reaches jobs that are over, that run and that wait', async () => {
  const model = new ScriptedProvider();
  await using server = await startTestServer({
    providers: providersOf(model),
    environment: { ...PRICED, MAX_IN_FLIGHT: '1' },
  });
  using client = await RpcClient.open(server.port);
  await client.call('jobs.follow');
  const over = await submit(client, 'over');
  const call = await model.next();
  call.say('an answer');
  call.end();
  await until(client, over.id, 'done');
  await submit(client, 'runs');
  await model.next();
  await submit(client, 'waits');
  await client.call('ledger.erase', { exchange: 'all' });
  assert.deepEqual((await client.call('jobs.list'))['jobs'], []);
  assert.equal((await balance(client)).held, 0);
});
