import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FRAME_WORK_MS, LateWork } from './late-work.ts';

function createLateWork() {
  const frames: (() => void)[] = [];
  const clock = { ms: 0 };
  const work = new LateWork({ requestFrame: (run) => void frames.push(run), nowMs: () => clock.ms });
  return { work, frames, clock };
}

it('does in a frame what fits into its share, and the rest in the next, in order', () => {
  const { work, frames, clock } = createLateWork();
  const done: number[] = [];
  for (const step of [1, 2, 3]) {
    work.add(() => {
      done.push(step);
      clock.ms += FRAME_WORK_MS / 2;
    });
  }
  assert.equal(frames.length, 1);
  frames.shift()?.();
  assert.deepEqual(done, [1, 2]);
  frames.shift()?.();
  assert.deepEqual(done, [1, 2, 3]);
  assert.equal(frames.length, 0);
});

it('goes on after a step that throws', () => {
  const { work, frames } = createLateWork();
  const done: string[] = [];
  work.add(() => assert.fail('as it was meant to'));
  work.add(() => done.push('after'));
  assert.throws(() => frames.shift()?.());
  frames.shift()?.();
  assert.deepEqual(done, ['after']);
});
