import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { parseStubArguments, startStub, type StubLlm, type StubOptions } from './stub-llm.ts';

async function withStub(t: TestContext, options: StubOptions = {}): Promise<StubLlm> {
  const stub = await startStub(options);
  t.after(() => stub.close());
  return stub;
}

interface Ask {
  readonly text?: string;
  readonly extra?: Record<string, unknown>;
  readonly signal?: AbortSignal;
}

function chat(stub: StubLlm, { text = 'hola mundo', extra = {}, signal }: Ask = {}): Promise<Response> {
  return post(
    `${stub.url}/api/chat`,
    { model: 'm', messages: [{ role: 'user', content: text }], ...extra },
    signal,
  );
}

function complete(stub: StubLlm, { text = 'hola mundo', extra = {} }: Ask = {}): Promise<Response> {
  return post(`${stub.url}/v1/chat/completions`, {
    model: 'm',
    messages: [{ role: 'user', content: text }],
    ...extra,
  });
}

function post(url: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', 'X-Request-ID': 'Usuario-1:m1' };
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers, signal: signal ?? null });
}

type Line = Record<string, unknown> & { message: { content: string } };

const lines = (text: string): Line[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const answerOf = (text: string): string =>
  lines(text)
    .map((line) => line.message.content)
    .join('');

test('an Ollama stream echoes the last user message and ends with its counts', async (t) => {
  const stub = await withStub(t);
  const response = await chat(stub);
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson');
  const all = lines(await response.text());
  assert.deepEqual(
    all.map((line) => line.message.content),
    ['echo:', ' hola', ' mundo', ''],
  );
  const last = all.at(-1);
  assert.equal(last?.['done'], true);
  assert.equal(last?.['done_reason'], 'stop');
  assert.equal(last?.['eval_count'], 3);
  assert.equal(last?.['prompt_eval_count'], 3);
  assert.equal('load_duration' in last, false, 'a metric of zero is omitted');
  assert.equal(stub.requests[0]?.trace, 'Usuario-1:m1');
});

test('the answer is cut at num_predict, and whole when stream is false', async (t) => {
  const stub = await withStub(t, { tokens: 50 });
  const response = await chat(stub, { extra: { stream: false, options: { num_predict: 2 } } });
  const whole = (await response.json()) as Line;
  assert.equal(whole.message.content, 'echo: hola');
  assert.equal(whole['done_reason'], 'length');
});

test('answers repeat by seed and differ between seeds', async (t) => {
  const one = await withStub(t, { tokens: 40, seed: 7 });
  const two = await withStub(t, { tokens: 40, seed: 8 });
  const first = answerOf(await (await chat(one)).text());
  assert.equal(answerOf(await (await chat(one)).text()), first);
  assert.notEqual(answerOf(await (await chat(two)).text()), first);
  assert.ok(first.startsWith('echo: hola mundo '));
});

test('an OpenAI stream has one id, null usage in its chunks, and ends with counts and [DONE]', async (t) => {
  const stub = await withStub(t);
  const response = await complete(stub, { extra: { stream: true, stream_options: { include_usage: true } } });
  const events = (await response.text()).trim().split('\n\n');
  assert.equal(events.pop(), 'data: [DONE]');
  const chunks = events.map((event) => JSON.parse(event.slice('data: '.length)) as Record<string, unknown>);
  assert.equal(new Set(chunks.map((chunk) => chunk['id'])).size, 1);
  const counts = chunks.pop();
  assert.deepEqual(counts?.['choices'], []);
  assert.deepEqual(counts?.['usage'], { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 });
  assert.ok(chunks.every((chunk) => chunk['usage'] === null));
});

test('requests past the parallel limit wait, and past the queue are told that it is full', async (t) => {
  const stub = await withStub(t, { parallel: 1, queueMax: 1, always: ['stall_headers'] });
  const leave = new AbortController();
  const arrived = stub.next('request');
  const first = chat(stub, { signal: leave.signal });
  await arrived;
  stub.configure({ always: [] });
  const waits = stub.next('request');
  const second = chat(stub);
  await waits;
  const third = await chat(stub);
  assert.equal(third.status, 503);
  const refusal = (await third.json()) as { error: string };
  assert.equal(refusal.error, 'server busy, please try again.  maximum pending requests exceeded');
  const aborted = stub.nextAbort();
  leave.abort();
  await assert.rejects(first);
  assert.equal((await aborted).phase, 'before_headers');
  assert.equal((await second).status, 200);
  assert.equal(stub.totals.inFlightMax, 1);
  assert.equal(stub.totals.queuedMax, 1);
});

test('a script fails the next requests in order, then all is well', async (t) => {
  const stub = await withStub(t);
  stub.configure({
    next: [
      { kind: 'rate_limited', retryAfterMs: 2000 },
      { kind: 'server_error', count: 2 },
    ],
  });
  const limited = await chat(stub);
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get('retry-after'), '2');
  assert.equal((await complete(stub)).status, 500);
  assert.equal((await chat(stub)).status, 500);
  assert.equal((await chat(stub)).status, 200);
  assert.deepEqual(stub.totals.faults, { rate_limited: 1, server_error: 2 });
});

