/** The packages `ollama` and `ollama-ai-provider-v2` with `ai`, unmodified, as clients of Hilo. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { embedMany, generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { Ollama, type Message, type Tool } from 'ollama';
import { createOllama } from 'ollama-ai-provider-v2';
import { z } from 'zod';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const HELLO: Message = { role: 'user', content: 'hello' };
const WEATHER: Tool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/** What `ollama` throws. */
interface Refusal extends Error {
  readonly status_code?: number;
}

let bench: ApiBench;
let ollama: Ollama;

before(async () => {
  bench = await startApiBench({ kind: 'ollama', price: 1, stub: { thinkingTokens: 2 } });
  ollama = new Ollama({ host: bench.origin, headers: { authorization: `Bearer ${bench.key}` } });
});

after(() => bench[Symbol.asyncDispose]());

function provider() {
  return createOllama({ baseURL: `${bench.origin}/k/${bench.key}/api` });
}

/** The body that the model server got last. */
function lastBody(): Record<string, unknown> {
  return bench.stub.requests.at(-1)?.body as Record<string, unknown>;
}

async function refusal(run: Promise<unknown>): Promise<Refusal> {
  return run.then(
    () => assert.fail('It was not refused'),
    (error: Refusal) => error,
  );
}

test('models are listed and shown, by names with tags and without', async () => {
  const { models } = await ollama.list();
  assert.deepEqual(
    models.map(({ name }) => name),
    ['small:latest', 'plain:latest', 'tiny:latest', 'vectors:latest'],
  );
  for (const model of ['small', 'small:latest']) {
    const shown = await ollama.show({ model });
    assert.deepEqual(shown.capabilities, ['completion', 'vision', 'tools', 'thinking']);
    const answer = await ollama.chat({ model, messages: [HELLO] });
    assert.equal(answer.message.content, 'echo: hello');
    assert.equal(answer.model, model);
  }
  const running = await ollama.ps();
  assert.equal(running.models.length, 4);
  assert.match((await ollama.version()).version, /^\d+\.\d+\.\d+$/);
  assert.equal((await refusal(ollama.show({ model: 'large' }))).status_code, 404);
});

test('a whole answer has its counts and its times', async () => {
  const before = await bench.account();
  const answer = await ollama.chat({ model: 'small', messages: [HELLO] });
  assert.equal(answer.message.role, 'assistant');
  assert.equal(answer.done, true);
  assert.equal(answer.done_reason, 'stop');
  assert.ok(answer.prompt_eval_count > 0 && answer.eval_count > 0);
  assert.ok(answer.total_duration >= answer.eval_duration && answer.eval_duration > 0);
  const charged = before.available - (await bench.account()).available;
  assert.equal(charged, answer.prompt_eval_count + answer.eval_count, 'by the prices of the route');
});

test('a stream comes in parts, and ends with what it cost', async () => {
  bench.stub.configure({ tokens: 20, tokensPerSecond: 100 });
  const parts = [];
  for await (const part of await ollama.chat({ model: 'small', messages: [HELLO], stream: true }))
    parts.push(part);
  bench.stub.configure({ tokens: 0, tokensPerSecond: 0 });
  assert.ok(parts.length > 3);
  assert.ok(parts.slice(0, -1).every(({ done, message }) => !done && message.content !== ''));
  const last = parts.at(-1);
  assert.equal(last?.message.content, '');
  assert.ok((last?.eval_count ?? 0) >= 20);
  assert.ok((last?.prompt_eval_duration ?? 0) > 0);
  assert.match(parts.map(({ message }) => message.content).join(''), /^echo: hello/);
});

