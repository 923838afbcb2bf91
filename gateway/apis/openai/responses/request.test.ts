import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CompletionInput } from '../../../../shared/operations/completion-shapes.ts';
import { ApiRefusal, refusalError } from '../../../http/api-errors.ts';
import { callOf } from '../../apis.fixture.ts';
import { CODEX_REQUEST } from '../../codex.fixture.ts';
import { RESPONSES } from './index.ts';

const LEAST = { model: 'small', input: 'hello' };

function input(body: object): CompletionInput {
  const { operation, params } = callOf(RESPONSES, body);
  assert.equal(operation, 'completions.create');
  // As the server reads it.
  return CompletionInput.parse(JSON.parse(JSON.stringify(params)));
}

function refusedParam(more: object): string | undefined {
  try {
    callOf(RESPONSES, { ...LEAST, ...more });
  } catch (error) {
    assert.ok(error instanceof ApiRefusal, String(error));
    const { status, param } = refusalError(error, 'en');
    assert.equal(status, 400);
    return param;
  }
  throw new Error('It was not refused');
}

test('the least that a request can have', () => {
  const messages = [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }];
  assert.deepEqual(input(LEAST), { route: 'small', messages, stream: false });
  assert.deepEqual(input({ input: [{ role: 'user', content: 'hello' }], store: true }), {
    messages,
    stream: false,
  });
});

test('a request of Codex, with tools of every kind', () => {
  const { tools, messages, ...rest } = input(CODEX_REQUEST);
  assert.deepEqual(rest, {
    route: 'gpt-5-codex',
    toolChoice: 'auto',
    parallelToolCalls: true,
    reasoning: { effort: 'medium' },
    stream: true,
  });
  assert.deepEqual(messages, [
    { role: 'system', parts: [{ type: 'text', text: 'You are Codex.' }] },
    { role: 'system', parts: [{ type: 'text', text: '<permissions instructions>' }] },
    { role: 'user', parts: [{ type: 'text', text: '<environment_context>' }] },
    { role: 'user', parts: [{ type: 'text', text: 'List the files' }] },
    {
      role: 'assistant',
      parts: [
        { type: 'thinking', text: 'A list is wanted.' },
        { type: 'text', text: 'I will look.' },
        { type: 'toolCall', id: 'call_1', name: 'exec_command', arguments: '{"cmd":"ls"}' },
        { type: 'toolCall', id: 'call_2', name: 'mcp__docs__search', arguments: '{}' },
        { type: 'toolCall', id: 'call_3', name: 'apply_patch', arguments: '{"input":"*** Begin Patch"}' },
      ],
    },
    {
      role: 'tool',
      parts: [
        { type: 'toolResult', id: 'call_1', parts: [{ type: 'text', text: 'a.png' }] },
        {
          type: 'toolResult',
          id: 'call_2',
          parts: [
            { type: 'text', text: 'found' },
            { type: 'image', mimeType: 'image/png', data: 'iVBORw0KGgo=' },
          ],
        },
        { type: 'toolResult', id: 'call_3', parts: [{ type: 'text', text: 'Done' }] },
      ],
    },
  ]);
  const [execute, patch, search] = tools ?? [];
  assert.deepEqual(
    tools?.map(({ name }) => name),
    ['exec_command', 'apply_patch', 'mcp__docs__search'],
  );
  assert.deepEqual(execute?.parameters, CODEX_REQUEST.tools[0].parameters);
  assert.equal(execute?.strict, false);
  assert.match(patch?.description ?? '', /^Edits files\n\nIts input follows this lark grammar:\nstart: "x"$/);
  assert.deepEqual(patch?.parameters?.['required'], ['input']);
  assert.deepEqual(search?.parameters, { type: 'object' });
});

test('choices of tools', () => {
  const tools = [
    { type: 'function', name: 'one' },
    { type: 'function', name: 'two' },
  ];
  const choice = (tool_choice: unknown) => {
    const { toolChoice, tools: shown } = input({ ...LEAST, tools, tool_choice });
    return [toolChoice, shown?.map(({ name }) => name)];
  };
  assert.deepEqual(choice('required'), ['required', ['one', 'two']]);
  assert.deepEqual(choice({ type: 'function', name: 'two' }), [{ name: 'two' }, ['one', 'two']]);
  const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'one' }] };
  assert.deepEqual(choice(allowed), ['required', ['one']]);
  assert.deepEqual(choice(null), [undefined, ['one', 'two']]);
  assert.equal(refusedParam({ tools, tool_choice: { type: 'function', name: 'three' } }), 'tool_choice');
  assert.equal(refusedParam({ tools: [{ type: 'web_search' }], tool_choice: 'required' }), 'tool_choice');
  assert.equal(refusedParam({ tools, tool_choice: { ...allowed, tools: [] } }), 'tool_choice.tools');
});

