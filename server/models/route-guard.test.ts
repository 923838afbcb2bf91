import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import { LlmError, type LlmErrorKind } from './model-client.ts';
import { MODEL_LIMITS } from './limits.ts';
import { RouteGuard } from './route-guard.ts';

const FAILURE = new LlmError('busy', 'Scripted');

function guardOf(random: () => number, maxRetries = 8) {
  const clock = new ManualClock();
  const states: string[] = [];
  const onBreakerState = (state: string) => states.push(state);
  const state = { isDown: false, unreachable: 0 };
  const guard = new RouteGuard({
    clock,
    random,
    maxRetries,
    backoffInitialMs: 2_000,
    onBreakerState,
    isDown: () => state.isDown,
    onUnreachable: () => (state.unreachable += 1),
  });
  const fail = (kind: LlmErrorKind) =>
    guard.untilFirstChunk(() => Promise.reject(new LlmError(kind, 'Scripted'))).catch(() => undefined);
  return { clock, guard, states, fail, state };
}

test('pauses double up to a limit, each anywhere between nothing and all of it', () => {
  const { guard } = guardOf(() => 0.999_999);
  const delays = guard.retryDelays();
  const most = Array.from({ length: 9 }, () => delays.after(FAILURE));
  const capped = MODEL_LIMITS.backoffMaxMs - 1;
  assert.deepEqual(most, [1_999, 3_999, 7_999, 15_999, capped, capped, capped, capped, undefined]);
  assert.equal(
    guardOf(() => 0)
      .guard.retryDelays()
      .after(FAILURE),
    0,
  );
});

test('each call has its own pauses', () => {
  const { guard } = guardOf(() => 0.5);
  guard.retryDelays().after(FAILURE);
  assert.equal(guard.retryDelays().after(FAILURE), 1_000);
});

test('what would fail alike is not tried again', () => {
  const { guard } = guardOf(() => 0.5);
  for (const kind of ['bad_request', 'aborted', 'timeout'] as const) {
    assert.equal(guard.retryDelays().after(new LlmError(kind, 'Scripted')), undefined);
  }
  assert.equal(
    guardOf(() => 0.5, 0)
      .guard.retryDelays()
      .after(FAILURE),
    undefined,
  );
});

test('the breaker obeys the injected clock, not wall time', async () => {
  const { clock, guard, states, fail } = guardOf(() => 0.5);
  for (let call = 0; call < MODEL_LIMITS.breakerFailures; call++) {
    assert.equal(guard.refusedForMs(), undefined);
    await fail('server_error');
  }
  assert.equal(guard.refusedForMs(), MODEL_LIMITS.breakerOpenMs);
  clock.advance(MODEL_LIMITS.breakerOpenMs - 1);
  assert.equal(guard.refusedForMs(), 1);
  clock.advance(1);
  assert.equal(guard.refusedForMs(), undefined);
  await fail('server_error');
  assert.equal(guard.refusedForMs(), MODEL_LIMITS.breakerOpenMs);
  clock.advance(MODEL_LIMITS.breakerOpenMs);
  assert.equal(await guard.untilFirstChunk(() => Promise.resolve('chunk')), 'chunk');
  assert.equal(guard.refusedForMs(), undefined);
  assert.deepEqual(states, ['open', 'half_open', 'open', 'half_open', 'closed']);
});

test('a first chunk alone does not make up for earlier failures, a whole answer does', async () => {
  const { guard, states, fail } = guardOf(() => 0.5);
  const almost = MODEL_LIMITS.breakerFailures - 1;
  for (let call = 0; call < almost; call++) await fail('unreachable');
  await guard.untilFirstChunk(() => Promise.resolve('chunk'));
  guard.answered();
  for (let call = 0; call < almost; call++) await fail('unreachable');
  assert.deepEqual(states, []);
  await guard.untilFirstChunk(() => Promise.resolve('chunk'));
  await fail('unreachable');
  assert.deepEqual(states, ['open']);
});

test('a rate limit says nothing about the route: it opens no breaker, and ends a trial well', async () => {
  const { clock, states, fail } = guardOf(() => 0.5);
  for (let call = 0; call < 3 * MODEL_LIMITS.breakerFailures; call++) await fail('rate_limited');
  assert.deepEqual(states, []);
  for (let call = 0; call < MODEL_LIMITS.breakerFailures; call++) await fail('server_error');
  clock.advance(MODEL_LIMITS.breakerOpenMs);
  await fail('rate_limited');
  assert.deepEqual(states, ['open', 'half_open', 'closed']);
});

test('while its upstream is down, a call that finds nobody is not tried again', () => {
  const { guard, state } = guardOf(() => 0.5);
  const unreachable = new LlmError('unreachable', 'Scripted');
  assert.ok(guard.retryDelays().after(unreachable));
  state.isDown = true;
  assert.equal(guard.retryDelays().after(unreachable), undefined);
  assert.ok(guard.retryDelays().after(FAILURE));
  assert.equal(guard.refusedForMs(), undefined);
});

test('a call that finds nobody there says so, other failures do not', async () => {
  const { fail, state } = guardOf(() => 0.5);
  await fail('server_error');
  await fail('unreachable');
  assert.equal(state.unreachable, 1);
});