test('options, format and images reach the model, and what would move it does not', async () => {
  const options = { temperature: 0.2, top_p: 0.5, top_k: 3, seed: 7, stop: ['END'], num_predict: 9 };
  await ollama.chat({
    model: 'small',
    messages: [{ role: 'user', content: 'What is it?', images: [new Uint8Array(PIXEL)] }],
    format: { type: 'object', properties: { age: { type: 'integer' } } },
    keep_alive: -1,
    options: { ...options, num_ctx: 999_999, num_gpu: 99, use_mlock: true, num_thread: 64 },
  });
  const body = lastBody();
  const sent = body['options'] as Record<string, unknown>;
  for (const [name, value] of Object.entries(options)) assert.deepEqual(sent[name], value, name);
  assert.notEqual(sent['num_ctx'], 999_999);
  for (const name of ['num_gpu', 'use_mlock', 'num_thread']) assert.equal(sent[name], undefined, name);
  assert.equal(body['keep_alive'], undefined);
  assert.deepEqual(body['format'], { type: 'object', properties: { age: { type: 'integer' } } });
  const [message] = (body['messages'] as Message[]).slice(-1);
  assert.deepEqual(message?.images, [PIXEL.toString('base64')]);
});

test('a tool is called, and its result goes back', async () => {
  bench.stub.configure({ next: [{ kind: 'tool_calls' }] });
  const messages: Message[] = [{ role: 'user', content: 'Weather in Lima?' }];
  const { message } = await ollama.chat({ model: 'small', messages, tools: [WEATHER] });
  assert.deepEqual(message.tool_calls?.[0]?.function.name, 'weather');
  assert.deepEqual(message.tool_calls?.[0]?.function.arguments, { city: 'Lima' });
  const result: Message = { role: 'tool', content: '19 °C', tool_name: 'weather' };
  await ollama.chat({ model: 'small', messages: [...messages, message, result], tools: [WEATHER] });
  const sent = (lastBody()['messages'] as Message[]).slice(-2);
  assert.deepEqual(sent[0]?.tool_calls?.[0]?.function, { name: 'weather', arguments: { city: 'Lima' } });
  assert.deepEqual(sent[1], { role: 'tool', content: '19 °C', tool_name: 'weather' });
});

test('thinking comes apart from the answer', async () => {
  bench.stub.configure({ next: [{ kind: 'thinking' }] });
  const parts = [];
  const stream = await ollama.chat({ model: 'small', messages: [HELLO], think: 'high', stream: true });
  for await (const { message } of stream) parts.push(message);
  assert.ok(parts.some(({ thinking }) => thinking));
  assert.equal(parts.map(({ content }) => content).join(''), 'echo: hello');
  assert.equal(lastBody()['think'], 'high');
  await ollama.chat({ model: 'small', messages: [HELLO], think: false });
  assert.equal(lastBody()['think'], false);
});

test('a prompt is answered, an empty one loads the model, and templates are refused', async () => {
  const { response, context } = await ollama.generate({
    model: 'small',
    prompt: 'hello',
    system: 'Be brief',
  });
  assert.equal(response, 'echo: hello');
  assert.deepEqual(context, []);
  const roles = (lastBody()['messages'] as Message[]).map(({ role, content }) => [role, content]);
  assert.deepEqual(roles.slice(-2), [
    ['system', 'Be brief'],
    ['user', 'hello'],
  ]);
  assert.equal((await ollama.generate({ model: 'small', prompt: '' })).done_reason, 'load');
  assert.equal((await ollama.generate({ model: 'small', prompt: '', keep_alive: 0 })).done_reason, 'unload');
  const refused = await refusal(ollama.generate({ model: 'small', prompt: 'a', suffix: 'b' }));
  assert.equal(refused.status_code, 400);
  assert.match(refused.message, /suffix/);
});

test('texts become vectors', async () => {
  const { embeddings, prompt_eval_count: count } = await ollama.embed({
    model: 'vectors',
    input: ['a', 'b', 'a'],
  });
  assert.equal(embeddings.length, 3);
  assert.deepEqual(embeddings[0], embeddings[2]);
  assert.notDeepEqual(embeddings[0], embeddings[1]);
  assert.ok(Math.abs(Math.hypot(...(embeddings[0] ?? [])) - 1) < 1e-6);
  assert.ok(count > 0);
  assert.deepEqual((await ollama.embeddings({ model: 'vectors', prompt: 'a' })).embedding, embeddings[0]);
});

