/** Jobs that summarise and that draw: their parts, their cost, and what they leave. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RpcClient } from './support/rpc-client.ts';
import {
  EchoProvider,
  providersOf,
  ScriptedProvider,
  type ScriptedCall,
} from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const SMALL = {
  MODEL_PRICES: '{"*":{"input":1,"output":1}}',
  MAX_IN_FLIGHT: '1',
  LLM_INPUT_TOKEN_BUDGET: '1200',
  LLM_MAX_OUTPUT_TOKENS: '256',
  LIMIT_LINE_BYTES_MAX_ANONYMOUS: '1048576',
};
/** What a call of a model for tests costs: 7 tokens and 3. */
const CALL = 10;
const TEXT = Array.from({ length: 400 }, (_, line) => `In line ${line} the lamp was lit again.`).join(' ');

interface JobOf {
  readonly id: string;
  readonly status: string;
  readonly credits: { readonly held: number; readonly charged: number };
  readonly progress?: { readonly done: number; readonly of: number };
}

async function submit(client: RpcClient, input: object): Promise<JobOf> {
  return (await client.call('jobs.submit', input))['job'] as JobOf;
}

async function until(client: RpcClient, id: string, isIt: (job: JobOf) => boolean): Promise<JobOf> {
  for (;;) {
    const { params } = await client.notification('jobs.changed');
    const job = params?.['job'] as JobOf | undefined;
    if (job?.id === id && isIt(job)) return job;
  }
}

const isDone = ({ status }: JobOf) => status === 'done';

async function balance(client: RpcClient): Promise<{ available: number; held: number; spent: number }> {
  return (await client.call('credits.balance')) as never;
}

/** The first line of what a model was asked. */
function askedOf({ request }: ScriptedCall): string {
  return (request.messages.at(-1)?.content ?? '').split('\n', 1)[0] ?? '';
}

function answer(call: ScriptedCall, words: string): void {
  call.say(words);
  call.end();
}

test('a long summary goes on after a restart where it was, and no part is paid twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-jobs-'));
  const environment = { ...SMALL, DATA_DIR: folder };
  const first = new ScriptedProvider();
  const before = await startTestServer({ providers: providersOf(first), environment });
  let token = '';
  let id = '';
  let parts = 0;
  {
    using client = await RpcClient.open(before.port);
    const person = { email: 'a@hilo.test', password: 'nobody else says' };
    token = String((await client.call('auth.register', person))['accessToken']);
    await client.call('session.authenticate', { key: token });
    await client.call('jobs.follow');
    const job = await submit(client, { summarize: { text: TEXT, length: 'short', style: 'dry' } });
    ({ id } = job);
    assert.ok(job.credits.held > CALL);
    for (let number = 1; number <= 2; number += 1) {
      const call = await first.next();
      parts = Number(/^Summarise part \d+ of (?<all>\d+)/.exec(askedOf(call))?.groups?.['all']);
      assert.ok(askedOf(call).startsWith(`Summarise part ${number} of ${parts}`));
      answer(call, `What part ${number} says.`);
      const told = await until(client, id, ({ progress }) => progress?.done === number);
      assert.ok((told.progress?.of ?? 0) > parts);
    }
    await first.next();
    const { job: shown } = await client.call('jobs.get', { job: id });
    assert.equal((shown as JobOf).progress?.done, 2);
    assert.equal((await balance(client)).spent, 2 * CALL);
  }
  await before.drain();
  const second = new ScriptedProvider();
  await using after = await startTestServer({ providers: providersOf(second), environment });
  using client = await RpcClient.open(after.port);
  await client.call('session.authenticate', { key: token });
  await client.call('jobs.follow');
  for (let number = 3; number <= parts; number += 1) {
    const call = await second.next();
    assert.ok(askedOf(call).startsWith(`Summarise part ${number} of ${parts}`), askedOf(call));
    answer(call, `What part ${number} says.`);
  }
  const whole = await second.next();
  assert.match(whole.request.messages.at(-1)?.content ?? '', /What part 1 says\.\s+What part 2 says\./);
  answer(whole, 'The lamp was lit.');
  const ended = await until(client, id, isDone);
  assert.deepEqual(ended.credits, { held: 0, charged: (parts + 1) * CALL });
  const { summary } = await client.call('jobs.get', { job: id });
  const { text, receipts, style } = summary as { text: string; receipts: { index: number }[]; style: string };
  assert.deepEqual([text, receipts.length, style], ['The lamp was lit.', parts + 1, 'dry']);
  assert.equal(new Set(receipts.map(({ index }) => index)).size, parts + 1);
  const { rows } = await client.call('credits.statement', { limit: 100 });
  const charges = (rows as { type: string; index: number }[]).filter(({ type }) => type === 'charge');
  assert.deepEqual(
    receipts.map(({ index }) => index).sort((one, other) => one - other),
    charges.map(({ index }) => index).sort((one, other) => one - other),
  );
  const { held, spent } = await balance(client);
  assert.deepEqual([held, spent], [0, (parts + 1) * CALL]);
  await after.drain();
  await rm(folder, { recursive: true, force: true });
});

