import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { SlidingRateWindow } from './sliding-rate-window.ts';

const SEED = 20_261_101;

function windowOf(maxMessages: number, windowMs: number, ownersMax?: number) {
  const clock = new ManualClock();
  const options = {
    clock,
    maxMessagesOf: () => maxMessages,
    windowMs,
    ...(ownersMax !== undefined && { ownersMax }),
  };
  return { clock, window: new SlidingRateWindow(options) };
}

test('allows so many in a window, then says exactly when the next may come', () => {
  const { clock, window } = windowOf(2, 1_000);
  assert.ok(window.take('a').allowed);
  clock.advance(300);
  assert.ok(window.take('a').allowed);
  clock.advance(200);
  assert.deepEqual(window.take('a'), { allowed: false, retryAfterMs: 500 });
  clock.advance(499);
  assert.deepEqual(window.take('a'), { allowed: false, retryAfterMs: 1 });
  clock.advance(1);
  assert.ok(window.take('a').allowed);
  assert.deepEqual(window.take('a'), { allowed: false, retryAfterMs: 300 });
});

test('owners do not share a window', () => {
  const { window } = windowOf(1, 1_000);
  assert.ok(window.take('a').allowed);
  assert.ok(window.take('b').allowed);
  assert.ok(!window.take('a').allowed);
});

const Step = fc.record({ owner: fc.nat(2), waitMs: fc.nat(400), back: fc.boolean() });

test(`agrees with a plain count over any history (seed ${SEED})`, () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 5 }),
    fc.array(Step, { maxLength: 200, size: 'max' }),
    (max, steps) => {
      const { clock, window } = windowOf(max, 1_000);
      const admitted = new Map<number, number[]>();
      for (const { owner, waitMs, back } of steps) {
        clock.advance(waitMs);
        const times = (admitted.get(owner) ?? []).filter((time) => clock.monotonic() - time < 1_000);
        assert.equal(window.remaining(String(owner)), max - times.length);
        const verdict = window.take(String(owner));
        assert.equal(verdict.allowed, times.length < max, 'refused though there was room, or the reverse');
        if (!verdict.allowed) assert.equal(verdict.retryAfterMs, (times[0] ?? 0) + 1_000 - clock.monotonic());
        else if (back) window.giveBack(String(owner), verdict.takenAtMs);
        else times.push(clock.monotonic());
        admitted.set(owner, times);
      }
    },
  );
  fc.assert(property, { seed: SEED });
});

test('gives back a place in the middle', () => {
  const { clock, window } = windowOf(3, 1_000);
  window.take('a');
  clock.advance(100);
  window.take('a');
  clock.advance(100);
  window.take('a');
  window.giveBack('a', 100);
  window.giveBack('a', 12_345);
  window.giveBack('nobody', 0);
  assert.ok(window.take('a').allowed);
  assert.deepEqual(window.take('a'), { allowed: false, retryAfterMs: 800 });
});

test('forgets idle owners as new ones come, and never one that is active', () => {
  const { clock, window } = windowOf(1, 1_000);
  for (let index = 0; index < 1_000; index++) window.take(`old-${index}`);
  assert.equal(window.owners, 1_000);
  clock.advance(900);
  window.take('active');
  clock.advance(100);
  for (let index = 0; index < 1_000; index++) window.take(`new-${index}`);
  assert.ok(window.owners <= 1_002, `${window.owners} owners are remembered`);
  assert.ok(!window.take('active').allowed);
});

test('remembers a bounded number of active owners', () => {
  const { window } = windowOf(1, 1_000, 10);
  for (let index = 0; index < 1_000; index++) window.take(`owner-${index}`);
  assert.equal(window.owners, 10);
});

test('an owner whose only message was given back is forgotten at once', () => {
  const { window } = windowOf(1, 1_000);
  const verdict = window.take('a');
  assert.ok(verdict.allowed);
  window.giveBack('a', verdict.takenAtMs);
  assert.equal(window.owners, 0);
});

test('after a place was given back, the others leave the window at their own times', () => {
  const { clock, window } = windowOf(3, 1_000);
  for (let taken = 0; taken < 3; taken += 1) {
    assert.ok(window.take('a').allowed);
    clock.advance(100);
  }
  clock.advance(700);
  // The window is full, and its newest message stands where the first one stood.
  const newest = window.take('a');
  assert.ok(newest.allowed);
  window.giveBack('a', newest.takenAtMs);
  assert.deepEqual(window.state('a'), { limit: 3, remaining: 1, resetMs: 200 });
  assert.ok(window.take('a').allowed);
  assert.deepEqual(window.take('a'), { allowed: false, retryAfterMs: 100 });
  clock.advance(100);
  assert.ok(window.take('a').allowed);
  assert.deepEqual(window.take('a'), { allowed: false, retryAfterMs: 100 });
  window.giveBack('a', 200);
  assert.ok(window.take('a').allowed);
  assert.deepEqual(window.take('a'), { allowed: false, retryAfterMs: 900 });
});

test('says how much is left, and when all of it may be sent again', () => {
  const { clock, window } = windowOf(2, 1_000);
  assert.deepEqual(window.state('a'), { limit: 2, remaining: 2, resetMs: 0 });
  window.take('a');
  assert.deepEqual(window.state('a'), { limit: 2, remaining: 1, resetMs: 1_000 });
  clock.advance(600);
  window.take('a');
  assert.deepEqual(window.state('a'), { limit: 2, remaining: 0, resetMs: 1_000 });
  clock.advance(400);
  assert.deepEqual(window.state('a'), { limit: 2, remaining: 1, resetMs: 600 });
  window.take('a');
  clock.advance(1);
  assert.deepEqual(window.state('a'), { limit: 2, remaining: 0, resetMs: 999 });
  clock.advance(2_000);
  assert.deepEqual(window.state('a'), { limit: 2, remaining: 2, resetMs: 0 });
});

test('an owner is idle from its newest message on, wherever in the ring that stands', () => {
  const { clock, window } = windowOf(2, 1_000);
  window.take('a');
  clock.advance(100);
  window.take('a');
  clock.advance(900);
  assert.ok(window.take('a').allowed);
  clock.advance(999);
  for (let index = 0; index < 4; index += 1) window.take(`early-${index}`);
  assert.equal(window.owners, 5);
  clock.advance(1);
  for (let index = 0; index < 4; index += 1) window.take(`late-${index}`);
  assert.equal(window.owners, 8, 'only the idle one was forgotten');
  assert.equal(window.remaining('a'), 2);
});
