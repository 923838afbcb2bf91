import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CompletionInput } from '../../../shared/operations/completion-shapes.ts';
import { ApiRefusal, refusalError } from '../../http/api-errors.ts';
import { callOf } from '../apis.fixture.ts';
import { CLAUDE_CODE_REQUEST } from '../claude-code.fixture.ts';
import { ANTHROPIC } from './index.ts';

const [messages, countTokens] = ANTHROPIC.addresses;
const USER = { role: 'user', content: 'hello' };
const LEAST = { model: 'small', max_tokens: 100, messages: [USER] };

function input(body: object): CompletionInput {
  const { operation, params } = callOf(messages, body);
  assert.equal(operation, 'completions.create');
  // As the server reads it.
  return CompletionInput.parse(JSON.parse(JSON.stringify(params)));
}

function refusal(body: object): { status: number; message: string; param: string | undefined } {
  try {
    callOf(messages, body);
  } catch (error) {
    assert.ok(error instanceof ApiRefusal, String(error));
    const { status, message, param } = refusalError(error, 'en');
    return { status, message, param };
  }
  throw new Error('It was not refused');
}

test('the least that a request can have', () => {
  assert.deepEqual(input(LEAST), {
    route: 'small',
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }],
    maxOutputTokens: 100,
    stream: false,
  });
});

test('a request of Claude Code, with the fields that only its maker knows', () => {
  assert.deepEqual(input(CLAUDE_CODE_REQUEST), {
    route: 'claude-sonnet-4-5-20250929',
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'You are Claude Code.' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: '<system-reminder>Today is Monday.</system-reminder>' },
          { type: 'text', text: 'List the files' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'The user wants a list.' },
          { type: 'text', text: 'I will look.' },
          { type: 'toolCall', id: 'toolu_1', name: 'Bash', arguments: '{"command":"ls"}' },
          { type: 'toolCall', id: 'toolu_2', name: 'Bash', arguments: '{"command":"pwd"}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          {
            type: 'toolResult',
            id: 'toolu_1',
            parts: [
              { type: 'text', text: 'a.png' },
              { type: 'image', mimeType: 'image/png', data: 'iVBORw0KGgo=' },
            ],
          },
          {
            type: 'toolResult',
            id: 'toolu_2',
            parts: [{ type: 'text', text: 'Permission denied' }],
            isError: true,
          },
        ],
      },
      { role: 'user', parts: [{ type: 'text', text: 'Go on' }] },
      { role: 'system', parts: [{ type: 'text', text: 'The user has opened another file.' }] },
    ],
    tools: [
      {
        name: 'Bash',
        description: 'Runs a command',
        parameters: CLAUDE_CODE_REQUEST.tools[0].input_schema,
      },
      { name: 'mcp__docs__search', description: '', parameters: { type: 'object' } },
    ],
    maxOutputTokens: 32_000,
    temperature: 1,
    reasoning: { effort: 'high' },
    stream: true,
  });
});

test('choices, formats and thinking have their counterparts', () => {
  const tools = [{ name: 'ls', input_schema: { type: 'object' } }];
  const choice = (tool_choice: object) => input({ ...LEAST, tools, tool_choice });
  assert.equal(choice({ type: 'auto' }).toolChoice, 'auto');
  assert.equal(choice({ type: 'any' }).toolChoice, 'required');
  assert.equal(choice({ type: 'none' }).toolChoice, 'none');
  const one = choice({ type: 'tool', name: 'ls', disable_parallel_tool_use: true });
  assert.deepEqual([one.toolChoice, one.parallelToolCalls], [{ name: 'ls' }, false]);
  assert.equal(input({ ...LEAST, tools: [], tool_choice: { type: 'any' } }).toolChoice, undefined);

  const thinking = (given: object) => input({ ...LEAST, ...given }).reasoning;
  assert.deepEqual(thinking({ thinking: { type: 'enabled', budget_tokens: 2048 } }), { budgetTokens: 2048 });
  assert.deepEqual(thinking({ thinking: { type: 'disabled' }, output_config: { effort: 'max' } }), {
    effort: 'none',
  });
  assert.deepEqual(thinking({ output_config: { effort: 'max' } }), { effort: 'xhigh' });
  assert.equal(thinking({ thinking: { type: 'adaptive' } }), undefined);

  const format = { type: 'json_schema', schema: { type: 'object' } };
  const expected = { type: 'json_schema', name: 'output', schema: { type: 'object' }, strict: true };
  assert.deepEqual(input({ ...LEAST, output_config: { format } }).responseFormat, expected);
  assert.deepEqual(input({ ...LEAST, output_format: format }).responseFormat, expected);

  const sampled = input({ ...LEAST, top_k: 5, top_p: 0.5, stop_sequences: ['END'], temperature: null });
  assert.deepEqual(
    [sampled.topK, sampled.topP, sampled.stop, sampled.temperature],
    [5, 0.5, ['END'], undefined],
  );
});

