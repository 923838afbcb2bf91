/** OpenAI's Responses API on a running gateway, for the packages and programs that speak it. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import fc from 'fast-check';
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { eventsIn } from '../gateway/apis/apis.fixture.ts';
import { CODEX_REQUEST } from '../gateway/apis/codex.fixture.ts';
import { until } from '../gateway/gateway.fixture.ts';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

const HELLO = { model: 'gpt-next', input: 'hello' };
const WEATHER = {
  type: 'function' as const,
  name: 'weather',
  parameters: { type: 'object', properties: {} },
  strict: false,
};

let bench: ApiBench;
let client: OpenAI;

before(async () => {
  bench = await startApiBench({
    price: 1,
    environment: { RATE_MAX_MESSAGES_USER: '1000', SIGNUP_CREDITS: '1000000' },
  });
  client = new OpenAI({ baseURL: `${bench.origin}/v1`, apiKey: bench.key, maxRetries: 0 });
});

after(() => bench[Symbol.asyncDispose]());

beforeEach(() => bench.stub.configure({ next: [], tokens: 0, tokensPerSecond: 0 }));

function lastRequest(): { messages: { role: string; content: unknown }[]; [member: string]: unknown } {
  return bench.stub.requests.at(-1)?.body as ReturnType<typeof lastRequest>;
}

test('openai: a response', async () => {
  const response = await client.responses.create({ ...HELLO, instructions: 'Be kind', store: true });
  assert.equal(response.output_text, 'echo: hello');
  assert.deepEqual([response.status, response.model], ['completed', 'small']);
  assert.ok('store' in response && response.store === false);
  assert.ok((response.usage?.input_tokens ?? 0) > 0 && (response.usage?.output_tokens ?? 0) > 0);
  assert.deepEqual(
    lastRequest().messages.map(({ role }) => role),
    ['system', 'user'],
  );
  const cut = await client.responses.create({ ...HELLO, max_output_tokens: 1 });
  assert.deepEqual([cut.status, cut.incomplete_details], ['incomplete', { reason: 'max_output_tokens' }]);
});

test('openai: a stream, with reasoning', async () => {
  bench.stub.configure({ next: [{ kind: 'thinking' }] });
  const stream = client.responses.stream({ ...HELLO, reasoning: { effort: 'low' } });
  const types: string[] = [];
  for await (const event of stream) {
    assert.equal(event.sequence_number, types.length);
    types.push(event.type);
  }
  assert.deepEqual(types.slice(0, 3), [
    'response.created',
    'response.in_progress',
    'response.output_item.added',
  ]);
  assert.equal(types.at(-1), 'response.completed');
  const response = await stream.finalResponse();
  assert.equal(response.output_text, 'echo: hello');
  const [reasoning] = response.output;
  assert.ok(reasoning?.type === 'reasoning' && reasoning.summary[0]?.text.includes('thought 1'));
});

test('openai: a function is called, and what it gave is read', async () => {
  const called = await client.responses
    .stream({ ...HELLO, input: 'call weather', tools: [WEATHER] })
    .finalResponse();
  const call = called.output.find((item) => item.type === 'function_call');
  assert.ok(call);
  assert.deepEqual(
    [call.name, call.arguments, call.status],
    ['weather', '{"text":"call weather"}', 'completed'],
  );
  const answered = await client.responses.create({
    model: HELLO.model,
    tools: [WEATHER],
    input: [
      { role: 'user', content: 'call weather' },
      ...(called.output as OpenAI.Responses.ResponseInputItem[]),
      { type: 'function_call_output', call_id: call.call_id, output: 'Sunny' },
    ],
  });
  assert.equal(answered.output_text, 'echo: Sunny');
  const { messages, tools } = lastRequest();
  assert.deepEqual(
    messages.map(({ role }) => role),
    ['user', 'assistant', 'tool'],
  );
  assert.equal(messages.at(-1)?.content, 'Sunny');
  assert.equal((tools as unknown[]).length, 1);
});

test('openai: structured output', async () => {
  const response = await client.responses.parse({
    model: HELLO.model,
    input: 'Quito',
    text: { format: zodTextFormat(z.object({ city: z.string() }), 'place') },
  });
  assert.deepEqual(response.output_parsed, { city: 'Quito' });
  assert.equal(
    (lastRequest() as { response_format?: { type: string } }).response_format?.type,
    'json_schema',
  );
});

test(
  'openai: who leaves ends the call of the model, and pays what was delivered',
  { timeout: 30_000 },
  async () => {
    bench.stub.configure({ tokens: 1_000, tokensPerSecond: 50 });
    const before = await bench.spent();
    const aborted = bench.stub.nextAbort();
    const stream = await client.responses.create({ ...HELLO, stream: true });
    for await (const event of stream) if (event.type === 'response.output_text.delta') break;
    const { tokensSent } = await aborted;
    assert.ok(tokensSent < 500, String(tokensSent));
    // The settlement follows the end of the connection.
    await until(async () => (await bench.spent()) > before);
    const paid = (await bench.spent()) - before;
    assert.ok(paid < 500, String(paid));
  },
);

test('openai: a failure in mid-stream is the last event', async () => {
  bench.stub.configure({ tokens: 20, next: [{ kind: 'error_mid', afterTokens: 5 }] });
  const events = [];
  for await (const event of await client.responses.create({ ...HELLO, stream: true })) events.push(event);
  const last = events.at(-1);
  assert.ok(last?.type === 'response.failed');
  assert.deepEqual([last.response.status, last.response.error?.code], ['failed', 'server_error']);
});

test('openai: errors have their classes, and say the member', async () => {
  const stranger = new OpenAI({ baseURL: `${bench.origin}/v1`, apiKey: 'sk-x', maxRetries: 0 });
  await assert.rejects(stranger.responses.create(HELLO), AuthenticationError);
  await assert.rejects(client.responses.create({ ...HELLO, model: 'o1' }), NotFoundError);
  const refused = async (more: object, param: string) => {
    await assert.rejects(client.responses.create({ ...HELLO, ...more, stream: false }), (error) => {
      assert.ok(error instanceof BadRequestError);
      assert.equal(error.param, param);
      return true;
    });
  };
  await refused({ previous_response_id: 'resp_1' }, 'previous_response_id');
  await refused({ temperature: 'hot' }, 'temperature');
  await refused({ model: 'plain', tools: [WEATHER] }, 'tools');
});

test('ai and @ai-sdk/openai: text, stream, tools and structured output', async () => {
  const openai = createOpenAI({ baseURL: `${bench.origin}/v1`, apiKey: bench.key });
  const model = openai.responses('gpt-next');
  const { text, usage } = await generateText({ model, prompt: 'hello' });
  assert.equal(text, 'echo: hello');
  assert.ok((usage.inputTokens ?? 0) > 0);
  bench.stub.configure({ next: [{ kind: 'thinking' }] });
  const result = streamText({ model, prompt: 'hello' });
  let streamed = '';
  for await (const delta of result.textStream) streamed += delta;
  assert.equal(streamed, 'echo: hello');
  assert.equal(await result.finishReason, 'stop');

  const weather = tool({ inputSchema: z.object({ text: z.string() }), execute: async () => 'Sunny' });
  // Without it the package refers to answers that it takes to be kept.
  const providerOptions = { openai: { store: false } };
  const { steps } = await generateText({
    model,
    prompt: 'call weather',
    tools: { weather },
    stopWhen: stepCountIs(2),
    providerOptions,
  });
  assert.deepEqual(
    steps.map(({ toolResults }) => toolResults.map(({ output }) => output)),
    [['Sunny'], []],
  );

  const schema = z.object({ city: z.string() });
  const { output } = await generateText({
    model,
    prompt: 'Quito',
    output: Output.object({ schema }),
  });
  assert.deepEqual(output, { city: 'Quito' });
});

test('a request of Codex gets its answer', async () => {
  const response = await bench.post('/v1/responses', CODEX_REQUEST, {
    'openai-beta': 'responses=experimental',
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const events = eventsIn(await response.text());
  assert.equal(events[0]?.event, 'response.created');
  assert.equal(events.at(-1)?.event, 'response.completed');
  const { tools, messages } = lastRequest();
  assert.deepEqual(
    (tools as { function: { name: string } }[]).map(({ function: { name } }) => name),
    ['exec_command', 'apply_patch', 'mcp__docs__search'],
  );
  assert.equal(messages.filter(({ role }) => role === 'tool').length, 3);
});

test('any body gets a 4xx or an answer, and none hangs', async () => {
  const members = fc.constantFrom(...Object.keys(CODEX_REQUEST));
  const changed = fc.dictionary(members, fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
  await fc.assert(
    fc.asyncProperty(changed, async (more) => {
      const response = await bench.post('/v1/responses', { ...CODEX_REQUEST, stream: false, ...more });
      await response.text();
      assert.ok(response.status < 500, `${response.status}`);
    }),
    { numRuns: 40 },
  );
});

test('openai waits as long as it is told, and tries again', async () => {
  await using slow = await startApiBench({
    environment: { RATE_MAX_MESSAGES_USER: '1', RATE_WINDOW_SECONDS: '2' },
  });
  const patient = new OpenAI({ baseURL: `${slow.origin}/v1`, apiKey: slow.key, maxRetries: 3 });
  await patient.responses.create(HELLO);
  assert.equal((await patient.responses.create(HELLO)).status, 'completed');
  await assert.rejects(patient.responses.create(HELLO, { maxRetries: 0 }), (error) => {
    return (
      error instanceof APIError && error.status === 429 && Number(error.headers?.get('retry-after')) >= 1
    );
  });
});
