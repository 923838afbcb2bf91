import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualClock } from '../../../shared/clock.ts';
import { createFramePacer } from './frame-pacer.ts';

function setUp(costMs: number) {
  const clock = new ManualClock();
  const ran: string[] = [];
  const pace = createFramePacer({
    requestFrame: (run) => void clock.after(16, run),
    afterPaint: (run) => void clock.after(costMs, run),
    after: (delayMs, run) => void clock.after(delayMs, run),
    nowMs: () => clock.now(),
  });
  return { clock, ran, add: (name: string) => pace(() => ran.push(name)) };
}

it('runs the newest work once a frame', () => {
  const { clock, ran, add } = setUp(0);
  add('a');
  add('b');
  clock.advance(16);
  assert.deepEqual(ran, ['b']);
  add('c');
  clock.advance(16);
  assert.deepEqual(ran, ['b', 'c']);
});

it('rests after a costly frame', () => {
  const { clock, ran, add } = setUp(20);
  add('a');
  clock.advance(16);
  add('b');
  clock.advance(20 + 60);
  assert.deepEqual(ran, ['a']);
  clock.advance(16);
  assert.deepEqual(ran, ['a', 'b']);
});