test('documents and search results are read as text', () => {
  const content = [
    { type: 'document', title: 'Rules', source: { type: 'text', media_type: 'text/plain', data: 'Be kind' } },
    { type: 'document', source: { type: 'content', content: 'More' } },
    { type: 'search_result', source: 'wiki', title: 'Kind', content: [{ type: 'text', text: 'found' }] },
  ];
  const texts = ['Rules', 'Be kind', 'More', 'Kind\nwiki\nfound'];
  assert.deepEqual(input({ ...LEAST, messages: [{ role: 'user', content }] }).messages, [
    { role: 'user', parts: texts.map((text) => ({ type: 'text', text })) },
  ]);
});

test('the suffix of a long context belongs to no model', () => {
  assert.equal(input({ ...LEAST, model: 'claude-sonnet-4-5[1m]' }).route, 'claude-sonnet-4-5');
});

test('what cannot be done is refused with its place', () => {
  const refused = (more: object) => refusal({ ...LEAST, ...more });
  const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
  const url = { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } };
  assert.equal(refused(user(url)).param, 'messages[0].content[0].source');
  assert.match(refused(user(url)).message, /base64/);
  const inResult = { type: 'tool_result', tool_use_id: 'a', content: [url] };
  assert.equal(refused(user(inResult)).param, 'messages[0].content[0].content[0].source');
  const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } };
  const resulting = { ...inResult, content: [pdf] };
  assert.equal(refused(user(resulting)).param, 'messages[0].content[0].content[0].source');
  const byUrl = { type: 'document', source: { type: 'url', url: 'https://example.org/a.pdf' } };
  assert.equal(refused(user(byUrl)).param, 'messages[0].content[0].source');
  assert.equal(refused({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }).param, 'tools[0]');
  assert.equal(refused({ tools: [{ type: 'mcp_toolset', mcp_server_name: 'a' }] }).param, 'tools[0]');
  assert.equal(
    refused({ mcp_servers: [{ type: 'url', url: 'https://example.org', name: 'a' }] }).param,
    'mcp_servers',
  );
});

test('a document in base64 is a file, with its title as the name', () => {
  const source = { type: 'base64', media_type: 'application/pdf', data: 'AAAA' };
  const content = [{ type: 'document', source, title: 'report.pdf', context: 'of May' }];
  assert.deepEqual(input({ ...LEAST, messages: [{ role: 'user', content }] }).messages, [
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'of May' },
        { type: 'file', name: 'report.pdf', data: 'AAAA' },
      ],
    },
  ]);
});

test('what is not as it should be is told with its place, in both languages', () => {
  const { max_tokens: _, ...withoutMaximum } = LEAST;
  assert.equal(refusal(withoutMaximum).param, 'max_tokens');
  assert.equal(refusal({ ...LEAST, messages: [] }).param, 'messages');
  assert.equal(refusal({ ...LEAST, messages: [{ role: 'robot', content: '' }] }).param, 'messages[0].role');
  const video = { role: 'user', content: [{ type: 'video' }] };
  assert.equal(refusal({ ...LEAST, messages: [USER, video] }).param, 'messages[1].content[0].type');
  try {
    callOf(messages, { ...LEAST, temperature: 'hot' });
    assert.fail();
  } catch (error) {
    assert.ok(error instanceof ApiRefusal);
    const [en, es] = [refusalError(error, 'en').message, refusalError(error, 'es').message];
    assert.match(en, /^temperature has a value .*: must be a number, but is text$/);
    assert.match(es, /^temperature tiene un valor .*: debe ser un número, pero es un texto$/);
  }
});

test('tokens are counted for the same prompt', () => {
  const { operation, params, reply } = callOf(countTokens, CLAUDE_CODE_REQUEST);
  const { route, messages: ofMessages, tools } = input(CLAUDE_CODE_REQUEST);
  assert.equal(operation, 'completions.countTokens');
  assert.deepEqual(JSON.parse(JSON.stringify(params)), { route, messages: ofMessages, tools });
  const counted = reply.result({ route: 'small', inputTokens: 17, contextTokens: 4096 });
  assert.deepEqual(JSON.parse(counted), { input_tokens: 17 });
});

test('any body is translated or refused', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const key = fc.constantFrom(...Object.keys(CLAUDE_CODE_REQUEST), 'tool_choice', 'stop_sequences');
  const changed = fc.dictionary(key, json).map((members) => ({ ...CLAUDE_CODE_REQUEST, ...members }));
  const block = fc.record(
    {
      type: fc.constantFrom(
        'text',
        'image',
        'document',
        'tool_result',
        'tool_use',
        'thinking',
        'search_result',
      ),
      text: json,
      source: json,
      content: json,
      id: json,
      name: json,
      input: json,
    },
    { requiredKeys: ['type'] },
  );
  const message = fc.record({
    role: fc.constantFrom('user', 'assistant', 'system'),
    content: fc.oneof(json, fc.array(block, { maxLength: 3 })),
  });
  const built = fc.array(message, { maxLength: 3 }).map((all) => ({ ...LEAST, messages: all }));
  const bodies = fc.oneof(fc.dictionary(key, json), changed, built);
  fc.assert(
    fc.property(bodies, (body) => {
      try {
        callOf(messages, body);
      } catch (error) {
        assert.ok(error instanceof ApiRefusal, String(error));
        assert.equal(refusalError(error, 'es').status, 400);
      }
    }),
    { numRuns: 300 },
  );
});
