/**
 * What libraries and editors send to `/v1/chat/completions`, with the odd members that they send, written by
 * hand from their documentation.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createParser } from 'eventsource-parser';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

type Json = Record<string, unknown>;

interface ToolCall {
  readonly index?: number;
  readonly id?: string;
  readonly type?: string;
  readonly function: { readonly name?: string; readonly arguments: string };
}

interface Choice {
  readonly delta: { readonly content?: string | null; readonly tool_calls?: ToolCall[] };
  readonly message: { readonly content: string | null; readonly tool_calls?: ToolCall[] };
  readonly finish_reason: string | null;
}

interface Answer {
  readonly model: string;
  readonly choices: Choice[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

let bench: ApiBench;

before(async () => {
  bench = await startApiBench();
});

after(() => bench[Symbol.asyncDispose]());

async function post(body: Json, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${bench.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

async function whole(body: Json, headers?: Record<string, string>): Promise<Answer> {
  return JSON.parse(await post(body, headers)) as Answer;
}

/** The chunks of a stream that ends as it should. */
async function chunks(body: Json, headers?: Record<string, string>): Promise<Answer[]> {
  const data: string[] = [];
  const parser = createParser({ onEvent: (event) => data.push(event.data) });
  parser.feed(await post({ ...body, stream: true }, headers));
  assert.equal(data.pop(), '[DONE]');
  return data.map((each) => JSON.parse(each) as Answer);
}

function said(parts: readonly Answer[]): string {
  return parts.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}

function lastMessages(): Json[] {
  const body = bench.stub.requests.at(-1)?.body as { messages?: Json[] } | undefined;
  return body?.messages ?? [];
}

test('ChatOpenAI of LangChain: a forced tool and its result, a strict form, counts', async () => {
  const headers = {
    'user-agent': 'OpenAI/Python 1.109.1',
    'x-stainless-lang': 'python',
    'x-stainless-retry-count': '0',
  };
  const user = { role: 'user', content: 'call weather' };
  const { choices } = await whole(
    {
      model: 'small',
      messages: [user],
      tools: [{ ...WEATHER, function: { ...WEATHER.function, strict: true } }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      parallel_tool_calls: false,
      temperature: 0,
      n: 1,
      stream: false,
    },
    headers,
  );
  const [call] = choices[0]?.message.tool_calls ?? [];
  assert.equal(choices[0]?.finish_reason, 'tool_calls');
  assert.equal(call?.function.name, 'weather');
  assert.equal(typeof JSON.parse(call.function.arguments), 'object');
  const called = { role: 'assistant', content: null, tool_calls: [{ ...call, type: 'function' }] };
  const result = { role: 'tool', content: '19 °C', tool_call_id: call.id };
  const parts = await chunks(
    {
      model: 'small',
      messages: [user, called, result],
      tools: [WEATHER],
      stream_options: { include_usage: true },
    },
    headers,
  );
  assert.equal(said(parts), 'echo: 19 °C');
  assert.deepEqual(parts.at(-1)?.choices, []);
  assert.ok((parts.at(-1)?.usage?.completion_tokens ?? 0) > 0);
  assert.equal(lastMessages().at(-1)?.['tool_call_id'], call.id);
  const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };
  const formed = await whole({
    model: 'small',
    messages: [user],
    response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } },
  });
  assert.deepEqual(JSON.parse(formed.choices[0]?.message.content ?? ''), { age: 7 });
});

test('LiteLLM passes on what other makers put into messages', async () => {
  const parts = await chunks({
    model: 'small',
    messages: [
      {
        role: 'system',
        content: [{ type: 'text', text: 'Be brief', cache_control: { type: 'ephemeral' } }],
      },
      { role: 'user', content: 'first' },
      {
        role: 'assistant',
        content: 'ok',
        reasoning_content: 'Hm',
        tool_calls: null,
        function_call: null,
        provider_specific_fields: { refusal: null },
      },
      { role: 'user', content: 'second', name: 'ana' },
    ],
    max_tokens: 64,
    user: 'ana',
    metadata: { team: 'x' },
    logit_bias: {},
    stream_options: { include_usage: true },
  });
  assert.equal(said(parts), 'echo: second');
  const finishes = parts
    .flatMap(({ choices }) => choices.map((choice) => choice.finish_reason))
    .filter(Boolean);
  assert.deepEqual(finishes, ['stop']);
});

test('Continue sends an image, many stops, and an empty answer of the model', async () => {
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}`, detail: 'auto' } };
  const parts = await chunks({
    model: 'small',
    messages: [
      { role: 'system', content: 'You are a programming assistant' },
      { role: 'user', content: [{ type: 'text', text: 'What is it?' }, image] },
      { role: 'assistant', content: ' ', tool_calls: [] },
      { role: 'user', content: [{ type: 'text', text: 'again' }] },
    ],
    max_tokens: 512,
    temperature: 0.5,
    top_p: 1,
    frequency_penalty: 0,
    presence_penalty: 0,
    stop: ['<|a|>', '<|b|>', '<|c|>', '<|d|>'],
    tools: [WEATHER],
  });
  assert.equal(said(parts), 'echo: again');
  assert.ok(
    parts.every(({ usage }) => !usage),
    'counts were not asked for',
  );
  assert.match(JSON.stringify(lastMessages()[1]), new RegExp(PIXEL.slice(0, 40)));
});