test('formats, reasoning and settings have their counterparts', () => {
  const format = { type: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: true };
  assert.deepEqual(input({ ...LEAST, text: { format } }).responseFormat, format);
  assert.deepEqual(input({ ...LEAST, text: { format: { type: 'json_object' } } }).responseFormat, {
    type: 'json_object',
  });
  assert.deepEqual(input({ ...LEAST, reasoning: { effort: 'max' } }).reasoning, { effort: 'xhigh' });
  assert.equal(input({ ...LEAST, reasoning: { effort: null } }).reasoning, undefined);
  const set = input({ ...LEAST, max_output_tokens: 7, temperature: 0.5, top_p: null, metadata: { a: 'b' } });
  assert.deepEqual([set.maxOutputTokens, set.temperature, set.topP], [7, 0.5, undefined]);
});

test('a file is passed on with its name and its bytes', () => {
  const file_data = `data:text/plain;base64,${Buffer.from('Be kind, señora').toString('base64')}`;
  const content = [{ type: 'input_file', filename: 'rules.txt', file_data }];
  assert.deepEqual(input({ input: [{ role: 'user', content }] }).messages, [
    { role: 'user', parts: [{ type: 'file', name: 'rules.txt', data: file_data.split(',')[1] }] },
  ]);
});

test('tools that come in the course of the conversation can be called', () => {
  const added = { type: 'additional_tools', role: 'developer', tools: [{ type: 'function', name: 'late' }] };
  const { tools } = input({ ...LEAST, input: [added, { role: 'user', content: 'hi' }] });
  assert.deepEqual(
    tools?.map(({ name }) => name),
    ['late'],
  );
});

test('what needs answers that are kept is refused by its name', () => {
  assert.equal(refusedParam({ previous_response_id: 'resp_1' }), 'previous_response_id');
  assert.equal(refusedParam({ conversation: 'conv_1' }), 'conversation');
  assert.equal(refusedParam({ prompt: { id: 'pmpt_1' } }), 'prompt');
  assert.equal(refusedParam({ background: true }), 'background');
  assert.equal(refusedParam({ input: [{ type: 'item_reference', id: 'msg_1' }] }), 'input[0]');
});

test('what no model can be given is refused with its place', () => {
  const user = (part: object) => ({ input: [{ role: 'user', content: [part] }] });
  const place = 'input[0].content[0]';
  const url = { type: 'input_image', image_url: 'https://example.org/a.png' };
  assert.equal(refusedParam(user(url)), `${place}.image_url`);
  assert.equal(refusedParam(user({ type: 'input_image', file_id: 'file_1' })), `${place}.image_url`);
  assert.equal(refusedParam(user({ type: 'input_file', file_id: 'file_1' })), `${place}.file_data`);
  assert.equal(refusedParam(user({ type: 'input_audio' })), `${place}.type`);
  assert.equal(refusedParam({ input: [{ role: 'system', content: [url] }] }), place);
  assert.equal(refusedParam({ input: [{ type: 'dream' }] }), 'input[0].type');
  assert.equal(refusedParam({ input: [] }), 'input');
});

test('any body is translated or refused', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const key = fc.constantFrom(...Object.keys(CODEX_REQUEST), 'previous_response_id', 'max_output_tokens');
  const changed = fc.dictionary(key, json).map((members) => ({ ...CODEX_REQUEST, ...members }));
  const item = fc.record(
    {
      type: fc.constantFrom(undefined, ...CODEX_REQUEST.input.map(({ type }) => type)),
      role: fc.constantFrom('user', 'assistant', 'developer'),
      content: json,
      output: json,
      arguments: json,
      call_id: json,
      name: json,
      summary: json,
    },
    { requiredKeys: [] },
  );
  const built = fc.array(item, { maxLength: 3 }).map((all) => ({ ...LEAST, input: all }));
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(key, json), changed, built), (body) => {
      try {
        callOf(RESPONSES, body);
      } catch (error) {
        assert.ok(error instanceof ApiRefusal, String(error));
        assert.equal(refusalError(error, 'es').status, 400);
      }
    }),
    { numRuns: 300 },
  );
});
