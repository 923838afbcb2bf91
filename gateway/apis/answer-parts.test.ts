import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CompletionEvent } from '../../shared/operations/completion-shapes.ts';
import { AnswerParts, argumentsOf, type PartWriter } from './answer-parts.ts';
import { result, text, thinking, toolCall } from './apis.fixture.ts';

const WRITER: PartWriter = {
  opened: ({ index, kind, call }) => `<${index}:${kind}${call.name === '' ? '' : `=${call.name}`}>`,
  grew: (_, piece) => piece,
  closed: ({ index }, isLast) => `</${index}${isLast ? '.' : ''}>`,
};

function written(events: readonly CompletionEvent[], end = result()): string {
  const parts = new AnswerParts(WRITER);
  const pieces = events.map(({ name, params }) => parts.event(name, params));
  return pieces.join('') + parts.end(end);
}

test('each part ends before the next one begins', () => {
  assert.equal(
    written([
      thinking('hm'),
      thinking('m'),
      text('Hel'),
      text('lo'),
      toolCall(0, '{}', { id: 'a', name: 'ls' }),
    ]),
    '<0:thinking>hmm</0><1:text>Hello</1><2:toolCall=ls>{}</2.>',
  );
});

test('deltas of several calls in turn become one call after the other', () => {
  const events = [
    toolCall(0, '{"a"', { id: 'a', name: 'one' }),
    toolCall(1, '{"b"', { id: 'b', name: 'two' }),
    toolCall(0, ':1}'),
    toolCall(1, ':2}'),
    text('done'),
  ];
  assert.equal(written(events), '<0:toolCall=one>{"a":1}</0><1:toolCall=two>{"b":2}</1><2:text>done</2.>');
});

test('a call whose arguments are whole ends as soon as something else begins', () => {
  const parts = new AnswerParts(WRITER);
  const first = toolCall(0, '{}', { id: 'a', name: 'one' });
  const second = toolCall(1, '{', { id: 'b', name: 'two' });
  parts.event(first.name, first.params);
  assert.equal(parts.event(second.name, second.params), '</0><1:toolCall=two>{');
});

test('an answer that came with the result alone is written whole', () => {
  const toolCalls = [{ id: 'a', name: 'ls', arguments: '{}' }];
  assert.equal(
    written([], result({ thinking: 'hm', text: 'Hi', toolCalls })),
    '<0:thinking>hm</0><1:text>Hi</1><2:toolCall=ls>{}</2.>',
  );
  assert.equal(written([], result({ text: '' })), '');
});

test('whatever the order of the deltas, no piece is lost, and the parts have their numbers', () => {
  const values = fc.array(fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(1, '}{', [2])), {
    maxLength: 4,
  });
  const picks = fc.array(fc.nat(), { maxLength: 80 });
  fc.assert(
    fc.property(values, picks, (inputs, order) => {
      const calls = inputs.map((input) => JSON.stringify(input));
      const rest = calls.map((json) => json.split(''));
      const events: CompletionEvent[] = [];
      const take = (index: number) => {
        const piece = rest[index]?.shift();
        const call = { id: `c${index}`, name: `n${index}` };
        if (piece === undefined) events.push(index % 2 === 0 ? text('t') : thinking('h'));
        else events.push(toolCall(index, piece, call));
      };
      for (const pick of order) take(pick % (calls.length + 2));
      for (const [index, pieces] of rest.entries()) while (pieces.length > 0) take(index);
      const all = written(events, result({ text: '' }));
      const opened = [...all.matchAll(/<(\d+):/g)].map(([, index]) => Number(index));
      assert.deepEqual(opened, [...opened.keys()]);
      for (const [index, json] of calls.entries()) {
        assert.equal(all.split(`=n${index}>`)[1]?.split('</')[0], json);
      }
      const count = (name: string) => events.filter((event) => event.name === name).length;
      const lengthOf = (kind: string) =>
        [...all.matchAll(new RegExp(`:${kind}>([th]*)`, 'g'))].map(([, one]) => one).join('').length;
      assert.equal(lengthOf('text'), count('completions.text'));
      assert.equal(lengthOf('thinking'), count('completions.thinking'));
    }),
  );
});

test('what comes behind the end of a call is no new call', () => {
  const call = { id: 'a', name: 'one' };
  assert.equal(
    written([toolCall(0, '{}', call), text('t'), toolCall(0, '\n')]),
    '<0:toolCall=one>{}</0><1:text>t</1.>',
  );
});

test('arguments that are no object are not lost', () => {
  assert.deepEqual(argumentsOf('{"a":1}'), { a: 1 });
  assert.deepEqual(argumentsOf(' '), {});
  assert.deepEqual(argumentsOf('[1]'), { INVALID_JSON: '[1]' });
  assert.deepEqual(argumentsOf('{"a'), { INVALID_JSON: '{"a' });
});
