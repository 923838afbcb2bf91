/** One route after the other: each has its own time, and what each sends reaches the reader once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LlmError, type LlmChunk } from '../models/model-client.ts';
import {
  answers,
  bench,
  END,
  failureOf,
  notingMeter,
  ScriptedProvider,
  settled,
  STALL,
} from './chat.fixture.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

const FIRST_TOKEN_MS = 30_000;

test('after the first provider has timed out the second has all of its own time', async () => {
  const gate = Promise.withResolvers<void>();
  const first = new ScriptedProvider('ollama', () => [STALL]);
  const second = new ScriptedProvider('openai', () => [gate.promise, 'hola', END]);
  const { clock, log, run } = bench([first, second]);
  const one = run();
  await settled();
  clock.advance(FIRST_TOKEN_MS + 500);
  await settled();
  assert.deepEqual([first.aborted, second.calls], [1, 1]);
  assert.ok(log.every((line) => !line.startsWith('refused')));
  clock.advance(FIRST_TOKEN_MS - 1_000);
  await settled();
  assert.deepEqual([second.aborted, one.error], [0, undefined]);
  gate.resolve();
  await one.done;
  assert.deepEqual([one.result?.text, one.result?.provider], ['hola', 'openai']);
});

test('when the second stalls too, it is given up after its own time', async () => {
  const providers = [
    new ScriptedProvider('ollama', () => [STALL]),
    new ScriptedProvider('openai', () => [STALL]),
  ];
  const { clock, run } = bench(providers);
  const one = run();
  await settled();
  clock.advance(FIRST_TOKEN_MS + 500);
  await settled();
  assert.equal(one.error, undefined);
  clock.advance(FIRST_TOKEN_MS + 500);
  assert.equal(await failureOf(one), 'upstream_timeout');
  assert.deepEqual(
    providers.map(({ aborted }) => aborted),
    [1, 1],
  );
});

test('signs of life before the first token keep a call alive; loading is told once', async () => {
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const model = new ScriptedProvider('ollama', function* () {
    for (const [index, { promise }] of gates.entries()) {
      yield promise;
      yield { type: index < 2 ? 'loading' : 'alive' } satisfies LlmChunk;
    }
    yield 'hola';
    yield END;
  });
  const { clock, run } = bench([model]);
  const one = run();
  for (const { resolve } of gates) {
    await settled();
    clock.advance(FIRST_TOKEN_MS - 1_000);
    resolve();
  }
  await one.done;
  assert.equal(one.result?.text, 'hola');
  assert.deepEqual(
    one.events.map(({ type }) => type),
    ['started', 'loading', 'delta'],
  );
});

test('each kind of chunk is delivered as what it is, in order', async () => {
  const call = { type: 'toolCall', index: 0, id: 'c', name: 'look', text: '{"a":1}' } as const;
  const vector = { type: 'vector', index: 0, vector: 'AAAA' } as const;
  const thinking = { type: 'thinking', text: 'Hm' } as const;
  const model = new ScriptedProvider('ollama', () => [
    thinking,
    { type: 'alive' },
    'hola',
    call,
    vector,
    END,
  ]);
  const { run } = bench([model]);
  const one = run();
  await one.done;
  const [started, ...rest] = one.events;
  assert.equal(started?.type, 'started');
  assert.deepEqual(rest, [thinking, { type: 'delta', text: 'hola' }, call, vector]);
  assert.equal(one.result?.text, 'hola');
});

test('what the provider says of the end is in the result, and in what is settled', async () => {
  const { meter, settled: facts } = notingMeter();
  const end = {
    type: 'end',
    finishReason: 'length',
    inputTokens: 40,
    outputTokens: 7,
    cachedInputTokens: 30,
    thinkingTokens: 2,
  } as const;
  const model = new ScriptedProvider('ollama', () => ['hola', end]);
  const { records, run } = bench([model], { meter });
  const one = run();
  await one.done;
  const { inputTokens, outputTokens, source } = facts[0]?.usage ?? {};
  assert.deepEqual([facts[0]?.finish, inputTokens, outputTokens, source], ['length', 40, 7, 'reported']);
  assert.equal(one.result?.finishReason, 'length');
  assert.deepEqual(one.result.usageParts, { cachedInputTokens: 30, thinkingTokens: 2 });
  assert.equal(records.length, 1);
  const plain = bench([new ScriptedProvider('ollama', answers())]).run();
  await plain.done;
  assert.deepEqual(plain.result?.usageParts, {});
});

test('tool calls without end are cut as a text would be, and the model is stopped', async () => {
  const part = { type: 'toolCall', index: 0, text: 'x'.repeat(65_536) } as const;
  let parts = 0;
  const model = new ScriptedProvider('ollama', function* () {
    yield 'hola';
    for (;;) {
      parts += 1;
      yield part;
    }
  });
  const { run } = bench([model]);
  const one = run();
  await one.done;
  assert.deepEqual([one.result?.finishReason, model.aborted], ['length', 1]);
  assert.equal(parts, EXCHANGE_LIMITS.answerLengthMax / part.text.length);
});

test('a failure that really happened is told, and not the breaker or the full queue behind it', async () => {
  const failure = new LlmError('timeout', 'Scripted');
  const first = new ScriptedProvider('ollama', (call) => (call < 5 ? ['hola', END] : [failure]));
  const second = new ScriptedProvider('openai', () => [new LlmError('unreachable', 'Scripted')]);
  const { run } = bench([first, second], { settings: { maxRetries: 0 } });
  for (let call = 0; call < 5; call += 1) await run({ route: 'openai-model' }).done;
  const one = run();
  assert.equal(await failureOf(one), 'upstream_timeout');
  assert.equal(one.error?.cause, failure);
});

test('thinking without end is cut, and the model is stopped', async () => {
  const part = { type: 'thinking', text: 'x'.repeat(65_536) } as const;
  let parts = 0;
  const model = new ScriptedProvider('ollama', function* () {
    for (;;) {
      parts += 1;
      yield part;
    }
  });
  const { run } = bench([model]);
  const one = run();
  await one.done;
  assert.equal(parts, EXCHANGE_LIMITS.thinkingLengthMax / part.text.length);
  assert.equal(model.aborted, 1);
  assert.deepEqual([one.error?.key, one.error?.values['because']], ['empty_answer', 'thought_too_long']);
});

test('a completion is asked with its own options, and a message with none', async () => {
  const model = new ScriptedProvider('ollama', answers());
  const { run } = bench([model]);
  const options = { temperature: 0.5 };
  const messages = [{ role: 'user', content: 'hola' }] as const;
  const task = { kind: 'completion', messages, options, maxOutputTokens: undefined } as const;
  await run({ task, history: undefined }).done;
  await run().done;
  assert.deepEqual(
    model.requests.map((request) => request.options),
    [options, undefined],
  );
});
