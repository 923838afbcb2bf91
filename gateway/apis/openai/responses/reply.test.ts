import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletionEvent, CompletionResult } from '../../../../shared/operations/completion-shapes.ts';
import {
  callOf,
  eventsIn,
  NOW,
  play,
  result,
  STARTED,
  text,
  thinking,
  toolCall,
} from '../../apis.fixture.ts';
import { CODEX_REQUEST } from '../../codex.fixture.ts';
import { RESPONSES } from './index.ts';

interface Response {
  readonly status: string;
  readonly output: readonly Record<string, unknown>[];
  readonly [member: string]: unknown;
}

const USAGE = {
  inputTokens: 20,
  cachedInputTokens: 15,
  outputTokens: 9,
  thinkingTokens: 4,
  source: 'reported',
} as const;

const at = (output_index: number, item_id: string) => ({ item_id, output_index });
const reasoning = (status: string, summary: object[]) => {
  return { output_index: 0, item: { id: 'rs_02', type: 'reasoning', status, summary } };
};
const message = (status: string, content: object[]) => {
  return { output_index: 1, item: { id: 'msg_03', type: 'message', status, role: 'assistant', content } };
};
const call = (status: string, given: string) => ({
  output_index: 2,
  item: {
    id: 'fc_04',
    type: 'function_call',
    status,
    call_id: 'call_1',
    name: 'exec_command',
    arguments: given,
  },
});
const summary = (given: string) => ({ type: 'summary_text', text: given });
const part = (given: string) => ({ type: 'output_text', annotations: [], logprobs: [], text: given });

/** Between the start and the end. */
const EVENTS = [
  { type: 'response.output_item.added', ...reasoning('in_progress', []) },
  { type: 'response.reasoning_summary_part.added', ...at(0, 'rs_02'), summary_index: 0, part: summary('') },
  { type: 'response.reasoning_summary_text.delta', ...at(0, 'rs_02'), summary_index: 0, delta: 'Let me ' },
  { type: 'response.reasoning_summary_text.delta', ...at(0, 'rs_02'), summary_index: 0, delta: 'see.' },
  {
    type: 'response.reasoning_summary_text.done',
    ...at(0, 'rs_02'),
    summary_index: 0,
    text: 'Let me see.',
  },
  {
    type: 'response.reasoning_summary_part.done',
    ...at(0, 'rs_02'),
    summary_index: 0,
    part: summary('Let me see.'),
  },
  { type: 'response.output_item.done', ...reasoning('completed', [summary('Let me see.')]) },
  { type: 'response.output_item.added', ...message('in_progress', []) },
  { type: 'response.content_part.added', ...at(1, 'msg_03'), content_index: 0, part: part('') },
  { type: 'response.output_text.delta', ...at(1, 'msg_03'), content_index: 0, delta: 'I ', logprobs: [] },
  {
    type: 'response.output_text.delta',
    ...at(1, 'msg_03'),
    content_index: 0,
    delta: 'look.',
    logprobs: [],
  },
  {
    type: 'response.output_text.done',
    ...at(1, 'msg_03'),
    content_index: 0,
    text: 'I look.',
    logprobs: [],
  },
  { type: 'response.content_part.done', ...at(1, 'msg_03'), content_index: 0, part: part('I look.') },
  { type: 'response.output_item.done', ...message('completed', [part('I look.')]) },
  { type: 'response.output_item.added', ...call('in_progress', '') },
  { type: 'response.function_call_arguments.delta', ...at(2, 'fc_04'), delta: '{"cmd":' },
  { type: 'response.function_call_arguments.delta', ...at(2, 'fc_04'), delta: '"ls"}' },
  {
    type: 'response.function_call_arguments.done',
    ...at(2, 'fc_04'),
    name: 'exec_command',
    arguments: '{"cmd":"ls"}',
  },
  { type: 'response.output_item.done', ...call('completed', '{"cmd":"ls"}') },
];

function stream(events: readonly CompletionEvent[], end?: CompletionResult, body: object = CODEX_REQUEST) {
  return eventsIn(play(callOf(RESPONSES, body).reply, [STARTED, ...events], end)).map(({ data }) => data);
}

function responseIn(event: Record<string, unknown> | undefined): Response {
  assert.ok(event);
  return event['response'] as Response;
}

function withoutNumber({ sequence_number, ...event }: Record<string, unknown>): Record<string, unknown> {
  assert.equal(typeof sequence_number, 'number');
  return event;
}

function whole(end: CompletionResult, more: object = {}): Response {
  const { reply } = callOf(RESPONSES, { ...CODEX_REQUEST, stream: false, ...more });
  return JSON.parse(play(reply, [STARTED], end)) as Response;
}

