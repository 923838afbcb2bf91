/** [H-10] The package `openai`, as it is, against gateway, server and stub. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI, { APIError } from 'openai';
import type { StubRecord } from '../loadtest/stub-llm.ts';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  },
} as const;

const DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==';

for (const kind of ['openai', 'ollama'] as const) {
  let bench: ApiBench;
  let client: OpenAI;

  before(async () => {
    bench = await startApiBench({ kind });
    client = new OpenAI({ apiKey: bench.key, baseURL: `${bench.origin}/v1`, timeout: 20_000 });
  });

  after(() => bench[Symbol.asyncDispose]());

  const lastBody = () => bench.stub.requests.at(-1)?.body as Record<string, unknown>;

  test(`${kind}: a whole answer, with its usage`, async () => {
    const answer = await client.chat.completions.create({
      model: 'small',
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'hello there' },
      ],
      max_tokens: 50,
    });
    assert.equal(answer.object, 'chat.completion');
    assert.match(answer.id, /^chatcmpl-/);
    assert.equal(answer.model, 'small');
    const [choice] = answer.choices;
    assert.equal(choice?.message.content, 'echo: hello there');
    assert.equal(choice.finish_reason, 'stop');
    assert.ok((answer.usage?.prompt_tokens ?? 0) > 0);
    assert.equal(answer.usage?.completion_tokens, 3);
    assert.ok(answer._request_id);
    const { messages } = lastBody();
    assert.deepEqual(messages, [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'hello there' },
    ]);
  });

  test(`${kind}: a stream: the role first, one finish reason, the usage at the end`, async () => {
    const stream = await client.chat.completions.create({
      model: 'small',
      messages: [{ role: 'user', content: 'one two three' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const [first] = chunks;
    assert.deepEqual(first?.choices[0]?.delta, { role: 'assistant', content: '' });
    assert.ok(chunks.every(({ id, created }) => id === first?.id && created === first.created));
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    assert.equal(text, 'echo: one two three');
    const finishes = chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? []);
    assert.deepEqual(finishes, ['stop']);
    const last = chunks.at(-1);
    assert.deepEqual(last?.choices, []);
    assert.equal(last?.usage?.completion_tokens, 4);
    assert.ok(chunks.slice(0, -1).every(({ usage }) => usage === null));
  });

  test(`${kind}: without include_usage there is no chunk without choices`, async () => {
    const stream = await client.chat.completions.create({
      model: 'small',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    });
    const chunks = await Array.fromAsync(stream);
    assert.ok(chunks.every(({ choices, usage }) => choices.length === 1 && usage === undefined));
  });

  test(`${kind}: two tools are called, whole and streamed, and what they give is answered`, async () => {
    const time = { ...WEATHER, function: { ...WEATHER.function, name: 'time' } };
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'call weather time' }];
    const asked = { model: 'small', messages, tools: [WEATHER, time] };
    const whole = await client.chat.completions.create(asked);
    const [choice] = whole.choices;
    assert.equal(choice?.finish_reason, 'tool_calls');
    assert.equal(choice.message.content, null);
    const calls = choice.message.tool_calls ?? [];
    const called = calls.map((call) => (call.type === 'function' ? call.function : undefined));
    const given = JSON.stringify({ text: 'call weather time' });
    assert.deepEqual(called, [
      { name: 'weather', arguments: given },
      { name: 'time', arguments: given },
    ]);
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion();
    assert.equal(streamed.choices[0]?.finish_reason, 'tool_calls');
    assert.equal(streamed.choices[0].message.tool_calls?.length, 2);
    const results = calls.map(({ id }) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: `sunny ${id.slice(-1)}`,
    }));
    const answer = await client.chat.completions.create({
      ...asked,
      messages: [...messages, choice.message, ...results],
    });
    assert.match(answer.choices[0]?.message.content ?? '', /^echo: sunny/);
    const sent = lastBody()['messages'] as { role: string; tool_calls?: unknown[] }[];
    assert.deepEqual(
      sent.map(({ role }) => role),
      ['user', 'assistant', 'tool', 'tool'],
    );
    assert.equal(sent[1]?.tool_calls?.length, 2);
  });

  test(`${kind}: a form that is asked for, as the helper of the package parses it`, async () => {
    const answer = await client.chat.completions.create({
      model: 'small',
      messages: [{ role: 'user', content: 'Ana' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'person',
          strict: true,
          schema: {
            type: 'object',
            properties: { name: { type: 'string' }, age: { type: 'integer' } },
            required: ['name', 'age'],
            additionalProperties: false,
          },
        },
      },
    });
    assert.deepEqual(JSON.parse(answer.choices[0]?.message.content ?? ''), { name: 'Ana', age: 7 });
  });

  test(`${kind}: an image goes with its message`, async () => {
    const answer = await client.chat.completions.create({
      model: 'small',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'what is this' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${DOT}` } },
          ],
        },
      ],
    });
    assert.equal(answer.choices[0]?.message.content, 'echo: what is this (images: 1)');
  });

  test(`${kind}: reasoning comes apart from the answer`, async () => {
    const stream = await client.chat.completions.create({
      model: 'small',
      messages: [{ role: 'user', content: 'think' }],
      reasoning_effort: 'low',
      stream: true,
    });
    let thought = '';
    let text = '';
    for await (const { choices } of stream) {
      const delta = choices[0]?.delta as { content?: string; reasoning_content?: string } | undefined;
      thought += delta?.reasoning_content ?? '';
      text += delta?.content ?? '';
    }
    assert.equal(thought, ' thought 1 thought 2 thought 3');
    assert.equal(text, 'echo: think');
  });

  test(`${kind}: embeddings, as the package asks for them, and as floats`, async () => {
    const input = ['one', 'two'];
    const packed = await client.embeddings.create({ model: 'vectors', input });
    const plain = await client.embeddings.create({ model: 'vectors', input, encoding_format: 'float' });
    assert.equal(packed.data.length, 2);
    for (const [at, { embedding }] of packed.data.entries()) {
      const other = plain.data[at]?.embedding ?? [];
      assert.equal(embedding.length, 64);
      assert.ok(embedding.every((value, index) => Math.abs(value - (other[index] ?? 0)) < 1e-6));
    }
    assert.ok(packed.usage.prompt_tokens > 0);
  });

  test(`${kind}: the loop is left: the model's server sees its connection close`, async () => {
    bench.stub.configure({ tokens: 10_000, tokensPerSecond: 200 });
    const aborted: Promise<StubRecord> = bench.stub.nextAbort();
    const stream = await client.chat.completions.create({
      model: 'small',
      messages: [{ role: 'user', content: 'go on' }],
      stream: true,
    });
    for await (const { choices } of stream) if (choices[0]?.delta.content) break;
    assert.equal((await aborted).outcome, 'aborted');
    bench.stub.configure({ tokens: 0, tokensPerSecond: 0 });
  });

  test(`${kind}: an error in mid-stream is thrown to whoever reads it`, async () => {
    bench.stub.configure({ tokens: 8, next: [{ kind: 'error_mid', count: 1 }] });
    const stream = await client.chat.completions.create({
      model: 'small',
      messages: [{ role: 'user', content: 'fail' }],
      stream: true,
    });
    await assert.rejects(Array.fromAsync(stream), (error) => error instanceof APIError);
    bench.stub.configure({ tokens: 0, next: [] });
  });
}
