import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { RATIONING_LIMITS } from './limits.ts';
import { LocalModelSlots } from './local-model-slots.ts';
import { settled, TestTask } from './slot-task.fixture.ts';

const SEED = 20_261_106;

function slotsOf(maxInFlight: number, queueMax: number) {
  const clock = new ManualClock();
  const slots = new LocalModelSlots({ clock, slots: maxInFlight, queueMax });
  const enter = (owner: string, client?: string) => {
    const task = new TestTask(owner, client);
    task.ticket = slots.enter(task);
    return task;
  };
  return { clock, slots, enter };
}

test('tells positions, at most so often, and none to a task that waits for a moment only', async () => {
  const { clock, enter } = slotsOf(1, 10);
  const first = enter('a');
  const brief = enter('b');
  const last = enter('c');
  await settled();
  clock.advance(RATIONING_LIMITS.positionTickMs - 1);
  assert.deepEqual(last.positions, []);
  first.finish();
  await settled();
  clock.advance(1);
  assert.deepEqual([brief.positions, last.positions], [[], [1]]);
  const newer = enter('d');
  clock.advance(RATIONING_LIMITS.positionTickMs);
  assert.deepEqual(newer.positions, [2]);
  brief.finish();
  await settled();
  clock.advance(RATIONING_LIMITS.positionIntervalMs - RATIONING_LIMITS.positionTickMs);
  assert.deepEqual(newer.positions, [2]);
  clock.advance(RATIONING_LIMITS.positionTickMs);
  assert.deepEqual([last.positions, newer.positions], [[1], [2, 1]]);
});

test('churn in a full queue tells each entry at most once in an interval', async () => {
  const { clock, slots, enter } = slotsOf(1, 512);
  enter('running');
  const waiting = Array.from({ length: 200 }, (_, index) => enter(`owner-${index}`));
  await settled();
  for (let round = 0; round < 100; round++) {
    const churning = enter(`churn-${round}`);
    if (churning.ticket) slots.leave(churning.ticket);
    const gone = waiting[round];
    if (gone?.ticket) slots.leave(gone.ticket);
    clock.advance(10);
  }
  const last = waiting.at(-1);
  assert.ok(last && last.positions.length >= 3 && last.positions.length <= 5, `${last?.positions.length}`);
});

test('a long queue is told its positions over several ticks', async () => {
  const { clock, enter } = slotsOf(1, 512);
  enter('running');
  const waiting = Array.from({ length: 500 }, (_, index) => enter(`owner-${index}`));
  await settled();
  const told = () => waiting.reduce((sum, { positions }) => sum + positions.length, 0);
  const { positionTickMs, positionsPerTickMax } = RATIONING_LIMITS;
  for (let tick = 1; waiting.some(({ positions }) => positions.length === 0); tick++) {
    const before = told();
    clock.advance(positionTickMs);
    assert.ok(told() - before <= positionsPerTickMax);
    assert.ok(
      tick <= Math.ceil(waiting.length / positionsPerTickMax),
      'A task was told twice before another',
    );
  }
  assert.deepEqual(
    waiting.map(({ positions }) => positions),
    waiting.map((_, index) => [index + 1]),
  );
});

test('of those who came at the same moment, the first in the queue are told first', async () => {
  const { clock, enter } = slotsOf(1, 512);
  enter('running');
  const most = RATIONING_LIMITS.positionsPerTickMax;
  const waiting = Array.from({ length: most + 1 }, (_, index) => enter(`owner-${index}`));
  await settled();
  clock.advance(RATIONING_LIMITS.positionTickMs);
  const untold = waiting.filter(({ positions }) => positions.length === 0);
  assert.deepEqual(untold, waiting.slice(most));
});

test('refuses when full, and one owner cannot fill it alone', () => {
  const { enter } = slotsOf(1, 4);
  enter('a');
  enter('a');
  enter('a');
  assert.throws(() => enter('a'), { key: 'queue_full' });
  enter('b');
  enter('c');
  assert.throws(
    () => enter('d'),
    (thrown) => {
      assert.ok(thrown instanceof HiloError && thrown.retryAfterMs !== undefined);
      assert.ok(thrown.retryAfterMs >= RATIONING_LIMITS.queueRetryAfterMinMs);
      assert.equal(thrown.values['seconds'], Math.ceil(thrown.retryAfterMs / 1000));
      return true;
    },
  );
});

