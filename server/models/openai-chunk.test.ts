import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCompletion, readCompletionChunk } from './openai-chunk.ts';

test('the sequence that ended an answer is read where a server says it', () => {
  const cases: readonly [choice: object, stopSequence: string | undefined][] = [
    [{ stop_reason: '###' }, '###'],
    [{ matched_stop: '###' }, '###'],
    [{ stop_reason: null, matched_stop: '###' }, '###'],
    // The number of a token, such as that of the end.
    [{ stop_reason: 128009 }, undefined],
    [{ matched_stop: 2 }, undefined],
    [{}, undefined],
  ];
  for (const [more, stopSequence] of cases) {
    const whole = { choices: [{ message: { content: 'hi' }, finish_reason: 'stop', ...more }] };
    assert.equal(readCompletion(JSON.stringify(whole)).stopSequence, stopSequence);
    const last = { choices: [{ delta: {}, finish_reason: 'stop', ...more }] };
    assert.equal(readCompletionChunk(JSON.stringify(last)).stopSequence, stopSequence);
  }
});
