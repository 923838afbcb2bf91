/** What a model has said, told to a client as a stream and whole, and sent back with the next request. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type {
  CompletionEvent,
  CompletionInput,
  CompletionResult,
} from '../../shared/operations/completion-shapes.ts';
import { ANTHROPIC } from './anthropic/index.ts';
import { callOf, eventsIn, play, result, STARTED, text, thinking, toolCall } from './apis.fixture.ts';
import type { ApiAddress } from './external-api.ts';
import { RESPONSES } from './openai/responses/index.ts';

interface Answer {
  readonly events: readonly CompletionEvent[];
  readonly end: CompletionResult;
}

const pieces = fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 4 });
const inputs = fc.array(fc.dictionary(fc.string(), fc.string()), { maxLength: 3 });

/** Thoughts, a text and calls of tools, as events and as the result. */
const answers: fc.Arbitrary<Answer> = fc
  .record({ thoughts: pieces, texts: pieces, inputs })
  .map(({ thoughts, texts, inputs: given }) => {
    const toolCalls = given.map((input, index) => {
      return { id: `call_${index}`, name: 'tool', arguments: JSON.stringify(input) };
    });
    const calls = toolCalls.flatMap(({ id, name, arguments: json }, index) => {
      const cut = Math.ceil(json.length / 2);
      return [toolCall(index, json.slice(0, cut), { id, name }), toolCall(index, json.slice(cut))];
    });
    return {
      events: [STARTED, ...thoughts.map(thinking), ...texts.map(text), ...calls],
      end: result({ thinking: thoughts.join(''), text: texts.join(''), toolCalls, finish: 'stop' }),
    };
  });

function told(address: ApiAddress | undefined, body: object, { events, end }: Answer) {
  const whole = JSON.parse(play(callOf(address, body).reply, [STARTED], end)) as Record<string, unknown>;
  const stream = eventsIn(play(callOf(address, { ...body, stream: true }).reply, events, end));
  return { whole, stream: stream.map(({ data }) => data) };
}

/** What a client has sent back, as the server gets it. */
function sentBack(address: ApiAddress | undefined, body: object): CompletionInput['messages'] {
  return JSON.parse(JSON.stringify(callOf(address, body).params['messages'])) as CompletionInput['messages'];
}

function expected({ end }: Answer): object[] {
  return [
    ...(end.thinking === '' ? [] : [{ type: 'thinking', text: end.thinking }]),
    ...(end.text === '' ? [] : [{ type: 'text', text: end.text }]),
    ...end.toolCalls.map((call) => ({ type: 'toolCall', ...call })),
  ];
}

test('Anthropic: a stream adds up to the whole message, which comes back as it was', () => {
  const [address] = ANTHROPIC.addresses;
  const user = { role: 'user', content: 'hello' };
  const body = { model: 'small', max_tokens: 9, messages: [user] };
  fc.assert(
    fc.property(answers, (answer) => {
      const { whole, stream } = told(address, body, answer);
      assert.deepEqual(contentOf(stream), whole['content']);
      const messages = [user, { role: 'assistant', content: whole['content'] }];
      assert.deepEqual(sentBack(address, { ...body, messages })[1]?.parts, expected(answer));
    }),
  );
});

test('Responses: a stream ends with the whole response, whose output comes back as it was', () => {
  const user = { role: 'user', content: 'hello' };
  const body = { model: 'small', input: [user] };
  fc.assert(
    fc.property(answers, (answer) => {
      const { whole, stream } = told(RESPONSES, body, answer);
      assert.deepEqual(stream.at(-1)?.['response'], whole);
      const input = [user, ...(whole['output'] as object[])];
      assert.deepEqual(sentBack(RESPONSES, { ...body, input })[1]?.parts ?? [], expected(answer));
    }),
  );
});

/** As the packages of Anthropic add it up. */
function contentOf(stream: readonly Record<string, unknown>[]): object[] {
  const blocks: Record<string, unknown>[] = [];
  const json: string[] = [];
  for (const { type, index, content_block: block, delta } of stream) {
    const at = Number(index);
    if (type === 'content_block_start') blocks[at] = { ...(block as object) };
    if (type !== 'content_block_delta') continue;
    const { type: _kind, partial_json: piece, ...more } = delta as Record<string, string>;
    if (piece !== undefined) json[at] = (json[at] ?? '') + piece;
    for (const [name, value] of Object.entries(more)) {
      blocks[at] = { ...blocks[at], [name]: String(blocks[at]?.[name]) + value };
    }
  }
  return blocks.map((block, index) => {
    return json[index] === undefined ? block : { ...block, input: JSON.parse(json[index]) as object };
  });
}
