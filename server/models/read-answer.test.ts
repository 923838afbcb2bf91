import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import type { AnswerSign } from './answer-reader.ts';
import type { LlmChunk } from './model-client.ts';
import { readAnswer, type LoadWatch } from './read-answer.ts';

const WORD: AnswerSign = { text: 'hi' };
const STOP: AnswerSign = { finish: 'stop', isLast: true };

function read(
  clock: ManualClock,
  signs: AsyncGenerator<AnswerSign | 'alive', void, undefined>,
  watch?: LoadWatch,
) {
  const request = { messages: [], trace: '', signal: new AbortController().signal };
  return readAnswer(signs, { request, response: {}, upstream: { release: () => {} }, clock, watch });
}

async function typesOf(chunks: AsyncIterable<LlmChunk>): Promise<LlmChunk['type'][]> {
  return (await Array.fromAsync(chunks)).map(({ type }) => type);
}

test('what is no part of the answer is a sign of life, at most once a second', async () => {
  const clock = new ManualClock();
  async function* signs(): AsyncGenerator<AnswerSign | 'alive', void, undefined> {
    for (let each = 0; each < 10; each += 1) {
      clock.advance(300);
      yield each % 2 === 0 ? 'alive' : { instead: 'tool_calls' };
    }
    yield WORD;
    clock.advance(900);
    yield 'alive';
    yield STOP;
  }
  assert.deepEqual(await typesOf(read(clock, signs())), ['alive', 'alive', 'delta', 'end']);
});

test('while nothing has come the server is asked whether it loads the model, and then no more', async () => {
  const clock = new ManualClock();
  const { promise: loaded, resolve: load } = Promise.withResolvers<void>();
  async function* signs(): AsyncGenerator<AnswerSign, void, undefined> {
    await loaded;
    yield WORD;
    yield STOP;
  }
  const answers = [true, false, true];
  let looks = 0;
  const watch: LoadWatch = {
    waitMs: 3_000,
    isLoading: async () => {
      const isLoading = answers[looks] ?? false;
      looks += 1;
      if (looks === answers.length) load();
      return isLoading;
    },
  };
  const types = typesOf(read(clock, signs(), watch));
  for (const _ of answers) {
    await setImmediate();
    clock.advance(3_000);
  }
  assert.deepEqual(await types, ['loading', 'loading', 'delta', 'end']);
  clock.advance(60_000);
  assert.equal(looks, 3);
});
