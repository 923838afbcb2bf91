import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LlmError, type EmptyReason } from '../models/model-client.ts';
import { answers, bench, END, failureOf, notingMeter, ScriptedProvider, settled } from './chat.fixture.ts';
import { STALL, textOf, type Step } from './chat.fixture.ts';

const thinking = (text: string): Step => ({ type: 'thinking', text });
const end = (emptyBecause: EmptyReason, finishReason: 'stop' | 'length' = 'stop'): Step => ({
  type: 'end',
  finishReason,
  emptyBecause,
});

/** A bench whose meter notes what it is told: what is settled, and how often the rest is released. */
function setUp(script: (call: number) => Iterable<Step>, provider: 'ollama' | 'offline' = 'ollama') {
  const { meter, settled: facts, released } = notingMeter();
  const model = new ScriptedProvider(provider, script);
  return { model, facts, released, ...bench([model], { meter }) };
}

test('thinking is delivered apart, charged as output, and no part of the answer', async () => {
  const { facts, records, run } = setUp(() => [thinking('Let me see what to say'), 'hola', END]);
  const one = run();
  await one.done;
  assert.deepEqual(
    one.events.map(({ type }) => type),
    ['started', 'thinking', 'delta'],
  );
  assert.deepEqual([one.result?.text, facts[0]?.answer], ['hola', 'hola']);
  const { run: plain, facts: plainFacts } = setUp(answers());
  await plain().done;
  const more = (facts[0]?.usage.outputTokens ?? 0) - (plainFacts[0]?.usage.outputTokens ?? 0);
  assert.ok(more >= 6, `${more} tokens of thinking`);
  const { answerCharacters, thinkingCharacters } = records[0]?.sizes ?? {};
  assert.deepEqual([answerCharacters, thinkingCharacters], [4, 22]);
});

test('once a model has thought aloud nobody else answers in its place', async () => {
  const model = new ScriptedProvider('ollama', () => [thinking('Hm'), new LlmError('cut_off', 'Scripted')]);
  const companion = new ScriptedProvider('offline', answers());
  const { run } = bench([model, companion]);
  assert.equal(await failureOf(run()), 'upstream_failed');
  assert.equal(companion.calls, 0);
});

const EMPTY: readonly EmptyReason[] = ['tool_calls', 'refusal', 'filtered', 'loaded', 'nothing'];
for (const because of EMPTY) {
  test(`an answer without text is free, and says why: ${because}`, async () => {
    const { facts, released, run } = setUp(() => [end(because)]);
    const one = run();
    assert.equal(await failureOf(one), 'empty_answer');
    assert.equal(one.error?.values['because'], because);
    assert.match(one.error.message, /The model gave no answer: \S/);
    assert.deepEqual([facts.length, released.times], [0, 1]);
  });
}

test('an answer that was only thought is charged, and says so', async () => {
  for (const [finish, because] of [
    ['stop', 'only_thought'],
    ['length', 'thought_too_long'],
  ] as const) {
    const { facts, released, run } = setUp(() => [thinking('Let me see'), end('nothing', finish)]);
    const one = run();
    assert.equal(await failureOf(one), 'empty_answer');
    assert.equal(one.error?.values['because'], because);
    assert.deepEqual([facts[0]?.finish, facts[0]?.answer, released.times], [finish, '', 0]);
    assert.ok((facts[0]?.usage.outputTokens ?? 0) >= 3);
  }
});

test('thinking without end is cut as a text would be', async () => {
  const chunk = thinking('x'.repeat(65_536));
  const { model, run } = setUp(function* () {
    for (;;) yield chunk;
  });
  const one = run();
  assert.equal(await failureOf(one), 'empty_answer');
  assert.deepEqual([one.error?.values['because'], model.aborted], ['thought_too_long', 1]);
});

test('cancelled while the model works on the prompt: the input is charged', async () => {
  const { facts, released, run } = setUp(() => [STALL]);
  const one = run();
  await settled();
  one.controller.abort();
  assert.equal(await failureOf(one), 'cancelled');
  const { finish, usage, answer } = facts[0] ?? assert.fail();
  assert.deepEqual([finish, usage.inputTokens, usage.outputTokens, answer], ['cancelled', 12, 0, '']);
  assert.equal(released.times, 0);
});

test('cancelled before the model was asked, or between two tries: nothing is charged', async () => {
  const busy = setUp(() => [new LlmError('busy', 'Scripted')]);
  const pausing = busy.run();
  await settled();
  const waiting = setUp(() => [STALL]);
  waiting.run();
  await settled();
  const second = waiting.run({ owner: 'b' });
  await settled();
  pausing.controller.abort();
  second.controller.abort();
  await Promise.all([pausing.done, second.done]);
  assert.deepEqual([busy.facts, waiting.facts], [[], []]);
  assert.deepEqual([busy.released.times, waiting.released.times], [1, 1]);
});

test('cancelled while the companion answers: there is no input to charge', async () => {
  const { facts, released, run } = setUp(() => [STALL], 'offline');
  const one = run();
  await settled();
  one.controller.abort();
  await one.done;
  assert.deepEqual([facts, released.times], [[], 1]);
});

test('a model that is being loaded lives, is told of, and may still be stood in for', async () => {
  const gates = Array.from({ length: 20 }, () => Promise.withResolvers<void>());
  const model = new ScriptedProvider('ollama', function* () {
    for (const { promise } of gates) {
      yield promise;
      yield { type: 'loading' };
    }
    yield new LlmError('bad_request', 'Requires more memory');
  });
  const { clock, run } = bench([model, new ScriptedProvider('offline', answers())]);
  const one = run();
  for (const { resolve } of gates) {
    await settled();
    clock.advance(10_000);
    resolve();
  }
  await one.done;
  assert.deepEqual(
    one.events.map(({ type }) => type),
    ['started', 'loading', 'started', 'delta'],
  );
  assert.deepEqual([model.aborted, one.result?.degraded, textOf(one.events)], [0, true, 'hola']);
});
