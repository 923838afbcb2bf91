import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LlmError, type LlmErrorKind } from '../models/model-client.ts';
import { MODEL_LIMITS } from '../models/limits.ts';

import { answers, bench, DEAF, END, failureOf, ScriptedProvider } from './chat.fixture.ts';
import { settled, STALL, TestSink, textOf, type Bench, type Run } from './chat.fixture.ts';

const RETRIED: LlmErrorKind[] = [
  'unreachable',
  'rate_limited',
  'busy',
  'server_error',
  'protocol',
  'cut_off',
  'reported',
];

const failing = (kind: LlmErrorKind, retryAfterMs?: number) =>
  new LlmError(kind, 'Scripted', { retryAfterMs });

/** Lets pauses pass until the exchange has ended. */
async function finish({ clock }: Bench, run: Run): Promise<void> {
  for (let round = 0; round < 100 && !run.result && !run.error; round++) {
    await settled();
    clock.advance(1_000);
  }
  await run.done;
}

for (const kind of RETRIED) {
  test(`${kind} before the first token is tried again, with growing pauses`, async () => {
    const model = new ScriptedProvider('ollama', (call) => (call < 2 ? [failing(kind)] : ['hola', END]));
    const one = bench([model]);
    const run = one.run();
    await finish(one, run);
    assert.equal(run.result?.text, 'hola');
    assert.equal(run.events.filter(({ type }) => type === 'started').length, 1);
    const retries = one.log.filter((line) => line.startsWith('retry'));
    assert.deepEqual(retries, [`retry ollama ${kind} 1000`, `retry ollama ${kind} 2000`]);
    assert.equal(run.result.degraded, false);
  });

  test(`${kind} in mid-stream is an error after the text, never a second answer`, async () => {
    const model = new ScriptedProvider('ollama', () => ['Ho', failing(kind)]);
    const companion = new ScriptedProvider('offline', answers());
    const { run } = bench([model, companion]);
    const one = run();
    assert.equal(await failureOf(one), 'upstream_failed');
    assert.equal(textOf(one.events), 'Ho');
    assert.deepEqual([model.calls, companion.calls], [1, 0]);
  });
}

test('after the last retry the next provider takes over, and the offline companion is marked', async () => {
  const model = new ScriptedProvider('ollama', () => [failing('server_error')]);
  const companion = new ScriptedProvider('offline', answers('aquí estoy'));
  const one = bench([model, companion], { settings: { maxRetries: 1, others: ['qwen'] } });
  const run = one.run({ route: 'qwen' });
  await finish(one, run);
  assert.equal(model.calls, 2);
  assert.deepEqual(run.events, [
    { type: 'started', model: 'qwen', degraded: false, route: 'qwen', inputTokens: 12 },
    { type: 'started', model: 'offline-model', degraded: true, route: 'offline-model', inputTokens: 12 },
    { type: 'delta', text: 'aquí estoy' },
  ]);
  assert.equal(run.result?.provider, 'offline');
  assert.ok(run.result.degraded);
  assert.ok(one.log.includes('fallback ollama offline server_error'));
});

test('another real model in the place of the first is not a degraded answer', async () => {
  const model = new ScriptedProvider('ollama', () => [failing('bad_request')]);
  const { run } = bench([model, new ScriptedProvider('openai', answers())]);
  const one = run();
  await one.done;
  assert.deepEqual([one.result?.provider, one.result?.degraded], ['openai', false]);
});

test('the offline companion alone, by configuration, is not degraded', async () => {
  const { run } = bench([new ScriptedProvider('offline', answers())]);
  const one = run();
  await one.done;
  assert.equal(one.result?.degraded, false);
});

test('a model that cannot load closes its own route only', async () => {
  const model = new ScriptedProvider('ollama', (call) =>
    call < 5 ? [failing('server_error')] : ['hola', END],
  );
  const companion = new ScriptedProvider('offline', answers());
  const { log, run } = bench([model, companion], { settings: { maxRetries: 0, others: ['huge'] } });
  for (let call = 0; call < 5; call++) {
    const one = run({ route: 'huge' });
    await one.done;
    assert.ok(one.result?.degraded);
  }
  assert.ok(log.includes('breaker ollama open'));
  const healthy = run();
  await healthy.done;
  assert.deepEqual([healthy.result?.model, healthy.result?.degraded], ['ollama-model', false]);
});

test('bad_request is not tried again', async () => {
  const model = new ScriptedProvider('ollama', () => [failing('bad_request')]);
  const { run } = bench([model]);
  assert.equal(await failureOf(run()), 'upstream_failed');
  assert.equal(model.calls, 1);
});

test('what a provider throws by mistake is a failure like others, even at once', async () => {
  const model = new ScriptedProvider('ollama', () => []);
  model.stream = () => {
    throw new TypeError('Not a function');
  };
  const { exchange, run } = bench([model], { settings: { maxRetries: 0 } });
  const one = run();
  assert.equal(await failureOf(one), 'upstream_failed');
  assert.ok(one.error?.cause instanceof LlmError && one.error.cause.cause instanceof TypeError);
  assert.equal(exchange.stats().inFlight, 0);
});

