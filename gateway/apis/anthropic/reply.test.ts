import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiError } from '../../http/api-errors.ts';
import { callOf, eventsIn, play, result, STARTED, text, thinking, toolCall } from '../apis.fixture.ts';
import type { ApiReply } from '../external-api.ts';
import { ANTHROPIC } from './index.ts';

const [messages] = ANTHROPIC.addresses;

const MESSAGE_START = {
  type: 'message_start',
  message: {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'small',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 11,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 0,
    },
  },
};

function replyTo(more: object = {}): ApiReply {
  const body = { model: 'small', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], ...more };
  return callOf(messages, body).reply;
}

test('a stream has its events in the order of the recorded one', () => {
  const events = [
    STARTED,
    thinking('Let me '),
    thinking('see.'),
    text('I look.'),
    toolCall(0, '{"command":', { id: 'call_1', name: 'Bash' }),
    toolCall(0, '"ls"}'),
    toolCall(1, '', { id: 'call_2', name: 'Now' }),
  ];
  const usage = { inputTokens: 20, cachedInputTokens: 15, outputTokens: 9, source: 'reported' } as const;
  const body = play(replyTo({ stream: true }), events, result({ finish: 'tool_calls', usage }));
  assert.deepEqual(
    eventsIn(body).map(({ event }) => event),
    eventsIn(body).map(({ data }) => data['type']),
  );
  const start = (index: number, content_block: object) => ({
    type: 'content_block_start',
    index,
    content_block,
  });
  const delta = (index: number, given: object) => ({ type: 'content_block_delta', index, delta: given });
  const stop = (index: number) => ({ type: 'content_block_stop', index });
  assert.deepEqual(
    eventsIn(body).map(({ data }) => data),
    [
      MESSAGE_START,
      start(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Let me ' }),
      delta(0, { type: 'thinking_delta', thinking: 'see.' }),
      delta(0, { type: 'signature_delta', signature: 'Usuario-3:m1' }),
      stop(0),
      start(1, { type: 'text', text: '' }),
      delta(1, { type: 'text_delta', text: 'I look.' }),
      stop(1),
      start(2, { type: 'tool_use', id: 'call_1', name: 'Bash', input: {} }),
      delta(2, { type: 'input_json_delta', partial_json: '{"command":' }),
      delta(2, { type: 'input_json_delta', partial_json: '"ls"}' }),
      stop(2),
      start(3, { type: 'tool_use', id: 'call_2', name: 'Now', input: {} }),
      stop(3),
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: {
          input_tokens: 5,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 15,
          output_tokens: 9,
        },
      },
      { type: 'message_stop' },
    ],
  );
});

test('nothing is written before the answer begins', () => {
  const reply = replyTo({ stream: true });
  assert.equal(reply.event('completions.queued', { position: 2 }), '');
  assert.equal(reply.event(STARTED.name, STARTED.params), '');
  assert.equal(reply.event('completions.loading', {}), '');
  assert.match(reply.event('completions.text', { text: 'H' }), /^event: message_start\n/);
});

