import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompletionInput } from '../../../shared/operations/completion-shapes.ts';
import { post, refusalOf } from './translation.fixture.ts';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const HELLO = { role: 'user', content: 'hello' };

/** What the server is asked for; it is checked that the server accepts it. */
function paramsOf(path: string, body: Record<string, unknown>): unknown {
  const { operation, params } = post(path, { model: 'small', ...body });
  assert.equal(operation, 'completions.create');
  return CompletionInput.parse(params);
}

function chatParams(body: Record<string, unknown>): unknown {
  return paramsOf('/api/chat', { messages: [HELLO], ...body });
}

const HELLO_INPUT = {
  route: 'small',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }],
};

test('a chat with all its roles, a tool call and its result', () => {
  const messages = [
    { role: 'system', content: 'Be brief' },
    { role: 'user', content: 'Weather in Lima?', images: [PIXEL] },
    {
      role: 'assistant',
      content: '',
      thinking: 'I look it up',
      tool_calls: [{ function: { index: 0, name: 'weather', arguments: { city: 'Lima' } } }],
    },
    { role: 'tool', content: '19 °C', tool_name: 'weather' },
  ];
  const tool = { name: 'weather', description: 'Weather of a city', parameters: { type: 'object' } };
  assert.deepEqual(chatParams({ messages, tools: [{ type: 'function', function: tool }] }), {
    route: 'small',
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Weather in Lima?' },
          { type: 'image', mimeType: 'image/png', data: PIXEL },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'I look it up' },
          { type: 'toolCall', id: 'call_1', name: 'weather', arguments: '{"city":"Lima"}' },
        ],
      },
      {
        role: 'tool',
        parts: [{ type: 'toolResult', id: 'call_1', parts: [{ type: 'text', text: '19 °C' }] }],
      },
    ],
    tools: [tool],
  });
});

test('texts in parts, thinking as a message, instructions of a developer', () => {
  const messages = [
    {
      role: 'developer',
      content: [
        { type: 'text', text: 'Be' },
        { type: 'text', text: ' brief' },
      ],
    },
    { role: 'user', content: null },
    { role: 'thinking', content: 'Hm' },
    { role: 'assistant', content: [] },
  ];
  assert.deepEqual(chatParams({ messages }), {
    route: 'small',
    messages: [
      {
        role: 'system',
        parts: [
          { type: 'text', text: 'Be' },
          { type: 'text', text: ' brief' },
        ],
      },
      { role: 'user', parts: [] },
      { role: 'assistant', parts: [{ type: 'thinking', text: 'Hm' }] },
      { role: 'assistant', parts: [] },
    ],
  });
});

test('a result finds its call by id, by name, or by its order', () => {
  const call = (name: string, id?: string) => ({ ...(id && { id }), function: { name, arguments: {} } });
  const idsOf = (calls: object[], results: object[]): unknown[] => {
    const tools = results.map((result) => ({ role: 'tool', content: 'done', ...result }));
    const messages = [HELLO, { role: 'assistant', tool_calls: calls }, ...tools];
    const params = chatParams({ messages }) as { messages: { role: string; parts: { id: string }[] }[] };
    return params.messages.filter(({ role }) => role === 'tool').map(({ parts }) => parts[0]?.id);
  };
  assert.deepEqual(idsOf([call('a', 'x'), call('b', 'y')], [{ tool_call_id: 'y' }, { tool_call_id: 'x' }]), [
    'y',
    'x',
  ]);
  assert.deepEqual(idsOf([call('a'), call('b')], [{ tool_name: 'b' }, { name: 'a' }]), ['call_2', 'call_1']);
  assert.deepEqual(idsOf([call('a'), call('b')], [{}, {}]), ['call_1', 'call_2']);
  assert.deepEqual(idsOf([call('a'), call('a')], [{ tool_name: 'a' }, { tool_name: 'a' }]), [
    'call_1',
    'call_2',
  ]);
  assert.deepEqual(idsOf([], [{ tool_name: 'a' }]), ['call_1']);
});

test('options that mean something to every model server are passed on, within its bounds', () => {
  const options = {
    num_predict: 100,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    seed: 7,
    stop: ['END', ''],
    presence_penalty: 1,
    frequency_penalty: -5,
  };
  assert.deepEqual(chatParams({ options }), {
    ...HELLO_INPUT,
    maxOutputTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    seed: 7,
    stop: ['END'],
    presencePenalty: 1,
    frequencyPenalty: -2,
  });
  const odd = { num_predict: -1, temperature: 9, top_k: -1, seed: 1.5, stop: 'END', top_p: null };
  const clamped = { ...HELLO_INPUT, temperature: 2, topK: 0, seed: 1, stop: ['END'] };
  assert.deepEqual(chatParams({ options: odd }), clamped);
});