test('a fault of ours ends its exchange and frees the slot', async () => {
  let faults = 1;
  const push = (text: string) => {
    if (faults-- > 0) throw new TypeError('Scripted');
    return text;
  };
  const outputStages = [{ name: 'faulty', create: () => ({ push, finish: () => '' }) }];
  const { exchange, run } = bench([new ScriptedProvider('ollama', answers())], { outputStages });
  assert.equal(await failureOf(run()), 'internal');
  await settled();
  assert.equal(exchange.stats().inFlight, 0);
  const next = run();
  await next.done;
  assert.ok(next.result);
});

test('a stream that ends without its end has failed', async () => {
  const { run } = bench([new ScriptedProvider('ollama', () => ['Ho'])]);
  const one = run();
  assert.equal(await failureOf(one), 'upstream_failed');
  assert.ok(one.error?.cause instanceof LlmError && one.error.cause.kind === 'cut_off');
});

test('a pause leaves its slot to others and then comes ahead of its owner', async () => {
  const gate = Promise.withResolvers<void>();
  const model = new ScriptedProvider('ollama', (call) => {
    if (call === 0) return [failing('busy')];
    return call === 1 ? [gate.promise, 'hola', END] : ['hola', END];
  });
  const { clock, exchange, run } = bench([model]);
  const first = run({ trace: 'a:m1' });
  const second = run({ trace: 'b:m1', owner: 'b' });
  const third = run({ trace: 'a:m2' });
  await settled();
  assert.deepEqual(exchange.stats(), { waiting: 2, inFlight: 1 });
  clock.advance(1_000);
  gate.resolve();
  await Promise.all([first.done, second.done, third.done]);
  const order = model.requests.map(({ trace }) => trace);
  assert.deepEqual(order, ['a:m1', 'b:m1', 'a:m1', 'a:m2']);
  const kinds = new Set(first.events.map(({ type }) => type));
  assert.ok(!kinds.has('queued'));
});

test('a model that does not begin is given up in time, and not tried again', async () => {
  const model = new ScriptedProvider('ollama', () => [STALL]);
  const one = bench([model]);
  const run = one.run();
  await settled();
  one.clock.advance(29_900);
  await settled();
  assert.equal(model.aborted, 0);
  one.clock.advance(500);
  assert.equal(await failureOf(run), 'upstream_timeout');
  assert.deepEqual([model.calls, model.aborted, one.exchange.stats().inFlight], [1, 1, 0]);
});

test('a model that does not begin is stood in for', async () => {
  const model = new ScriptedProvider('ollama', () => [STALL]);
  const { clock, run } = bench([model, new ScriptedProvider('offline', answers())]);
  const one = run();
  await settled();
  clock.advance(30_500);
  await one.done;
  assert.ok(one.result?.degraded);
});

test('an answer that stalls is an error after the text', async () => {
  const model = new ScriptedProvider('ollama', () => ['Ho', STALL]);
  const { clock, run } = bench([model, new ScriptedProvider('offline', answers())]);
  const one = run();
  await settled();
  clock.advance(14_900);
  await settled();
  assert.equal(one.error, undefined);
  clock.advance(500);
  assert.equal(await failureOf(one), 'upstream_timeout');
  assert.equal(textOf(one.events), 'Ho');
});

test('a slot is free even when a provider does not hear the abort', async () => {
  const model = new ScriptedProvider('ollama', (call) => (call === 0 ? [DEAF] : ['hola', END]));
  const { clock, exchange, run } = bench([model]);
  const deaf = run();
  const next = run({ owner: 'b' });
  await settled();
  clock.advance(30_500);
  assert.equal(await failureOf(deaf), 'upstream_timeout');
  await next.done;
  assert.deepEqual([next.result?.text, exchange.stats().inFlight], ['hola', 0]);
});

test('an answer that drips for ever is cut off in the end', async () => {
  const { clock, run } = bench([dripping(10_000)]);
  const one = run();
  for (let second = 0; second < 310 && !one.error; second += 5) {
    await settled();
    clock.advance(5_000);
    release();
  }
  assert.equal(await failureOf(one), 'upstream_timeout');
  assert.ok(clock.monotonic() - 1_000_000 >= 300_000);
});

let drops: (() => void)[] = [];
function release(): void {
  for (const drop of drops.splice(0)) drop();
}

/** Each step waits for `release`. */
function dripping(count: number): ScriptedProvider {
  drops = [];
  return new ScriptedProvider('ollama', function* () {
    for (let index = 0; index < count; index++) {
      yield new Promise<void>((resolve) => {
        drops.push(resolve);
      });
      yield 'x';
    }
  });
}