test('the whole message has the same content', () => {
  const toolCalls = [
    { id: 'call_1', name: 'Bash', arguments: '{"command":"ls"}' },
    { id: 'call_2', name: 'Now', arguments: '' },
    { id: 'call_3', name: 'Bash', arguments: '{"comm' },
  ];
  const body = play(
    replyTo(),
    [STARTED],
    result({ thinking: 'Let me see.', toolCalls, finish: 'tool_calls' }),
  );
  assert.deepEqual(JSON.parse(body), {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'small',
    content: [
      { type: 'thinking', thinking: 'Let me see.', signature: 'Usuario-3:m1' },
      { type: 'text', text: 'Hello! How are you today?' },
      { type: 'tool_use', id: 'call_1', name: 'Bash', input: { command: 'ls' } },
      { type: 'tool_use', id: 'call_2', name: 'Now', input: {} },
      { type: 'tool_use', id: 'call_3', name: 'Bash', input: { INVALID_JSON: '{"comm' } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: {
      input_tokens: 12,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 8,
    },
  });
});

test('each finish has its reason', () => {
  const reason = (finish: 'stop' | 'length' | 'content_filter') => {
    return (JSON.parse(play(replyTo(), [], result({ finish }))) as { stop_reason: string }).stop_reason;
  };
  assert.deepEqual(
    [reason('stop'), reason('length'), reason('content_filter')],
    ['end_turn', 'max_tokens', 'refusal'],
  );
});

test('a sequence that ended the answer is named where the model server names it', () => {
  const stopped = result({ finish: 'stop', stopSequence: '###' });
  const whole = JSON.parse(replyTo().result(stopped)) as Record<string, unknown>;
  assert.deepEqual([whole['stop_reason'], whole['stop_sequence']], ['stop_sequence', '###']);
  const events = eventsIn(play(replyTo({ stream: true }), [STARTED, text('hi')], stopped));
  const delta = events.find(({ data }) => data['type'] === 'message_delta')?.data['delta'];
  assert.deepEqual(delta, { stop_reason: 'stop_sequence', stop_sequence: '###' });
});

test('pings are events, and a failure in mid-stream is one', () => {
  const reply = replyTo({ stream: true });
  assert.deepEqual(eventsIn(reply.keepAlive ?? ''), [{ event: 'ping', data: { type: 'ping' } }]);
  const failure = reply.failure({ status: 502, code: 'upstream_failed', message: 'The model failed' });
  assert.deepEqual(eventsIn(failure ?? ''), [
    {
      event: 'error',
      data: {
        type: 'error',
        error: { type: 'api_error', message: 'The model failed' },
        request_id: 'req-1',
      },
    },
  ]);
  assert.equal(replyTo().failure({ status: 502, code: 'upstream_failed', message: '' }), undefined);
});

test('every error has its type, and overload its status', () => {
  const answered = (status: number, code = 'x') => {
    const error: ApiError = { status, code, message: 'No' };
    const { body, ...rest } = ANTHROPIC.error(error, { id: 'req-7' });
    return { ...rest, type: (body as { error: { type: string } }).error.type };
  };
  const types = [400, 401, 402, 403, 404, 405, 413, 429, 500, 502, 504].map(
    (status) => answered(status).type,
  );
  assert.deepEqual(types, [
    'invalid_request_error',
    'authentication_error',
    'billing_error',
    'permission_error',
    'not_found_error',
    'invalid_request_error',
    'request_too_large',
    'rate_limit_error',
    'api_error',
    'api_error',
    'timeout_error',
  ]);
  assert.deepEqual(answered(503), {
    type: 'overloaded_error',
    status: 529,
  });
  assert.deepEqual(answered(402).headers, { 'x-should-retry': 'false' });
  const tooLong: ApiError = { status: 400, code: 'context_length_exceeded', message: 'About 9 tokens' };
  assert.deepEqual(ANTHROPIC.error(tooLong, { id: 'req-7' }).body, {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'prompt is too long: About 9 tokens' },
    request_id: 'req-7',
  });
});

test('models that answer messages are listed in the form of the API, for its clients', () => {
  const [list, one] = ANTHROPIC.addresses.filter(({ method }) => method === 'GET');
  assert.equal(list?.isFor?.({ 'anthropic-version': '2023-06-01' }), true);
  assert.equal(list?.isFor?.({ authorization: 'Bearer x' }), false);
  const route = {
    id: 'house/small:3b',
    provider: 'ollama',
    owner: 'house',
    created: 1_767_225_600,
    capabilities: ['completion', 'tools'],
    contextTokens: 8_192,
    maxOutputTokens: 1_024,
  };
  const result = { routes: [route, { ...route, id: 'embed', capabilities: ['embedding'] }] };
  const expected = {
    type: 'model',
    id: 'house/small:3b',
    display_name: 'house/small:3b',
    created_at: '2026-01-01T00:00:00.000Z',
    max_input_tokens: 7_168,
    max_tokens: 1_024,
  };
  const { operation, reply } = callOf(list, {});
  assert.equal(operation, 'models.list');
  assert.deepEqual(JSON.parse(reply.result(result)), {
    data: [expected],
    has_more: false,
    first_id: 'house/small:3b',
    last_id: 'house/small:3b',
  });
  const known = callOf(one, {}, { path: { '*': 'house/small:3b' } });
  assert.deepEqual(known.params, { model: 'house/small:3b' });
  assert.deepEqual(JSON.parse(known.reply.result({ routes: result.routes.slice(0, 1) })), expected);
  const unknown = callOf(one, {}, { path: { '*': 'embed' } }).reply;
  assert.throws(() => unknown.result({ routes: result.routes.slice(1) }), { key: 'unknown_model' });
});
