import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LlmError } from '../models/model-client.ts';
import { answers, bench, END, failureOf, ScriptedProvider, settled, STALL } from './chat.fixture.ts';

test('one record for each exchange, with the time of each stage', async () => {
  const gate = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  const model = new ScriptedProvider('ollama', (call) =>
    call === 0 ? [gate.promise, 'hola', END] : [first.promise, 'hola', END],
  );
  const { clock, records, run } = bench([model], { settings: { others: ['qwen'] } });
  const holding = run({ owner: 'a' });
  const one = run({ owner: 'b', trace: 'b:m1', route: 'qwen', text: 'hola, ¿qué tal?' });
  await settled();
  clock.advance(2_000);
  gate.resolve();
  await holding.done;
  await settled();
  clock.advance(300);
  first.resolve();
  await one.done;
  assert.equal(records.length, 2);
  assert.deepEqual(records[1], {
    trace: 'b:m1',
    request: undefined,
    owner: 'b',
    account: 'anon:1',
    actor: 'anon:1',
    team: undefined,
    service: 'chat',
    isJob: false,
    settled: 'now',
    kind: 'chat',
    wanted: 'qwen',
    outcome: 'answered',
    finish: 'stop',
    answeredBy: { route: 'qwen', provider: 'ollama', model: 'qwen', degraded: false },
    times: {
      arrivedAtMs: 1_000_000,
      checkedMs: 0,
      admittedMs: 0,
      queuedMs: 2_000,
      hadToWait: true,
      firstTokenMs: 2_300,
      deliveredMs: 2_300,
      totalMs: 2_300,
    },
    attempts: [
      {
        route: 'qwen',
        provider: 'ollama',
        model: 'qwen',
        outcome: 'answered',
        startedMs: 2_000,
        durationMs: 300,
        firstTokenMs: 300,
        failure: undefined,
        spanId: undefined,
        retryInMs: undefined,
      },
    ],
    fallbacks: [],
    usage: one.result?.usage,
    charged: 0,
    sizes: {
      promptCharacters: 15,
      answerCharacters: 4,
      thinkingCharacters: 0,
      bytesIn: 17,
      bytesOut: 4,
      messages: 2,
    },
  });
});

test('an exchange that is refused, fails or is cancelled has its record too, and one only', async () => {
  const model = new ScriptedProvider('ollama', (call) =>
    call === 0 ? [STALL] : [new LlmError('bad_request', '400: no system role', { status: 400 })],
  );
  const { records, run } = bench([model], { maxMessages: 2 });
  const cancelled = run();
  await settled();
  cancelled.controller.abort();
  await cancelled.done;
  assert.equal(await failureOf(run()), 'upstream_failed');
  assert.equal(await failureOf(run()), 'rate_limited');
  assert.deepEqual(
    records.map(({ outcome }) => outcome),
    ['cancelled', 'upstream_failed', 'rate_limited'],
  );
  const [stopped, failed, refused] = records;
  assert.equal(stopped?.attempts[0]?.outcome, 'aborted');
  const { status, message } = failed?.attempts[0]?.failure ?? {};
  assert.deepEqual([status, message], [400, '400: no system role']);
  assert.deepEqual([refused?.attempts, refused?.usage, refused?.answeredBy], [[], undefined, undefined]);
});

test('the record says who took over from whom, and why', async () => {
  const model = new ScriptedProvider('ollama', () => [new LlmError('bad_request', 'Scripted')]);
  const { records, run } = bench([model, new ScriptedProvider('offline', answers())]);
  await run().done;
  assert.deepEqual(records[0]?.fallbacks, [{ from: 'ollama', to: 'offline', reason: 'bad_request' }]);
  assert.deepEqual(records[0]?.answeredBy?.degraded, true);
});