test('an upstream that has come back is tried at once, one that cannot load its model is not', async () => {
  for (const [kind, wasDown, isTried] of [
    ['unreachable', false, true],
    ['server_error', false, false],
    ['server_error', true, true],
  ] as const) {
    const { guard, fail } = guardOf(() => 0.5);
    for (let call = 0; call < MODEL_LIMITS.breakerFailures; call++) await fail(kind);
    assert.equal(guard.refusedForMs(), MODEL_LIMITS.breakerOpenMs);
    guard.upstreamAnswered(wasDown);
    assert.equal(guard.refusedForMs() === undefined, isTried, `${kind} ${wasDown}`);
  }
});

async function opened(kind: LlmErrorKind = 'server_error') {
  const all = guardOf(() => 0.5);
  for (let call = 0; call < MODEL_LIMITS.breakerFailures; call++) await all.fail(kind);
  assert.deepEqual(all.states, ['open']);
  return all;
}

test('what people cancel, and what is refused for its content or size, opens no breaker', async () => {
  const { guard, fail, states } = guardOf(() => 0.5);
  for (let call = 0; call < 3 * MODEL_LIMITS.breakerFailures; call++) {
    await fail('aborted');
    await fail('bad_request');
    await fail('rate_limited');
    guard.brokeOff(new LlmError('aborted', 'Scripted'));
  }
  assert.deepEqual(states, []);
  assert.equal(guard.refusedForMs(), undefined);
});

test('an error that is not of a model counts like a failure', async () => {
  const { guard, states } = guardOf(() => 0.5);
  for (let call = 0; call < MODEL_LIMITS.breakerFailures; call++) {
    await assert.rejects(
      guard.untilFirstChunk(() => Promise.reject(new TypeError('A bug'))),
      TypeError,
    );
  }
  assert.deepEqual(states, ['open']);
  assert.equal(guard.refusedForMs(), MODEL_LIMITS.breakerOpenMs);
});

test('a cancelled trial call proves nothing: the breaker stays open for another trial', async () => {
  const { clock, guard, states, fail } = await opened();
  clock.advance(MODEL_LIMITS.breakerOpenMs);
  await fail('aborted');
  assert.deepEqual(states, ['open', 'half_open', 'open']);
  assert.equal(guard.refusedForMs(), undefined);
  await fail('server_error');
  assert.deepEqual(states, ['open', 'half_open', 'open', 'half_open', 'open']);
  assert.equal(guard.refusedForMs(), MODEL_LIMITS.breakerOpenMs);
  clock.advance(MODEL_LIMITS.breakerOpenMs);
  await guard.untilFirstChunk(() => Promise.resolve('chunk'));
  assert.equal(states.at(-1), 'closed');
});

test('while a trial call is under way the others are refused, and its end counts once', async () => {
  const { clock, guard, states } = await opened();
  clock.advance(MODEL_LIMITS.breakerOpenMs);
  const trial = Promise.withResolvers<string>();
  const call = guard.untilFirstChunk(() => trial.promise);
  clock.advance(5);
  assert.equal(guard.refusedForMs(), MODEL_LIMITS.breakerTrialMs);
  // An answer that began before the breaker opened breaks off now: it is no verdict on the trial.
  guard.brokeOff(FAILURE);
  assert.equal(states.at(-1), 'half_open');
  trial.resolve('chunk');
  assert.equal(await call, 'chunk');
  assert.equal(guard.refusedForMs(), undefined);
});

test('after a trial call that succeeds, failures are counted from the beginning', async () => {
  const { clock, guard, fail, states } = await opened();
  clock.advance(MODEL_LIMITS.breakerOpenMs);
  await guard.untilFirstChunk(() => Promise.resolve('chunk'));
  for (let call = 1; call < MODEL_LIMITS.breakerFailures; call++) await fail('server_error');
  assert.equal(states.at(-1), 'closed');
  await fail('server_error');
  assert.equal(states.at(-1), 'open');
});

test('answers that break off after their first chunk open the breaker, without another call', async () => {
  const { guard, states } = guardOf(() => 0.5);
  for (let call = 0; call < MODEL_LIMITS.breakerFailures; call++) {
    assert.deepEqual(states, []);
    await guard.untilFirstChunk(() => Promise.resolve('chunk'));
    guard.brokeOff(FAILURE);
    await setImmediate();
  }
  assert.deepEqual(states, ['open']);
});

test('the pause is at least what the provider asks for, and a long one is not waited for', () => {
  const { guard } = guardOf(() => 0.5);
  const asking = (retryAfterMs: number) => new LlmError('busy', 'Scripted', { retryAfterMs });
  assert.equal(guard.retryDelays().after(asking(5_000)), 5_000);
  assert.equal(guard.retryDelays().after(asking(10)), 1_000);
  assert.equal(guard.retryDelays().after(asking(MODEL_LIMITS.retryAfterMaxMs)), MODEL_LIMITS.retryAfterMaxMs);
  assert.equal(guard.retryDelays().after(asking(MODEL_LIMITS.retryAfterMaxMs + 1)), undefined);
});

test('an upstream that answers a probe does not lengthen the time until the next trial call', async () => {
  const { clock, guard } = await opened('unreachable');
  clock.advance(MODEL_LIMITS.breakerOpenMs + 5);
  guard.upstreamAnswered(true);
  assert.equal(guard.refusedForMs(), undefined);
  await guard.untilFirstChunk(() => Promise.resolve('chunk'));
  assert.equal(guard.refusedForMs(), undefined);
});