test('chance repeats by seed', async (t) => {
  const statuses = async (): Promise<number[]> => {
    const stub = await withStub(t, { seed: 3, chance: { server_error: 0.5 } });
    const found: number[] = [];
    for (let index = 0; index < 16; index += 1) found.push((await chat(stub)).status);
    return found;
  };
  const first = await statuses();
  assert.deepEqual(await statuses(), first);
  assert.deepEqual(new Set(first), new Set([200, 500]));
});

test('failures in mid-stream leave what the protocol would show', async (t) => {
  const stub = await withStub(t, { afterTokens: 2, tokens: 5 });
  stub.configure({
    next: [{ kind: 'error_mid' }, { kind: 'no_end_mid' }, { kind: 'malformed_mid' }, { kind: 'cut_mid' }],
  });
  const error = (await (await chat(stub)).text()).trim().split('\n');
  assert.deepEqual(Object.keys(JSON.parse(error.at(-1) ?? '') as object), ['error']);
  const noEnd = lines(await (await chat(stub)).text());
  assert.deepEqual([noEnd.length, noEnd.at(-1)?.['done']], [2, false]);
  const malformed = (await (await chat(stub)).text()).trim().split('\n');
  assert.throws(() => JSON.parse(malformed[2] ?? '') as unknown);
  assert.equal((JSON.parse(malformed.at(-1) ?? '') as Line)['done'], true);
  const cut = await chat(stub);
  await assert.rejects(cut.text());
});

test('an abort is told with its phase', async (t) => {
  const stub = await withStub(t, { next: [{ kind: 'stall_first_token' }, { kind: 'stall_mid' }] });
  for (const phase of ['before_first_token', 'streaming'] as const) {
    const leave = new AbortController();
    const aborted = stub.nextAbort();
    const response = await chat(stub, { signal: leave.signal });
    leave.abort();
    await assert.rejects(response.text());
    assert.equal((await aborted).phase, phase);
  }
  assert.equal(stub.totals.aborted, 2);
});

test('down refuses connections and up takes them again on the same port', async (t) => {
  const stub = await withStub(t);
  await stub.down();
  await assert.rejects(chat(stub));
  await stub.up();
  assert.equal((await chat(stub)).status, 200);
});

test('the control endpoints change, show and check settings', async (t) => {
  const stub = await withStub(t);
  const changed = await post(`${stub.url}/stub/config`, { tokens: 9, next: [{ kind: 'empty' }] });
  assert.equal(((await changed.json()) as { tokens: number }).tokens, 9);
  assert.equal((await post(`${stub.url}/stub/config`, { tokns: 9 })).status, 400);
  assert.equal(answerOf(await (await chat(stub)).text()), '');
  const stats = (await (await fetch(`${stub.url}/stub/stats`)).json()) as Record<string, unknown>;
  assert.equal(stats['answered'], 1);
});

test('a huge answer is written to its end as the client reads it', async (t) => {
  const stub = await withStub(t, { tokens: 60_000 });
  const text = await (await complete(stub, { extra: { stream: true } })).text();
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  assert.equal(stub.requests[0]?.tokensSent, 60_000);
});

test('key, models and embeddings', async (t) => {
  const stub = await withStub(t, { apiKey: 'k', models: ['a', 'b'], strictModels: true });
  assert.equal((await complete(stub)).status, 401);
  assert.equal((await chat(stub)).status, 404);
  const tags = (await (await fetch(`${stub.url}/api/tags`)).json()) as { models: { name: string }[] };
  assert.deepEqual(
    tags.models.map(({ name }) => name),
    ['a', 'b'],
  );
  const embed = await post(`${stub.url}/api/embed`, { model: 'a', input: ['x', 'y', 'x'] });
  const { embeddings } = (await embed.json()) as { embeddings: number[][] };
  assert.deepEqual(embeddings[0], embeddings[2]);
  assert.notDeepEqual(embeddings[0], embeddings[1]);
});

test('the command line becomes options, and what is not understood is refused', () => {
  const options = parseStubArguments(
    '--port 0 --tokens 5 --chance busy=0.1 --next cut_mid:2 --always no_usage --model a --model b'.split(' '),
  );
  assert.equal(options.port, 0);
  assert.deepEqual(options.chance, { busy: 0.1 });
  assert.deepEqual(options.next, [{ kind: 'cut_mid', count: 2 }]);
  assert.deepEqual(options.models, ['a', 'b']);
  assert.throws(() => parseStubArguments(['--always', 'nonsense']));
  assert.throws(() => parseStubArguments(['--tokens', 'many']));
});
