/** Anthropic's Messages API on a running gateway, for the packages and programs that speak it. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import Anthropic, { APIError, AuthenticationError, BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import fc from 'fast-check';
import { z } from 'zod';
import { CLAUDE_CODE_REQUEST } from '../gateway/apis/claude-code.fixture.ts';
import { eventsIn } from '../gateway/apis/apis.fixture.ts';
import { until } from '../gateway/gateway.fixture.ts';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

const HELLO = {
  model: 'claude-next',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'hello' }],
};
const WEATHER = { name: 'weather', description: 'The weather', input_schema: { type: 'object' as const } };

let bench: ApiBench;
let client: Anthropic;

before(async () => {
  bench = await startApiBench({
    price: 1,
    environment: { RATE_MAX_MESSAGES_USER: '1000', SIGNUP_CREDITS: '1000000' },
  });
  client = new Anthropic({ baseURL: bench.origin, apiKey: bench.key, authToken: null, maxRetries: 0 });
});

after(() => bench[Symbol.asyncDispose]());

beforeEach(() => bench.stub.configure({ next: [], tokens: 0, tokensPerSecond: 0 }));

function lastRequest(): { messages: { role: string; content: unknown }[]; [member: string]: unknown } {
  return bench.stub.requests.at(-1)?.body as ReturnType<typeof lastRequest>;
}

test('@anthropic-ai/sdk: a message, with a key in either header', async () => {
  const { data: message, response, request_id } = await client.messages.create(HELLO).withResponse();
  assert.deepEqual(message.content, [{ type: 'text', text: 'echo: hello' }]);
  assert.deepEqual([message.model, message.stop_reason], ['small', 'end_turn']);
  assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
  assert.equal(request_id, response.headers.get('x-request-id'));
  const bearer = new Anthropic({ baseURL: bench.origin, apiKey: null, authToken: bench.key, maxRetries: 0 });
  const cut = await bearer.messages.create({ ...HELLO, max_tokens: 1 });
  assert.equal(cut.stop_reason, 'max_tokens');
});

test('@anthropic-ai/sdk: a stream, with thinking', async () => {
  bench.stub.configure({ next: [{ kind: 'thinking' }] });
  const stream = client.messages.stream({
    ...HELLO,
    thinking: { type: 'enabled', budget_tokens: 1024 },
    max_tokens: 1025,
  });
  let text = '';
  stream.on('text', (delta) => (text += delta));
  const message = await stream.finalMessage();
  assert.equal(text, 'echo: hello');
  const [thinking, answer] = message.content;
  assert.equal(thinking?.type, 'thinking');
  assert.ok(
    thinking.type === 'thinking' && thinking.thinking.includes('thought 1') && thinking.signature !== '',
  );
  assert.deepEqual(answer, { type: 'text', text: 'echo: hello' });
  assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
});

test('@anthropic-ai/sdk: a tool is called, and its result is read', async () => {
  const question = [{ role: 'user' as const, content: 'call weather' }];
  const asked = { ...HELLO, tools: [WEATHER], messages: question };
  const called = await client.messages.stream(asked).finalMessage();
  assert.equal(called.stop_reason, 'tool_use');
  const use = called.content.find((block) => block.type === 'tool_use');
  assert.ok(use);
  assert.deepEqual([use.name, use.input], ['weather', { text: 'call weather' }]);
  const answered = await client.messages.create({
    ...asked,
    messages: [
      ...question,
      { role: 'assistant', content: called.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'Sunny' }] },
    ],
  });
  assert.deepEqual(answered.content, [{ type: 'text', text: 'echo: Sunny' }]);
  const { messages, tools } = lastRequest();
  assert.deepEqual(messages.map(({ role }) => role).slice(-3), ['user', 'assistant', 'tool']);
  assert.equal(messages.at(-1)?.content, 'Sunny');
  assert.equal((tools as unknown[]).length, 1);
});

test('@anthropic-ai/sdk: structured output', async () => {
  const message = await client.messages.parse({
    ...HELLO,
    messages: [{ role: 'user', content: 'Quito' }],
    output_config: { format: zodOutputFormat(z.object({ city: z.string() })) },
  });
  assert.deepEqual(message.parsed_output, { city: 'Quito' });
  const { response_format: format } = lastRequest() as { response_format?: { type: string } };
  assert.equal(format?.type, 'json_schema');
});

test(
  '@anthropic-ai/sdk: who leaves ends the call of the model, and pays what was delivered',
  { timeout: 30_000 },
  async () => {
    bench.stub.configure({ tokens: 1_000, tokensPerSecond: 50 });
    const before = await bench.spent();
    const aborted = bench.stub.nextAbort();
    const stream = client.messages.stream({ ...HELLO, max_tokens: 1_000 });
    stream.on('error', () => undefined);
    await stream.emitted('text');
    stream.abort();
    const { tokensSent } = await aborted;
    assert.ok(tokensSent < 500, String(tokensSent));
    // The settlement follows the end of the connection.
    await until(async () => (await bench.spent()) > before);
    const paid = (await bench.spent()) - before;
    assert.ok(paid > 0 && paid < 500, String(paid));
  },
);

test('@anthropic-ai/sdk: a failure in mid-stream throws', async () => {
  bench.stub.configure({ tokens: 20, next: [{ kind: 'error_mid', afterTokens: 5 }] });
  const stream = client.messages.stream(HELLO);
  await assert.rejects(
    stream.finalMessage(),
    (error) => error instanceof APIError && error.type === 'api_error',
  );
});

test('@anthropic-ai/sdk: errors have their classes', async () => {
  const stranger = new Anthropic({ baseURL: bench.origin, apiKey: 'sk-ant-x', maxRetries: 0 });
  await assert.rejects(stranger.messages.create(HELLO), AuthenticationError);
  await assert.rejects(client.messages.create({ ...HELLO, model: 'o1' }), (error) => {
    return error instanceof NotFoundError && error.type === 'not_found_error' && Boolean(error.requestID);
  });
  const long = [{ role: 'user' as const, content: 'word '.repeat(400) }];
  await assert.rejects(client.messages.create({ ...HELLO, model: 'tiny', messages: long }), (error) => {
    return error instanceof BadRequestError && error.message.includes('prompt is too long');
  });
  await assert.rejects(
    client.messages.create({ ...HELLO, model: 'plain', tools: [WEATHER] }),
    BadRequestError,
  );
});

test('@anthropic-ai/sdk: tokens are counted, and models listed', async () => {
  const { input_tokens } = await client.messages.countTokens({
    model: 'claude-haiku-4-5',
    messages: HELLO.messages,
  });
  assert.ok(input_tokens > 0 && input_tokens < 50, String(input_tokens));
  const { data } = await client.models.list();
  assert.deepEqual(
    data.map(({ id }) => id),
    ['small', 'plain', 'tiny'],
  );
  assert.deepEqual([data[0]?.type, data[0]?.max_input_tokens], ['model', 195_904]);
  assert.equal((await client.models.retrieve('plain')).id, 'plain');
  await assert.rejects(client.models.retrieve('nobody'), NotFoundError);
});

test('without the header of Anthropic the models are listed in OpenAI’s form', async () => {
  const response = await fetch(`${bench.origin}/v1/models`, {
    headers: { authorization: `Bearer ${bench.key}` },
  });
  assert.equal(((await response.json()) as { object: string }).object, 'list');
});

test('ai and @ai-sdk/anthropic: text, stream, tools and structured output', async () => {
  const anthropic = createAnthropic({ baseURL: `${bench.origin}/v1`, apiKey: bench.key });
  const model = anthropic('claude-next');
  const { text, usage } = await generateText({ model, maxOutputTokens: 100, prompt: 'hello' });
  assert.equal(text, 'echo: hello');
  assert.ok((usage.inputTokens ?? 0) > 0);
  let streamed = '';
  for await (const delta of streamText({ model, maxOutputTokens: 100, prompt: 'hello' }).textStream)
    streamed += delta;
  assert.equal(streamed, 'echo: hello');

  const weather = tool({ inputSchema: z.object({ text: z.string() }), execute: async () => 'Sunny' });
  const { steps } = await generateText({
    model,
    maxOutputTokens: 100,
    prompt: 'call weather',
    tools: { weather },
    stopWhen: stepCountIs(2),
  });
  assert.deepEqual(
    steps.map(({ toolResults }) => toolResults.map(({ output }) => output)),
    [['Sunny'], []],
  );

  const schema = z.object({ city: z.string() });
  const prompt = 'Quito';
  const { output } = await generateText({
    model,
    maxOutputTokens: 100,
    prompt,
    output: Output.object({ schema }),
  });
  assert.deepEqual(output, { city: 'Quito' });
});

test('a request of Claude Code gets its answer', async () => {
  const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'claude-code-20250219' };
  const response = await bench.post('/v1/messages?beta=true', CLAUDE_CODE_REQUEST, headers);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const events = eventsIn(await response.text());
  assert.equal(events[0]?.event, 'message_start');
  assert.equal(events.at(-1)?.event, 'message_stop');
  const { model, messages, tools } = lastRequest();
  assert.equal(model, 'stub');
  assert.doesNotMatch(JSON.stringify(messages), /billing-header/);
  assert.equal((tools as unknown[]).length, 2);
  const counted = await bench.post('/v1/messages/count_tokens?beta=true', CLAUDE_CODE_REQUEST, headers);
  assert.ok(((await counted.json()) as { input_tokens: number }).input_tokens > 10);
});

test('a conversation with a thousand calls of tools is read', async () => {
  const turn = (id: string) => [
    { role: 'assistant', content: [{ type: 'tool_use', id, name: 'weather', input: { city: 'Quito' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'Sunny' }] },
  ];
  const turns = Array.from({ length: 1_000 }, (_, index) => turn(`call_${index}`)).flat();
  const messages = [...HELLO.messages, ...turns];
  const response = await bench.post('/v1/messages', { ...HELLO, tools: [WEATHER], messages });
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal(lastRequest().messages.length, messages.length);
  const counted = await bench.post('/v1/messages/count_tokens', { ...HELLO, tools: [WEATHER], messages });
  assert.equal(counted.status, 200, await counted.clone().text());
});

test('every error of these addresses has the form of the API', async () => {
  const failed = async (response: Response) => {
    const { type, error, request_id } = (await response.json()) as Record<string, unknown>;
    assert.equal(type, 'error');
    assert.equal(request_id, response.headers.get('request-id'));
    return [response.status, (error as { type: string }).type];
  };
  const without = await bench.post('/v1/messages', HELLO, { authorization: '' });
  assert.deepEqual(await failed(without), [401, 'authentication_error']);
  assert.deepEqual(await failed(await bench.post('/v1/messages', '{')), [400, 'invalid_request_error']);
  assert.deepEqual(await failed(await bench.post('/v1/messages', {})), [400, 'invalid_request_error']);
  const get = await fetch(`${bench.origin}/v1/messages`);
  assert.equal(get.status, 405);
});

test('any body gets a 4xx or an answer, and none hangs', async () => {
  const members = fc.constantFrom(...Object.keys(CLAUDE_CODE_REQUEST));
  const changed = fc.dictionary(members, fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/v1/messages', '/v1/messages/count_tokens'),
      changed,
      async (path, more) => {
        const response = await bench.post(path, { ...CLAUDE_CODE_REQUEST, stream: false, ...more });
        await response.text();
        assert.ok(response.status < 500, `${response.status}`);
      },
    ),
    { numRuns: 40 },
  );
});

test('@anthropic-ai/sdk waits as long as it is told, and tries again', async () => {
  await using slow = await startApiBench({
    environment: { RATE_MAX_MESSAGES_USER: '1', RATE_WINDOW_SECONDS: '2' },
  });
  const patient = new Anthropic({ baseURL: slow.origin, apiKey: slow.key, maxRetries: 3 });
  await patient.messages.create(HELLO);
  const { response } = await patient.messages.create(HELLO).withResponse();
  assert.equal(response.status, 200);
  await assert.rejects(
    new Anthropic({ baseURL: slow.origin, apiKey: slow.key, maxRetries: 0 }).messages.create(HELLO),
    (error) =>
      error instanceof APIError && error.status === 429 && Number(error.headers?.get('retry-after')) >= 1,
  );
});

test('out of credits is 402, and the package does not try again', async () => {
  await using poor = await startApiBench({
    price: 1,
    environment: { SIGNUP_CREDITS: '0', ANONYMOUS_CREDITS: '0' },
  });
  const client402 = new Anthropic({ baseURL: poor.origin, apiKey: poor.key, maxRetries: 3 });
  await assert.rejects(client402.messages.create(HELLO), (error) => {
    return error instanceof APIError && error.status === 402 && error.type === 'billing_error';
  });
  assert.equal(poor.stub.requests.length, 0);
});
