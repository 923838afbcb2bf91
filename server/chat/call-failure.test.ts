/** What clients are told when no route can answer for now. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODEL_LIMITS } from '../models/limits.ts';
import { LlmError, type LlmErrorKind } from '../models/model-client.ts';
import { bench, END, failureOf, ScriptedProvider, settled } from './chat.fixture.ts';

const failing = (kind: LlmErrorKind, retryAfterMs?: number) =>
  new LlmError(kind, 'Scripted', { retryAfterMs });

test('Retry-After is waited out when it is reasonable', async () => {
  const model = new ScriptedProvider('ollama', (call) =>
    call === 0 ? [failing('rate_limited', 7_000)] : ['hola', END],
  );
  const { clock, log, run } = bench([model]);
  const one = run();
  await settled();
  clock.advance(6_999);
  await settled();
  assert.equal(model.calls, 1);
  clock.advance(1);
  await one.done;
  assert.equal(one.result?.text, 'hola');
  assert.ok(log.includes('retry ollama rate_limited 7000'));
});

test('a longer Retry-After is not waited for but passed on', async () => {
  const model = new ScriptedProvider('ollama', () => [failing('rate_limited', 600_000)]);
  const { run } = bench([model]);
  const one = run();
  assert.equal(await failureOf(one), 'upstream_rate_limited');
  assert.deepEqual([model.calls, one.error?.retryAfterMs, one.error?.values['seconds']], [1, 600_000, 600]);
});

test('no client is asked to wait for longer than an hour', async () => {
  const model = new ScriptedProvider('ollama', () => [failing('rate_limited', 1e12)]);
  const one = bench([model]).run();
  assert.equal(await failureOf(one), 'upstream_rate_limited');
  assert.equal(one.error?.retryAfterMs, MODEL_LIMITS.retryAfterToldMaxMs);
});

test('many refusals for the rate do not close the route to others', async () => {
  const LIMITED = 20;
  const model = new ScriptedProvider('ollama', (call) =>
    call < LIMITED ? [failing('rate_limited', 600_000)] : ['hola', END],
  );
  const { run } = bench([model]);
  for (let call = 0; call < LIMITED; call++) assert.equal(await failureOf(run()), 'upstream_rate_limited');
  const last = run();
  await last.done;
  assert.equal(last.result?.text, 'hola');
});

test('a busy server is not available, and says when to come again', async () => {
  const one = bench([new ScriptedProvider('ollama', () => [failing('busy')])], {
    settings: { maxRetries: 0 },
  }).run();
  assert.equal(await failureOf(one), 'upstream_unavailable');
  assert.equal(one.error?.retryAfterMs, MODEL_LIMITS.busyRetryMs);
});

test('an open breaker with nobody to stand in says when to come again', async () => {
  const model = new ScriptedProvider('ollama', () => [failing('unreachable')]);
  const { clock, run } = bench([model], { settings: { maxRetries: 0 } });
  for (let call = 0; call < 5; call++) await run().done;
  clock.advance(20_000);
  const one = run();
  assert.equal(await failureOf(one), 'upstream_unavailable');
  assert.deepEqual([model.calls, one.error?.retryAfterMs], [5, 40_000]);
  assert.equal(one.error?.values['seconds'], 40);
});