test('a summary that is cancelled in the middle is charged for what was done', async () => {
  const model = new ScriptedProvider();
  await using server = await startTestServer({ providers: providersOf(model), environment: SMALL });
  using client = await RpcClient.open(server.port);
  await client.call('jobs.follow');
  const job = await submit(client, { summarize: { text: TEXT } });
  answer(await model.next(), 'What the first part says.');
  await until(client, job.id, ({ progress }) => progress?.done === 1);
  const call = await model.next();
  call.say('some words of the second');
  const { job: cancelled } = await client.call('jobs.cancel', { job: job.id });
  const { status, credits } = cancelled as JobOf;
  assert.equal(status, 'cancelled');
  assert.ok(credits.charged > CALL, `${credits.charged}`);
  const { held, spent } = await balance(client);
  assert.deepEqual([held, spent], [0, credits.charged]);
});

test('what it could cost at most is held at once, or it is refused; its source is read before', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ...SMALL, ANONYMOUS_CREDITS: '3000' },
  });
  using client = await RpcClient.open(server.port);
  assert.equal(await client.failure('jobs.submit', { summarize: { text: TEXT } }), 'insufficient_credits');
  const refused: readonly (readonly [object, string])[] = [
    [{ summarize: { text: 'a', url: 'http://hilo.test/' } }, 'invalid_params'],
    [{ summarize: { text: 'a' }, prompt: 'b' }, 'invalid_params'],
    [{ summarize: { url: 'http://169.254.169.254/latest/' } }, 'url_refused'],
    [{ summarize: { document: 'of somebody else' } }, 'not_found'],
    [{ summarize: { text: 'a', creditsMax: 1 } }, 'too_expensive'],
    [{ image: { prompt: 'a', size: '9999x9999' } }, 'invalid_params'],
  ];
  for (const [input, key] of refused) {
    assert.equal(await client.failure('jobs.submit', input), key);
  }
  assert.equal((await balance(client)).held, 0);
  const asked = { summarize: { text: 'One sentence.' }, clientJobId: 'mine' };
  const { id } = await submit(client, asked);
  assert.equal((await submit(client, asked)).id, id);
  const other = { ...asked, summarize: { text: 'Another.' } };
  assert.equal(await client.failure('jobs.submit', other), 'conflict');
});

test('a job that draws leaves pictures, which go with it', async () => {
  await using server = await startTestServer();
  using client = await RpcClient.open(server.port);
  await client.call('jobs.follow');
  const job = await submit(client, { image: { prompt: 'a lighthouse', size: '64x64', n: 2 } });
  await until(client, job.id, isDone);
  const { image } = await client.call('jobs.get', { job: job.id });
  const { id } = image as { id: string };
  const drawn = await client.call('images.get', { id });
  assert.deepEqual([drawn['status'], (drawn['images'] as unknown[]).length], ['ok', 2]);
  const { history } = await client.call('jobs.history', {});
  const [entry = assert.fail()] = history as { prompt: string; answer: string; kind: string }[];
  assert.deepEqual([entry.kind, entry.prompt, entry.answer], ['image', 'a lighthouse', `/image/${id}`]);
  await client.call('jobs.erase', { job: job.id });
  assert.equal(await client.failure('images.get', { id }), 'not_found');
  assert.equal((await balance(client)).held, 0);
});

test('what somebody takes along has their summaries and their jobs', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ...SMALL, RATE_MAX_MESSAGES: '100' },
  });
  using client = await RpcClient.open(server.port);
  await client.call('jobs.follow');
  for (let number = 0; number < 12; number += 1) {
    await client.call('summaries.create', { text: `summarised ${number}` });
    const { id } = await submit(client, { prompt: `asked ${number}` });
    await until(client, id, isDone);
  }
  const lines: { type: string; text?: string; title?: string; result?: { text: string } }[] = [];
  for (let cursor: unknown = ''; cursor !== undefined;) {
    const page = await client.call('users.export', cursor === '' ? {} : { cursor });
    for (const line of String(page['text']).trimEnd().split('\n')) lines.push(JSON.parse(line));
    cursor = page['nextCursor'];
  }
  const jobs = lines.filter(({ type }) => type === 'job');
  assert.deepEqual(new Set(jobs.map(({ title }) => title)).size, 12);
  assert.equal(jobs[0]?.result?.text, 'echo: asked 11');
  const summaries = lines.filter(({ type }) => type === 'summary');
  assert.equal(new Set(summaries.map(({ text }) => text)).size, 12);
});
