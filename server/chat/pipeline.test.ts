import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXCHANGE_LIMITS } from './limits.ts';
import { answers, bench, END, failureOf, ScriptedProvider, settled } from './chat.fixture.ts';
import { TestSink, textOf, type Step } from './chat.fixture.ts';

test('a message that need not wait: started, delta, result, and no word of a queue', async () => {
  const model = new ScriptedProvider('ollama', () => ['Ho', 'la', END]);
  const { exchange, log, run } = bench([model], { settings: { others: ['qwen'] } });
  const one = run({ route: 'qwen', trace: 'Usuario-1:m7' });
  await one.done;
  assert.deepEqual(one.events, [
    { type: 'started', model: 'qwen', degraded: false, route: 'qwen', inputTokens: 12 },
    { type: 'delta', text: 'Ho' },
    { type: 'delta', text: 'la' },
  ]);
  assert.deepEqual(one.result, {
    text: 'Hola',
    thinking: '',
    toolCalls: [],
    vectors: { count: 0, dimensions: 0 },
    images: [],
    exchange: undefined,
    finishReason: 'stop',
    finish: 'stop',
    stopSequence: undefined,
    route: 'qwen',
    provider: 'ollama',
    model: 'qwen',
    degraded: false,
    usage: { inputTokens: 12, outputTokens: 1, source: 'estimated' },
    usageParts: {},
    remembered: 0,
    credits: { charged: 0, balance: 0 },
    receipt: { index: 0, promptSalt: '', answerSalt: '' },
  });
  const { trace, maxOutputTokens, messages } = model.requests[0] ?? assert.fail();
  assert.deepEqual([trace, maxOutputTokens, messages.length], ['Usuario-1:m7', 100, 2]);
  const told = ['wait 0', 'first ollama 0', 'end ollama answered 0'];
  assert.deepEqual(log, [...told, 'tokens ollama estimated']);
  assert.deepEqual(exchange.stats(), { waiting: 0, inFlight: 0 });
});

test('reported counts are passed on, and those of several owners correct later estimates', async () => {
  const end: Step = { type: 'end', finishReason: 'length', inputTokens: 40, outputTokens: 7 };
  const model = new ScriptedProvider('ollama', (call) => ['hola', call < 3 ? end : END]);
  const { run } = bench([model]);
  const text = Array.from({ length: 20 }, () => 'hola').join(' ');
  for (const owner of ['a', 'b', 'c']) {
    const counted = run({ text, owner });
    await counted.done;
    assert.deepEqual(counted.result?.usage, { inputTokens: 40, outputTokens: 7, source: 'reported' });
    assert.equal(counted.result.finishReason, 'length');
  }
  const estimated = run({ text });
  await estimated.done;
  assert.deepEqual(estimated.result?.usage, { inputTokens: 40, outputTokens: 2, source: 'estimated' });
});

test('one count alone is completed by an estimate, and says so', async () => {
  const model = new ScriptedProvider('ollama', () => [
    'hola',
    { ...END, type: 'end', outputTokens: 9 } as Step,
  ]);
  const { run } = bench([model]);
  const one = run();
  await one.done;
  assert.deepEqual(one.result?.usage, { inputTokens: 12, outputTokens: 9, source: 'estimated' });
});

test('past the rate limit a message is refused with the time to wait', async () => {
  const { clock, log, run } = bench([new ScriptedProvider('ollama', answers())], { maxMessages: 1 });
  await run().done;
  clock.advance(10_500);
  const refused = run();
  assert.equal(await failureOf(refused), 'rate_limited');
  assert.equal(refused.error?.retryAfterMs, 49_500);
  assert.deepEqual(refused.error.values, { seconds: 50 });
  assert.ok(log.includes('refused rate_limited'));
  const other = run({ owner: 'Usuario-2' });
  await other.done;
  assert.ok(other.result);
});

test('a message refused for another reason uses nothing of the rate limit up', async () => {
  const model = new ScriptedProvider('ollama', answers());
  const { log, run } = bench([model], { maxMessages: 1 });
  assert.equal(await failureOf(run({ text: 'palabra '.repeat(5_000) })), 'message_too_long');
  assert.deepEqual(log, ['refused message_too_long']);
  const one = run();
  await one.done;
  assert.ok(one.result);
});