test('what belongs to the model server never reaches it', () => {
  const options = { num_ctx: 131_072, num_gpu: 99, use_mlock: true, num_thread: 64, numa: true, min_p: 0.1 };
  const body = { options, keep_alive: -1, truncate: false, shift: true, logprobs: true, user: 'me' };
  assert.deepEqual(chatParams(body), HELLO_INPUT);
  assert.deepEqual(
    chatParams({ options: null, format: '', think: null, tools: null, stream: null, keep_alive: null }),
    HELLO_INPUT,
  );
});

test('the format, the thinking and the stream', () => {
  const schema = { type: 'object', properties: { age: { type: 'integer' } } };
  assert.deepEqual(chatParams({ format: 'json' }), {
    ...HELLO_INPUT,
    responseFormat: { type: 'json_object' },
  });
  assert.deepEqual(chatParams({ format: schema }), {
    ...HELLO_INPUT,
    responseFormat: { type: 'json_schema', name: 'format', schema },
  });
  const efforts = { low: 'low', medium: 'medium', high: 'high', max: 'xhigh' };
  for (const [think, effort] of Object.entries(efforts)) {
    assert.deepEqual(chatParams({ think }), { ...HELLO_INPUT, reasoning: { effort } });
  }
  assert.deepEqual(chatParams({ think: true }), { ...HELLO_INPUT, reasoning: { effort: 'medium' } });
  assert.deepEqual(chatParams({ think: false }), { ...HELLO_INPUT, reasoning: { effort: 'none' } });
  // Its parts are not written, but the first one is timed.
  assert.deepEqual(chatParams({ stream: false }), HELLO_INPUT);
  assert.deepEqual(chatParams({ stream: true }), HELLO_INPUT);
});

test('a prompt is a message, and what an earlier answer gave as context is left out', () => {
  const body = {
    prompt: 'Describe it',
    system: 'Be brief',
    images: [PIXEL],
    context: [1, 2, 3],
    template: '',
  };
  assert.deepEqual(paramsOf('/api/generate', body), {
    route: 'small',
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Describe it' },
          { type: 'image', mimeType: 'image/png', data: PIXEL },
        ],
      },
    ],
  });
});

test('an image is known by how it begins', () => {
  const webp = Buffer.from('RIFF\u0001\u0002\u0003\u0004WEBPVP8 ', 'latin1').toString('base64');
  const images = {
    [webp]: 'image/webp',
    '/9j/4AAQSkZJRg==': 'image/jpeg',
    R0lGODlhAQABAAAAACw: 'image/gif',
    [`data:image/jpeg;base64,${PIXEL}`]: 'image/png',
    [PIXEL.replace(/.{20}/, '$&\n')]: 'image/png',
  };
  for (const [image, mimeType] of Object.entries(images)) {
    const params = chatParams({ messages: [{ ...HELLO, images: [image] }] }) as typeof HELLO_INPUT;
    const part = params.messages[0]?.parts[1] as { mimeType?: string } | undefined;
    assert.equal(part?.mimeType, mimeType, image);
  }
});

test('what cannot be translated is refused, with its place', () => {
  const chat = (body: object) =>
    refusalOf(() => post('/api/chat', { model: 'small', messages: [HELLO], ...body }));
  assert.equal(
    refusalOf(() => post('/api/chat', { messages: [HELLO] })),
    'member_missing model',
  );
  assert.equal(chat({ model: 7 }), 'member_wrong model');
  assert.equal(chat({ messages: 'hello' }), 'member_wrong messages');
  assert.equal(chat({ messages: [{ role: 'robot', content: '' }] }), 'member_wrong messages[0].role');
  assert.equal(
    chat({ messages: [HELLO, { role: 'user', images: ['no image'] }] }),
    'member_wrong messages[1].images[0]',
  );
  assert.equal(chat({ options: { temperature: 'hot' } }), 'member_wrong options.temperature');
  assert.equal(chat({ format: 'xml' }), 'member_wrong format');
  assert.equal(chat({ think: 'very hard' }), 'member_wrong think');
  assert.equal(chat({ stream: 'yes' }), 'member_wrong stream');
  const generate = (body: object) =>
    refusalOf(() => post('/api/generate', { model: 'small', prompt: 'hello', ...body }));
  assert.equal(generate({ suffix: 'end' }), 'member_unsupported suffix');
  assert.equal(generate({ template: '{{ .Prompt }}' }), 'member_unsupported template');
  assert.equal(generate({ raw: true }), 'member_unsupported raw');
  assert.equal(generate({ raw: false, suffix: '' }), 'accepted');
});
