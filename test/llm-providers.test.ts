/** The providers against the stub, over real sockets: failures have their kinds, and aborts get through. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Failure } from '../loadtest/stub-llm.ts';
import { LlmError, type LlmChunk, type LlmErrorKind } from '../server/models/model-client.ts';
import { OpenAiProvider } from '../server/models/openai.ts';
import { ManualClock, systemClock } from '../shared/clock.ts';
import { ask, callModel, CLIENTS, startBench, type ClientName } from './support/model-bench.ts';
import { httpResponse, serveRaw } from './support/raw-upstream.ts';

const ABORT_MS_MAX = 100;

function forEachProvider(title: string, body: (t: TestContext, name: ClientName) => Promise<void>): void {
  for (const name of ['ollama', 'openai'] as const) {
    test(`${name}: ${title}`, (t) => body(t, name));
  }
}

forEachProvider('an answer comes whole, with counts, and the call carries its trace', async (t, name) => {
  const { stub, provider } = await startBench(t, name);
  const { text, end, error } = await callModel(provider);
  assert.equal(error, undefined);
  assert.equal(text, 'echo: hola mundo');
  assert.deepEqual(end, { type: 'end', finishReason: 'stop', inputTokens: 5, outputTokens: 3 });
  assert.equal(stub.requests[0]?.trace, 'Usuario-3:m1');
});

forEachProvider('the answer ends where its maximum is', async (t, name) => {
  const { provider } = await startBench(t, name, { tokens: 99 });
  const { end } = await callModel(provider, { ...ask(), maxOutputTokens: 7 });
  assert.deepEqual(end, { type: 'end', finishReason: 'length', inputTokens: 5, outputTokens: 7 });
});

forEachProvider('characters cut between chunks come whole', async (t, name) => {
  const { provider } = await startBench(t, name, { always: ['dribble'] });
  const { text } = await callModel(provider, ask('ñandú 😀 “€” \u2028 日本'));
  assert.equal(text, 'echo: ñandú 😀 “€” \u2028 日本');
});

forEachProvider('what the model says is not touched', async (t, name) => {
  const { provider } = await startBench(t, name, { always: ['escapes'] });
  const { text } = await callModel(provider);
  assert.ok(text.includes('\u001b[31m') && text.includes('\u202e'));
});

forEachProvider('an answer may be empty, and may come without counts', async (t, name) => {
  const { provider } = await startBench(t, name, { always: ['no_usage', 'empty', 'choices_null'] });
  const { text, end, error } = await callModel(provider);
  assert.equal(error, undefined);
  assert.equal(text, '');
  assert.deepEqual(end, { type: 'end', finishReason: 'stop', emptyBecause: 'nothing' });
});

forEachProvider('tokens come as they are made', async (t, name) => {
  const clock = new ManualClock();
  const { stub, provider } = await startBench(t, name, { clock, firstTokenMs: 100, tokensPerSecond: 10 });
  const arrived = stub.next('request');
  const chunks = provider.stream(ask())[Symbol.asyncIterator]();
  for (const text of ['echo:', ' hola', ' mundo']) {
    const next = chunks.next();
    await arrived;
    clock.advance(100);
    assert.deepEqual((await next).value, { type: 'delta', text });
  }
  const last = chunks.next();
  clock.advance(100);
  assert.equal(((await last).value as LlmChunk).type, 'end');
});

forEachProvider('calls share connections, also after a status that is an error', async (t, name) => {
  const { stub, provider } = await startBench(t, name, { next: [{ kind: 'server_error' }] });
  for (let index = 0; index < 9; index += 1) await callModel(provider);
  assert.equal(stub.totals.received, 9);
  // A connection is free again some moments after its answer: undici leaves servers time to close it.
  assert.ok(stub.totals.connections <= 2);
});

interface Expected {
  readonly kind: LlmErrorKind;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly text?: string;
}

const EXPECTED: Partial<Record<Failure, Expected>> = {
  refused: { kind: 'unreachable' },
  rate_limited: { kind: 'rate_limited', status: 429, retryAfterMs: 2000 },
  rate_limited_date: { kind: 'rate_limited', status: 429, retryAfterMs: 2000 },
  rate_limited_ms: { kind: 'rate_limited', status: 429, retryAfterMs: 2000 },
  server_error: { kind: 'server_error', status: 500 },
  busy: { kind: 'busy', status: 503 },
  cut_mid: { kind: 'cut_off', text: 'echo: hola' },
  error_mid: { kind: 'reported', text: 'echo: hola' },
  malformed_mid: { kind: 'protocol', text: 'echo: hola' },
  no_end_mid: { kind: 'cut_off', text: 'echo: hola' },
};

for (const [failure, expected] of Object.entries(EXPECTED) as [Failure, Expected][]) {
  forEachProvider(`${failure} is ${expected.kind}, and the next call is well`, async (t, name) => {
    // The clock stands at 0, so that a date in Retry-After is exact.
    const options = { clock: new ManualClock(), afterTokens: 2, retryAfterMs: 2000 };
    const { stub, provider } = await startBench(t, name, { ...options, next: [{ kind: failure }] });
    const warned = t.mock.method(console, 'warn');
    const { text, end, error } = await callModel(provider);
    assert.equal(error?.kind, expected.kind);
    assert.equal(error?.status, expected.status);
    assert.equal(error?.retryAfterMs, expected.retryAfterMs);
    assert.equal(text, expected.text ?? '');
    assert.equal(end, undefined);
    assert.equal(stub.totals.received, 1, 'a provider does not retry');
    assert.equal((await callModel(provider)).error, undefined);
    assert.equal(warned.mock.callCount(), 0);
  });
}

forEachProvider(
  'a server that is down is unreachable, and lists its models again when it is up',
  async (t, name) => {
    const { stub, provider } = await startBench(t, name, { models: ['a', 'b'] });
    const { signal } = new AbortController();
    assert.ok(await provider.models(signal));
    assert.deepEqual(await provider.models(signal), [{ name: 'a' }, { name: 'b' }]);
    await stub.down();
    assert.equal((await callModel(provider)).error?.kind, 'unreachable');
    await assert.rejects(provider.models(signal), { kind: 'unreachable' });
    await assert.rejects(provider.models(signal), (error) => (error as LlmError).kind === 'unreachable');
    await stub.up();
    assert.ok(await provider.models(signal));
  },
);

forEachProvider('an unknown model is a bad request', async (t, name) => {
  const { provider } = await startBench(t, name, { models: ['other'], strictModels: true });
  const { error } = await callModel(provider);
  assert.deepEqual([error?.kind, error?.status], ['bad_request', 404]);
  assert.match(error?.message ?? '', /stub/u);
});

forEachProvider('what is not HTTP is a protocol error', async (t, name) => {
  const url = await serveRaw(t, 'SSH-2.0-OpenSSH_9.6\r\n');
  const provider = CLIENTS[name](url, systemClock);
  t.after(() => provider.close());
  assert.equal((await callModel(provider)).error?.kind, 'protocol');
});

const STALLS = {
  before_headers: { failure: 'stall_headers', event: 'request' },
  before_first_token: { failure: 'stall_first_token', event: 'headers' },
  streaming: { failure: 'stall_mid', event: 'token' },
} as const;

for (const [phase, { failure, event }] of Object.entries(STALLS)) {
  forEachProvider(`an abort reaches the model at once: ${phase}`, async (t, name) => {
    const { stub, provider } = await startBench(t, name, { next: [{ kind: failure }], afterTokens: 1 });
    const leave = new AbortController();
    const reached = stub.next(event);
    const aborted = stub.nextAbort();
    const chunks = provider.stream(ask('hola', leave.signal))[Symbol.asyncIterator]();
    if (phase === 'streaming') await chunks.next();
    const next = chunks.next();
    await reached;
    const abortedAtMs = performance.now();
    leave.abort();
    await assert.rejects(next, (error) => error instanceof LlmError && error.kind === 'aborted');
    const record = await aborted;
    assert.equal(record.phase, phase);
    assert.ok((record.closedAtMs ?? Infinity) - abortedAtMs < ABORT_MS_MAX);
    assert.equal((await callModel(provider)).error, undefined);
  });
}

forEachProvider('an abort between two pulls reaches the model too', async (t, name) => {
  const { stub, provider } = await startBench(t, name, { next: [{ kind: 'stall_mid' }] });
  const leave = new AbortController();
  const aborted = stub.nextAbort();
  const chunks = provider.stream(ask('hola', leave.signal))[Symbol.asyncIterator]();
  await chunks.next();
  leave.abort();
  assert.equal((await aborted).phase, 'streaming');
  await assert.rejects(chunks.next(), (error) => error instanceof LlmError && error.kind === 'aborted');
});

forEachProvider('leaving the loop closes the connection', async (t, name) => {
  const { stub, provider } = await startBench(t, name, { next: [{ kind: 'stall_mid' }] });
  const aborted = stub.nextAbort();
  for await (const chunk of provider.stream(ask())) {
    assert.equal(chunk.type, 'delta');
    break;
  }
  assert.equal((await aborted).outcome, 'aborted');
});

forEachProvider('an abort while connecting does not wait for the connection', async (t, name) => {
  // A TLS handshake that never gets its answer.
  const url = (await serveRaw(t, '')).replace('http:', 'https:');
  const provider = CLIENTS[name](url, systemClock);
  t.after(() => provider.close());
  const leave = new AbortController();
  const outcome = callModel(provider, ask('hola', leave.signal));
  setImmediate(() => leave.abort());
  assert.equal((await outcome).error?.kind, 'aborted');
});

forEachProvider('a call that is aborted before it begins sends nothing', async (t, name) => {
  const { stub, provider } = await startBench(t, name);
  assert.equal((await callModel(provider, ask('hola', AbortSignal.abort()))).error?.kind, 'aborted');
  await assert.rejects(provider.models(AbortSignal.abort()), { kind: 'aborted' });
  assert.equal(stub.totals.connections, 0);
});

test('ollama: the context has room for prompt and answer, and is the same for every call', async (t) => {
  const { stub, provider } = await startBench(t, 'ollama');
  await callModel(provider, { ...ask(), maxOutputTokens: 5 });
  await callModel(provider, { ...ask(), maxOutputTokens: 1000 });
  const options = stub.requests.map(({ body }) => (body as { options: Record<string, number> }).options);
  assert.deepEqual(
    options.map((each) => each['num_predict']),
    [5, 1000],
  );
  assert.equal(options[0]?.['num_ctx'], options[1]?.['num_ctx']);
  // More than was asked for: the input is fitted by an estimate.
  assert.equal(options[0]?.['num_ctx'], 3840);
});

test('openai: a server that refuses stream_options is asked again, and not asked so again', async (t) => {
  const { stub, provider } = await startBench(t, 'openai', { always: ['reject_stream_options'] });
  assert.equal((await callModel(provider)).text, 'echo: hola mundo');
  assert.equal((await callModel(provider)).text, 'echo: hola mundo');
  assert.equal(stub.totals.received, 3);
});

test('openai: the key is sent and a wrong one is a bad request', async (t) => {
  const { stub, provider } = await startBench(t, 'openai', { apiKey: 'right' });
  const { error } = await callModel(provider);
  assert.deepEqual([error?.kind, error?.status], ['bad_request', 401]);
  const keyed = new OpenAiProvider({
    baseUrl: `${stub.url}/v1/`,
    apiKey: 'right',
    model: 'stub',
    clock: systemClock,
  });
  t.after(() => keyed.close());
  assert.equal((await callModel(keyed)).error, undefined);
});

const chunk = (delta: string, rest = ''): string =>
  `data: {"choices":[{"index":0,"delta":${delta}${rest}}]}\n\n`;
const HI = chunk('{"content":"hi"}');
const STOP = chunk('{}', ',"finish_reason":"stop"');

interface OddAnswer {
  readonly title: string;
  readonly body: string;
  readonly type?: string;
  readonly cut?: boolean;
  readonly kind?: LlmErrorKind;
  readonly outputTokens?: number;
}

const ODD_ANSWERS: readonly OddAnswer[] = [
  { title: 'a finish_reason without [DONE] is an end', body: HI + STOP },
  { title: '[DONE] without a finish_reason is a cut', body: `${HI}data: [DONE]\n\n`, kind: 'cut_off' },
  { title: 'neither is a cut', body: HI, kind: 'cut_off' },
  { title: 'half an event is a cut', body: `${HI}data: {"choi`, kind: 'cut_off' },
  {
    title: 'a connection that breaks after the finish_reason takes nothing away',
    body: HI + STOP,
    cut: true,
  },
  {
    title: 'an error event is reported',
    body: `${HI}event: error\ndata: {"message":"no"}\n\n`,
    kind: 'reported',
  },
  {
    title: 'finish_reason error is reported',
    body: HI + chunk('{}', ',"finish_reason":"error"'),
    kind: 'reported',
  },
  { title: 'comments keep a call alive', body: `: wait\n\n${HI}: wait\n\n${STOP}` },
  {
    title: "Groq's counts are found",
    body: `${HI}data: {"choices":[{"finish_reason":"stop"}],"x_groq":{"usage":{"completion_tokens":7}}}\n\n`,
    outputTokens: 7,
  },
  {
    title: 'a whole answer is taken as one piece',
    type: 'application/json',
    body: '{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"completion_tokens":1}}',
    outputTokens: 1,
  },
  { title: 'a web page is a protocol error', type: 'text/html', body: '<html></html>', kind: 'protocol' },
];

for (const { title, body, type = 'text/event-stream', cut = false, kind, outputTokens } of ODD_ANSWERS) {
  test(`openai: ${title}`, async (t) => {
    const provider = CLIENTS.openai(
      await serveRaw(t, httpResponse(type, body, cut ? 1 : 0), 'end'),
      systemClock,
    );
    t.after(() => provider.close());
    const outcome = await callModel(provider);
    assert.equal(outcome.error?.kind, kind);
    if (kind === undefined) {
      assert.equal(outcome.text, 'hi');
      const counts = outputTokens === undefined ? {} : { outputTokens };
      assert.deepEqual(outcome.end, { type: 'end', finishReason: 'stop', ...counts });
    }
  });
}