test('the retry hint follows the duration of recent calls', async () => {
  const { clock, enter } = slotsOf(1, 2);
  const hint = () => {
    let retryAfterMs = 0;
    assert.throws(
      () => enter('z'),
      (thrown) => {
        retryAfterMs = (thrown instanceof HiloError && thrown.retryAfterMs) || 0;
        return true;
      },
    );
    return retryAfterMs;
  };
  const running = [enter('a'), enter('b'), enter('c')];
  assert.equal(hint(), 5_000);
  await settled();
  for (let call = 0; call < 50; call++) {
    clock.advance(20_000);
    running.shift()?.finish();
    await settled();
    running.push(enter(`owner-${call}`));
  }
  assert.ok(hint() > 19_000 && hint() <= 20_000);
});

for (const maxInFlight of [1, 2, 5]) {
  test(`with ${maxInFlight} slots, 50 waiting of one owner delay another by running calls only`, async () => {
    const { enter } = slotsOf(maxInFlight, 512);
    const greedy = Array.from({ length: maxInFlight + 50 }, () => enter('a'));
    await settled();
    const other = enter('b');
    greedy[0]?.finish();
    await settled();
    assert.ok(other.running);
    assert.equal(greedy.filter(({ runs }) => runs > 0).length, maxInFlight);
  });
}

test('50 waiting in ten sessions of one client delay another client by running calls only', async () => {
  const { enter } = slotsOf(1, 512);
  const greedy = Array.from({ length: 51 }, (_, index) => enter(`a-${index % 10}`, 'a'));
  await settled();
  const other = enter('b', 'b');
  greedy[0]?.finish();
  await settled();
  assert.ok(other.running);
  assert.equal(greedy.filter(({ runs }) => runs > 0).length, 1);
});

test('a task that stepped aside is never refused, keeps its place, is told no position', async () => {
  const { clock, slots, enter } = slotsOf(1, 4);
  const aside = enter('a');
  await settled();
  slots.stepAside(aside);
  aside.finish();
  await settled();
  assert.deepEqual([slots.waiting, slots.inFlight], [1, 0]);
  const running = enter('b');
  const later = enter('a');
  enter('c');
  enter('d');
  assert.throws(() => enter('e'), { key: 'queue_full' });
  await settled();
  aside.ticket = slots.comeBack(aside);
  assert.equal(slots.waiting, 4);
  clock.advance(1_000);
  running.finish();
  await settled();
  assert.deepEqual([aside.running, later.running, aside.positions], [true, false, []]);
});

const Action = fc.record({ type: fc.constantFrom('enter', 'leave', 'finish'), pick: fc.nat(30) });

test(`every interleaving of cancel and finish frees each slot exactly once (seed ${SEED})`, async () => {
  const slotCount = fc.integer({ min: 1, max: 3 });
  const property = fc.asyncProperty(slotCount, fc.array(Action, { maxLength: 80 }), async (max, actions) => {
    const { slots, enter } = slotsOf(max, 1_000);
    const tasks: TestTask[] = [];
    const left = new Set<TestTask>();
    for (const { type, pick } of actions) {
      const task = tasks[pick % (tasks.length || 1)];
      if (type === 'enter') tasks.push(enter(`owner-${pick % 4}`));
      else if (type === 'finish') task?.finish();
      else if (task?.ticket && task.runs === 0) {
        slots.leave(task.ticket);
        left.add(task);
      }
      if (pick % 3 === 0) await settled();
      const running = tasks.filter((one) => one.running).length;
      assert.ok(running <= max);
      assert.ok(slots.inFlight <= max);
    }
    for (let round = 0; round <= tasks.length; round++) {
      for (const task of tasks) task.finish();
      await settled();
    }
    assert.deepEqual([slots.inFlight, slots.waiting], [0, 0]);
    for (const task of tasks) assert.ok(task.runs === 1 || (task.runs === 0 && left.has(task)));
  });
  await fc.assert(property, { seed: SEED, numRuns: 60 });
});