test('a stream has its events in the order of the recorded one', () => {
  const events = [
    thinking('Let me '),
    thinking('see.'),
    text('I '),
    text('look.'),
    toolCall(0, '{"cmd":', { id: 'call_1', name: 'exec_command' }),
    toolCall(0, '"ls"}'),
  ];
  const seen = stream(events, result({ finish: 'tool_calls', usage: USAGE }));
  assert.deepEqual(
    seen.map((event) => event['sequence_number']),
    [...seen.keys()],
  );
  const [created, inProgress, ...rest] = seen.map((event) => withoutNumber(event));
  const completed = rest.pop();
  assert.equal(created?.['type'], 'response.created');
  assert.equal(inProgress?.['type'], 'response.in_progress');
  assert.deepEqual(created?.['response'], inProgress?.['response']);
  assert.deepEqual(rest, EVENTS);
  assert.equal(completed?.['type'], 'response.completed');
  assert.deepEqual(completed['response'], {
    ...(created['response'] as Response),
    status: 'completed',
    output: [
      reasoning('completed', [summary('Let me see.')]).item,
      message('completed', [part('I look.')]).item,
      call('completed', '{"cmd":"ls"}').item,
    ],
    usage: {
      input_tokens: 20,
      input_tokens_details: { cached_tokens: 15 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 29,
    },
  });
});

test('a response begins without output, and says the settings of its request', () => {
  const [created] = stream([text('Hi')]);
  const { id, status, output, usage, error, created_at, model, instructions, tools, ...rest } =
    responseIn(created);
  assert.deepEqual(
    { id, status, output, usage, error },
    {
      id: 'resp_01',
      status: 'in_progress',
      output: [],
      usage: null,
      error: null,
    },
  );
  assert.equal(created_at, NOW / 1_000);
  assert.equal(model, 'small');
  assert.equal(instructions, CODEX_REQUEST.instructions);
  assert.deepEqual(tools, CODEX_REQUEST.tools);
  assert.equal(rest['store'], false);
  assert.equal(rest['prompt_cache_key'], CODEX_REQUEST.prompt_cache_key);
  assert.deepEqual(rest['reasoning'], { effort: 'medium', summary: null });
});

test('nothing is written before the answer begins', () => {
  const { reply } = callOf(RESPONSES, CODEX_REQUEST);
  assert.equal(reply.event('completions.queued', { position: 1 }), '');
  assert.equal(reply.event(STARTED.name, STARTED.params), '');
  assert.match(reply.event('completions.text', { text: 'H' }), /^event: response\.created\n/);
  assert.equal(reply.keepAlive, ': waiting\n');
});

test('a custom tool is called with its text, and a tool of a namespace by its own name', () => {
  const events = [
    toolCall(0, '{"input":"*** Begin', { id: 'call_1', name: 'apply_patch' }),
    toolCall(0, ' Patch"}'),
    toolCall(1, '{}', { id: 'call_2', name: 'mcp__docs__search' }),
  ];
  const seen = stream(events, result({ text: '', finish: 'tool_calls' }));
  const types = seen.map(({ type }) => type).filter((type) => String(type).includes('call'));
  assert.deepEqual(types, [
    'response.custom_tool_call_input.delta',
    'response.custom_tool_call_input.done',
    'response.function_call_arguments.delta',
    'response.function_call_arguments.done',
  ]);
  const { output } = responseIn(seen.at(-1));
  assert.deepEqual(output, [
    {
      id: 'ctc_02',
      type: 'custom_tool_call',
      status: 'completed',
      call_id: 'call_1',
      name: 'apply_patch',
      input: '*** Begin Patch',
    },
    {
      id: 'fc_03',
      type: 'function_call',
      status: 'completed',
      call_id: 'call_2',
      name: 'search',
      namespace: 'mcp__docs__',
      arguments: '{}',
    },
  ]);
});

test('an answer that is cut off is incomplete, streamed or whole', () => {
  const end = result({ text: 'Hel', finish: 'length' });
  const last = stream([text('Hel')], end).at(-1);
  assert.equal(last?.['type'], 'response.incomplete');
  for (const response of [last['response'] as Response, whole(end)]) {
    assert.equal(response.status, 'incomplete');
    assert.deepEqual(response['incomplete_details'], { reason: 'max_output_tokens' });
    assert.equal(response.output[0]?.['status'], 'incomplete');
  }
  assert.deepEqual(whole(result({ finish: 'content_filter' }))['incomplete_details'], {
    reason: 'content_filter',
  });
});

test('the whole response is what the stream ends with', () => {
  const end = result({
    thinking: 'Hm',
    text: 'Hi',
    toolCalls: [{ id: 'call_1', name: 'exec_command', arguments: '{}' }],
    finish: 'tool_calls',
  });
  const events = [thinking('Hm'), text('Hi'), toolCall(0, '{}', { id: 'call_1', name: 'exec_command' })];
  assert.deepEqual(whole(end), stream(events, end).at(-1)?.['response']);
});

test('a failure in mid-stream is the last event', () => {
  const failed = (status: number, code: string) => {
    const { reply } = callOf(RESPONSES, CODEX_REQUEST);
    const body = play(reply, [STARTED, text('Hel')]) + reply.failure({ status, code, message: 'No' });
    const last = eventsIn(body).at(-1)?.data;
    const response = last?.['response'] as Response;
    assert.deepEqual([last?.['type'], response.status], ['response.failed', 'failed']);
    assert.equal(typeof last?.['sequence_number'], 'number');
    return (response['error'] as { code: string }).code;
  };
  assert.equal(failed(502, 'upstream_failed'), 'server_error');
  assert.equal(failed(429, 'rate_limited'), 'rate_limit_exceeded');
  assert.equal(failed(402, 'insufficient_credits'), 'insufficient_quota');
  assert.equal(failed(400, 'context_length_exceeded'), 'context_length_exceeded');
  assert.equal(failed(400, 'unsupported'), 'invalid_prompt');
});