test('positions are told while waiting; a full queue refuses and uses nothing up', async () => {
  const gate = Promise.withResolvers<void>();
  const model = new ScriptedProvider('ollama', () => [gate.promise, 'hola', END]);
  const options = { settings: { queueMax: 2 }, maxMessages: 1 };
  const { clock, exchange, log, run } = bench([model], options);
  const first = run({ owner: 'a' });
  await settled();
  const second = run({ owner: 'b' });
  const third = run({ owner: 'c' });
  const refused = run({ owner: 'd' });
  assert.equal(await failureOf(refused), 'queue_full');
  assert.deepEqual(exchange.stats(), { waiting: 2, inFlight: 1 });
  clock.advance(1_000);
  await settled();
  gate.resolve();
  await Promise.all([first.done, second.done, third.done]);
  assert.deepEqual(third.events.slice(0, 2), [
    { type: 'queued', position: 2 },
    { type: 'started', model: 'ollama-model', degraded: false, route: 'ollama-model', inputTokens: 12 },
  ]);
  assert.ok(log.includes('queued') && log.includes('wait 1000') && log.includes('refused queue_full'));
  const again = run({ owner: 'd' });
  await again.done;
  assert.ok(again.result);
  assert.equal(model.activeMost, 1);
});

test('one owner with 50 messages delays the first of another by no more than one call', async () => {
  const model = new ScriptedProvider('ollama', answers());
  const { run } = bench([model]);
  const greedy = Array.from({ length: 50 }, (_, index) => run({ owner: 'a', trace: `a:m${index}` }));
  const other = run({ owner: 'b', trace: 'b:m1' });
  await Promise.all([...greedy, other].map(({ done }) => done));
  const order = model.requests.map(({ trace }) => trace);
  assert.ok(order.indexOf('b:m1') <= 1);
  const own = order.filter((trace) => trace.startsWith('a:'));
  assert.deepEqual(
    own,
    Array.from({ length: 50 }, (_, index) => `a:m${index}`),
  );
});

test('no more calls at once than allowed, and all slots are used', async () => {
  const gate = Promise.withResolvers<void>();
  const model = new ScriptedProvider('ollama', () => [gate.promise, 'hola', END]);
  const { exchange, run } = bench([model], { settings: { maxInFlight: 3 } });
  const runs = Array.from({ length: 20 }, (_, index) => run({ owner: `owner-${index}` }));
  await settled();
  assert.deepEqual(exchange.stats(), { waiting: 17, inFlight: 3 });
  gate.resolve();
  await Promise.all(runs.map(({ done }) => done));
  assert.equal(model.activeMost, 3);
  assert.deepEqual(exchange.stats(), { waiting: 0, inFlight: 0 });
});

test('a consumer that does not pull is read ahead of by so much, and then the model waits', async () => {
  const chunk = 'x'.repeat(1_000);
  const count = 200;
  const model = new ScriptedProvider('ollama', () => [...Array.from({ length: count }, () => chunk), END]);
  let pulled = 0;
  const stream = model.stream.bind(model);
  model.stream = async function* (request) {
    for await (const one of stream(request)) {
      pulled++;
      yield one;
    }
  };
  const { clock, run } = bench([model]);
  const sink = new TestSink(true);
  const one = run({}, sink);
  await settled();
  const ahead = pulled * chunk.length;
  assert.ok(ahead >= EXCHANGE_LIMITS.readAheadLength && ahead < EXCHANGE_LIMITS.readAheadLength + 2_000);
  clock.advance(3_600_000);
  await settled();
  assert.equal(sink.events.length, 1);
  while (!one.result && !one.error) await sink.takeMore();
  assert.equal(textOf(one.events).length, count * chunk.length);
});

test('an answer without end is cut as if the model had reached its limit', async () => {
  const chunk = 'x'.repeat(65_536);
  const model = new ScriptedProvider('ollama', function* () {
    for (;;) yield chunk;
  });
  const { exchange, run } = bench([model]);
  const one = run();
  await one.done;
  assert.equal(one.result?.finishReason, 'length');
  assert.equal(textOf(one.events).length, EXCHANGE_LIMITS.answerLengthMax);
  await settled();
  assert.deepEqual([model.active, model.aborted, exchange.stats().inFlight], [0, 1, 0]);
});

test('while draining new messages are refused and those under way go on', async () => {
  const gate = Promise.withResolvers<void>();
  const { exchange, run } = bench([new ScriptedProvider('ollama', () => [gate.promise, 'hola', END])]);
  const running = run();
  const waiting = run();
  await settled();
  exchange.drain();
  const refused = run();
  assert.equal(await failureOf(refused), 'draining');
  assert.equal(refused.error?.retryAfterMs, EXCHANGE_LIMITS.drainRetryAfterMs);
  gate.resolve();
  await Promise.all([running.done, waiting.done]);
  assert.ok(running.result && waiting.result);
});

test('a name that is not a route is refused, and no model hears of it', async () => {
  const model = new ScriptedProvider('ollama', answers());
  const { log, run } = bench([model, new ScriptedProvider('offline', answers())]);
  for (const route of ['o1-pro', '../../x:y@z', ''])
    assert.equal(await failureOf(run({ route })), 'not_found');
  assert.deepEqual([model.calls, log[0]], [0, 'refused not_found']);
});

test('without any route there is nothing to ask', async () => {
  assert.equal(await failureOf(bench([]).run()), 'not_found');
});
