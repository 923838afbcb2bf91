/** [H-10] [H-11] What OpenAI's API refuses, in its own form; no body brings a failure about. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import OpenAI, { APIError } from 'openai';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

let bench: ApiBench;
let client: OpenAI;

before(async () => {
  bench = await startApiBench({
    environment: { RATE_MAX_MESSAGES_USER: '10000' },
  });
  client = new OpenAI({ apiKey: bench.key, baseURL: `${bench.origin}/v1`, timeout: 20_000, maxRetries: 0 });
});

after(() => bench[Symbol.asyncDispose]());

type Body = Record<string, unknown>;

const SAY = { model: 'small', messages: [{ role: 'user', content: 'hi' }] };

function post(path: string, body: Body, headers: Record<string, string> = {}): Promise<Response> {
  return bench.http.ask('POST', path, {
    body,
    headers: { authorization: `Bearer ${bench.key}`, ...headers },
  });
}

const PICTURE = { type: 'image_url', image_url: { url: 'https://example.org/cat.png' } };
const TOOL = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };

const REFUSED: [string, Body, number, string, string | null][] = [
  ['no messages', { model: 'small' }, 400, 'missing_required_parameter', 'messages'],
  ['several answers', { ...SAY, n: 2 }, 400, 'unsupported_parameter', 'n'],
  ['an unknown model', { ...SAY, model: 'nobody' }, 404, 'model_not_found', 'model'],
  ['a model for embeddings', { ...SAY, model: 'vectors' }, 404, 'model_not_found', 'model'],
  ['tools where there are none', { ...SAY, model: 'plain', tools: [TOOL] }, 400, 'unsupported', 'tools'],
  [
    'a form where there is none',
    { ...SAY, model: 'plain', response_format: { type: 'json_object' } },
    400,
    'unsupported',
    'response_format',
  ],
  [
    'a picture elsewhere',
    { ...SAY, messages: [{ role: 'user', content: [PICTURE] }] },
    400,
    'unsupported_parameter',
    'messages[0].content[0].image_url.url',
  ],
  [
    'too much for the context',
    { model: 'tiny', messages: [{ role: 'user', content: 'word '.repeat(200) }] },
    400,
    'context_length_exceeded',
    'messages',
  ],
  ['a temperature out of range', { ...SAY, temperature: 3 }, 400, 'invalid_value', 'temperature'],
];

for (const [title, body, status, code, param] of REFUSED) {
  test(`${title} is ${status} ${code}`, async () => {
    const response = await post('/v1/chat/completions', body);
    assert.equal(response.status, status);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'type']);
    assert.deepEqual([error['code'], error['param']], [code, param]);
    assert.equal(response.headers.get('x-should-retry'), 'false');
  });
}

test('a wrong key is 401, and the package says so', async () => {
  const stranger = new OpenAI({ apiKey: 'hilo_nobody', baseURL: `${bench.origin}/v1`, maxRetries: 0 });
  await assert.rejects(
    stranger.models.list(),
    (error) => error instanceof APIError && error.status === 401 && error.code === 'invalid_api_key',
  );
});

test('what the model server refuses is told; what fails there is tried again by the package', async () => {
  bench.stub.configure({ next: [{ kind: 'context_full', count: 1 }] });
  const full = await post('/v1/chat/completions', SAY);
  assert.equal(full.status, 400);
  const { error } = (await full.json()) as { error: { code: string } };
  assert.equal(error.code, 'context_length_exceeded');
  // More failures than the server tries by itself.
  bench.stub.configure({ next: [{ kind: 'server_error', count: 4 }] });
  const patient = new OpenAI({ apiKey: bench.key, baseURL: `${bench.origin}/v1`, maxRetries: 2 });
  const answer = await patient.chat.completions.create({
    model: 'small',
    messages: [{ role: 'user', content: 'hi' }],
  });
  assert.equal(answer.choices[0]?.message.content, 'echo: hi');
  bench.stub.configure({ next: [] });
});

test('models have their effective context', async () => {
  const models = await Array.fromAsync(client.models.list());
  assert.deepEqual(models.map(({ id }) => id).sort(), ['plain', 'small', 'tiny', 'vectors']);
  const small = (await client.models.retrieve('small')) as OpenAI.Model & { context_length: number };
  assert.equal(small.context_length, 200_000);
  // By every name that a chat may give.
  for (const name of ['gpt-4o', 'small:latest', 'SMALL', 'default']) {
    assert.equal((await client.models.retrieve(name)).id, 'small', name);
    const shown = await post('/api/show', { model: name });
    assert.equal(shown.status, 200, name);
    assert.match(await shown.text(), /"general\.basename":"small"/);
  }
  const claude = await bench.http.ask('GET', '/v1/models/claude-next', {
    headers: { authorization: `Bearer ${bench.key}`, 'anthropic-version': '2023-06-01' },
  });
  assert.equal(((await claude.json()) as { id: string }).id, 'small');
  await assert.rejects(client.models.retrieve('nobody'), (error) => error instanceof OpenAI.NotFoundError);
});

test('a repeated request is answered once, whole and streamed; with another body it is 409', async () => {
  for (const stream of [false, true]) {
    const headers = { 'idempotency-key': `key-${String(stream)}` };
    const before = bench.stub.requests.length;
    const first = await (await post('/v1/chat/completions', { ...SAY, stream }, headers)).text();
    const again = await post('/v1/chat/completions', { ...SAY, stream }, headers);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal(await again.text(), first);
    assert.equal(bench.stub.requests.length, before + 1);
    const other = await post('/v1/chat/completions', { ...SAY, stream, seed: 1 }, headers);
    assert.equal(other.status, 409);
    await other.body?.cancel();
  }
});

for (const [path, body] of [
  ['/v1/responses', { model: 'small', input: 'hi' }],
  ['/v1/messages', { ...SAY, max_tokens: 50 }],
  ['/v1/embeddings', { model: 'vectors', input: 'hi' }],
  ['/api/chat', SAY],
  ['/api/generate', { model: 'small', prompt: 'hi' }],
  ['/api/embed', { model: 'vectors', input: 'hi' }],
  ['/api/embeddings', { model: 'vectors', prompt: 'hi' }],
  ['/chat', { message: 'hi' }],
  ['/chat/message', { messages: SAY.messages }],
] as const) {
  test(`a repeated request at ${path} asks no model again`, async () => {
    const headers = { 'idempotency-key': `repeated ${path}` };
    const before = bench.stub.requests.length;
    const first = await post(path, body, headers);
    const text = await first.text();
    assert.equal(first.status, 200, text);
    const again = await post(path, body, headers);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal(again.headers.get('content-type'), first.headers.get('content-type'));
    assert.equal(again.headers.get('x-conversation-id'), first.headers.get('x-conversation-id'));
    assert.equal(await again.text(), text);
    // The stub keeps no list of what it embeds.
    assert.ok(bench.stub.requests.length <= before + 1);
  });
}

test('an answer that is kept is not given for a key that was revoked', async () => {
  const made = (await (await post('/keys', { name: 'passing' })).json()) as { id: string; key: string };
  const headers = { authorization: `Bearer ${made.key}`, 'idempotency-key': 'passing' };
  const first = await post('/v1/chat/completions', SAY, headers);
  assert.equal(first.status, 200);
  await first.body?.cancel();
  const again = await post('/v1/chat/completions', SAY, headers);
  assert.deepEqual([again.status, again.headers.get('idempotent-replayed')], [200, 'true']);
  await again.body?.cancel();
  await bench.http.ask('DELETE', `/keys/${made.id}`, { headers: { authorization: `Bearer ${bench.key}` } });
  const late = await post('/v1/chat/completions', SAY, headers);
  assert.equal(late.status, 401);
  await late.body?.cancel();
});

test('a long conversation goes as a file', async () => {
  const text = 'palabra '.repeat(150_000);
  const messages = [
    { role: 'user', content: text },
    { role: 'user', content: 'short' },
  ];
  const response = await post('/v1/chat/completions', { model: 'small', messages });
  const { error } = (await response.json()) as { error: { code: string } };
  assert.deepEqual([response.status, error.code], [400, 'context_length_exceeded']);
});

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constant(''),
  fc.constant(null),
  fc.constant(-1),
  fc.constant([]),
  fc.constant({}),
);
const message = fc.record(
  {
    role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'developer', 'function', 'nobody'),
    content: fc.oneof(fc.string(), anything, fc.array(fc.record({ type: fc.string(), text: anything }))),
    tool_calls: anything,
    tool_call_id: fc.oneof(fc.string(), anything),
    name: anything,
  },
  { requiredKeys: ['role'] },
);
const chatBody = fc.record(
  {
    model: fc.oneof(fc.constantFrom('small', 'plain', 'tiny'), anything),
    messages: fc.oneof(fc.array(message, { maxLength: 4 }), anything),
    max_tokens: anything,
    temperature: anything,
    stop: anything,
    tools: anything,
    tool_choice: anything,
    response_format: anything,
    stream: fc.oneof(fc.boolean(), anything),
    stream_options: anything,
    reasoning_effort: anything,
    input: anything,
    n: anything,
  },
  { requiredKeys: [] },
);

for (const path of ['/v1/chat/completions', '/v1/embeddings', '/chat', '/chat/message']) {
  test(`any body at ${path} is answered, and never with a failure of ours`, async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(chatBody, async (body) => {
        const response = await post(path, body);
        await response.text();
        statuses.add(response.status);
        assert.ok(response.status < 500, `${response.status} for ${JSON.stringify(body)}`);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
    // Neither the pace nor a missing key has kept the bodies from being read.
    assert.ok(statuses.has(400) && !statuses.has(401) && !statuses.has(429), [...statuses].join());
  });
}
