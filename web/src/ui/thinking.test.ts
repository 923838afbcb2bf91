import assert from 'node:assert/strict';
import { it } from 'node:test';
import { partThinking } from './thinking.ts';

it('parts thoughts at the beginning from the answer, and nothing else', () => {
  assert.deepEqual(partThinking('<think>\nhm\n</think>\n\nYes'), {
    thinking: '\nhm\n',
    answer: 'Yes',
    isThinking: false,
  });
  assert.deepEqual(partThinking('<thinking>hm'), { thinking: 'hm', answer: '', isThinking: true });
  for (const text of ['Use <think> and </think>', '<thin', '']) {
    assert.deepEqual(partThinking(text), { thinking: '', answer: text, isThinking: false });
  }
});