test('the timeouts stand still while the consumer does not pull', async () => {
  const model = new ScriptedProvider('ollama', () => ['Ho', STALL]);
  const { clock, run } = bench([model]);
  const sink = new TestSink(true);
  const one = run({}, sink);
  await settled();
  await sink.takeMore();
  assert.equal(sink.events.length, 2);
  clock.advance(3_600_000);
  await settled();
  assert.equal(model.aborted, 0);
  await sink.takeMore();
  clock.advance(14_000);
  await settled();
  assert.equal(model.aborted, 0);
  clock.advance(1_500);
  assert.equal(await failureOf(one), 'upstream_timeout');
  assert.equal(model.aborted, 1);
});

test('five failures open the breaker; a minute later one trial call closes it', async () => {
  let healthy = false;
  const model = new ScriptedProvider('ollama', () => (healthy ? ['hola', END] : [failing('unreachable')]));
  const companion = new ScriptedProvider('offline', answers());
  const one = bench([model, companion], { settings: { maxRetries: 0 } });
  for (let call = 0; call < 5; call++) await one.run().done;
  assert.deepEqual([model.calls, one.log.includes('breaker ollama open')], [5, true]);
  const refused = one.run();
  await refused.done;
  assert.deepEqual([model.calls, refused.result?.degraded, refused.events.length], [5, true, 2]);
  assert.ok(one.log.includes('fallback ollama offline breaker_open'));
  healthy = true;
  one.clock.advance(MODEL_LIMITS.breakerOpenMs);
  const trial = one.run();
  await trial.done;
  assert.equal(trial.result?.degraded, false);
  const states = one.log.filter((line) => line.startsWith('breaker'));
  assert.deepEqual(states, ['breaker ollama open', 'breaker ollama half_open', 'breaker ollama closed']);
});

test('retries stop when the breaker opens', async () => {
  const model = new ScriptedProvider('ollama', () => [failing('unreachable')]);
  const one = bench([model], { settings: { maxRetries: 20 } });
  const run = one.run();
  await finish(one, run);
  assert.equal(run.error?.key, 'upstream_failed');
  assert.equal(model.calls, MODEL_LIMITS.breakerFailures);
});

test('a failed trial opens the breaker again, and during a trial others do not wait for it', async () => {
  const gate = Promise.withResolvers<void>();
  const model = new ScriptedProvider('ollama', (call) =>
    call < 5 ? [failing('unreachable')] : [gate.promise, failing('unreachable')],
  );
  const settings = { maxRetries: 0, maxInFlight: 2 };
  const { clock, log, run } = bench([model, new ScriptedProvider('offline', answers())], { settings });
  for (let call = 0; call < 5; call++) await run().done;
  clock.advance(MODEL_LIMITS.breakerOpenMs);
  const trial = run();
  await settled();
  const meanwhile = run();
  await meanwhile.done;
  assert.ok(meanwhile.result?.degraded);
  gate.resolve();
  await trial.done;
  assert.equal(log.filter((line) => line === 'breaker ollama open').length, 2);
  await run().done;
  assert.equal(model.calls, 6);
});

test('a cancelled trial proves nothing: the next message tries again', async () => {
  const model = new ScriptedProvider('ollama', (call) => (call < 5 ? [failing('unreachable')] : [STALL]));
  const { clock, run } = bench([model], { settings: { maxRetries: 0 } });
  for (let call = 0; call < 5; call++) await run().done;
  clock.advance(MODEL_LIMITS.breakerOpenMs);
  for (const calls of [6, 7]) {
    const trial = run();
    await settled();
    trial.controller.abort();
    assert.equal(await failureOf(trial), 'cancelled');
    assert.equal(model.calls, calls);
    await settled();
  }
});

test('bad_request and cancelled calls do not open the breaker', async () => {
  const model = new ScriptedProvider('ollama', (call) => {
    if (call % 2 === 0) return [failing('bad_request')];
    return call < 20 ? [STALL] : ['hola', END];
  });
  const { run } = bench([model]);
  for (let call = 0; call < 21; call++) {
    const one = run();
    await settled();
    one.controller.abort();
    await one.done;
  }
  const last = run();
  await last.done;
  assert.equal(last.result?.text, 'hola');
});

test('a model that begins every answer and finishes none opens the breaker too', async () => {
  const model = new ScriptedProvider('ollama', () => ['Ho', failing('cut_off')]);
  const { log, run } = bench([model, new ScriptedProvider('offline', answers())]);
  for (let call = 0; call < 5; call++) assert.equal(await failureOf(run()), 'upstream_failed');
  assert.ok(log.includes('breaker ollama open'));
  const one = run();
  await one.done;
  assert.ok(one.result?.degraded);
});

test('a whole answer makes up for failures before it', async () => {
  const model = new ScriptedProvider('ollama', (call) =>
    call % 5 === 4 ? ['hola', END] : [failing('unreachable')],
  );
  const { log, run } = bench([model], { settings: { maxRetries: 0 } });
  for (let call = 0; call < 25; call++) await run().done;
  assert.ok(!log.some((line) => line.startsWith('breaker')));
});