test('a client that leaves stops the model, and pays for what it got', async () => {
  bench.stub.configure({ tokens: 1_000, tokensPerSecond: 100 });
  const before = await bench.account();
  const aborted = bench.stub.nextAbort();
  const stream = await ollama.chat({ model: 'small', messages: [HELLO], stream: true });
  let seen = 0;
  await assert.rejects(async () => {
    for await (const _ of stream) if ((seen += 1) === 3) stream.abort();
  }, /abort/i);
  const record = await aborted;
  bench.stub.configure({ tokens: 0, tokensPerSecond: 0 });
  assert.ok(record.tokensSent >= 3 && record.tokensSent < 500, `${record.tokensSent} tokens`);
  const { spent } = await bench.settled(before.spent);
  const charged = spent - before.spent;
  assert.ok(charged >= 3 && charged < 1_000, `${charged} credits`);
});

test('errors have a status before the answer, and a line of their own in it', async () => {
  const unknown = await refusal(ollama.chat({ model: 'large', messages: [HELLO] }));
  assert.equal(unknown.status_code, 404);
  const stranger = new Ollama({ host: bench.origin });
  assert.equal((await refusal(stranger.list())).status_code, 401);
  const pull = await refusal(ollama.pull({ model: 'llama3' }));
  assert.equal(pull.status_code, 501);
  bench.stub.configure({ next: [{ kind: 'context_full' }] });
  const refused = await refusal(ollama.chat({ model: 'small', messages: [HELLO] }));
  assert.equal(refused.status_code, 400);
  bench.stub.configure({ tokens: 20, next: [{ kind: 'error_mid', afterTokens: 5 }] });
  let text = '';
  const broken = (async () => {
    const stream = await ollama.chat({ model: 'small', messages: [HELLO], stream: true });
    for await (const { message } of stream) text += message.content;
  })();
  const error = await refusal(broken);
  bench.stub.configure({ tokens: 0 });
  assert.match(text, /^echo: hello/);
  assert.ok(error.message !== '' && !/Did not receive done/.test(error.message), error.message);
});

test('a key in the base URL is enough', async () => {
  const keyed = new Ollama({ host: `${bench.origin}/k/${bench.key}` });
  const { message } = await keyed.chat({ model: 'small', messages: [HELLO] });
  assert.equal(message.content, 'echo: hello');
});

test('the provider of the AI SDK: text, stream, tools, objects, vectors', async () => {
  const model = provider()('small');
  const { text, usage, finishReason } = await generateText({ model, prompt: 'hello' });
  assert.deepEqual([text, finishReason], ['echo: hello', 'stop']);
  assert.ok((usage.inputTokens ?? 0) > 0 && (usage.outputTokens ?? 0) > 0);

  bench.stub.configure({ next: [{ kind: 'tool_calls' }] });
  const weather = tool({
    description: 'The weather of a city',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => Promise.resolve(`19 °C in ${city}`),
  });
  const called = streamText({ model, prompt: 'Weather?', tools: { weather }, stopWhen: stepCountIs(2) });
  let streamed = '';
  for await (const piece of called.textStream) streamed += piece;
  assert.equal(streamed, 'echo: 19 °C in Lima');
  const [step] = await called.steps;
  assert.equal(step?.toolResults[0]?.output, '19 °C in Lima');
  const result = (lastBody()['messages'] as Message[]).at(-1);
  assert.deepEqual([result?.role, result?.content], ['tool', '19 °C in Lima']);

  const output = Output.object({ schema: z.object({ age: z.number() }) });
  const answer = await generateText({ model, prompt: 'How old?', output });
  assert.deepEqual(answer.output, { age: 7 });
  assert.equal((lastBody()['format'] as { type?: string }).type, 'object');

  const vectors = await embedMany({ model: provider().embeddingModel('vectors'), values: ['a', 'b'] });
  assert.equal(vectors.embeddings.length, 2);
});
