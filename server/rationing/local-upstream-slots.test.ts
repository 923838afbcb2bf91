import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { LocalUpstreamSlots } from './local-upstream-slots.ts';
import { settled, TestTask } from './slot-task.fixture.ts';

const SMALL = { id: 'small', slots: 1 };
const LARGE = { id: 'large', slots: 3 };
const COMPANION = { id: 'companion', slots: undefined };

function startTasks(count: number, enter: (task: TestTask) => unknown): TestTask[] {
  const tasks = Array.from({ length: count }, (_, index) => new TestTask(`owner-${index}`));
  for (const task of tasks) enter(task);
  return tasks;
}

test('each upstream has its own slots and its own queue', async () => {
  const upstreams = new LocalUpstreamSlots({ clock: new ManualClock(), queueMax: 4 });
  const [first, second] = startTasks(2, (task) => upstreams.of(SMALL).enter(task));
  const others = startTasks(4, (task) => upstreams.of({ ...LARGE }).enter(task));
  await settled();
  assert.deepEqual([upstreams.waiting, upstreams.inFlight], [2, 4]);
  first?.finish();
  await settled();
  assert.ok(second?.running);
  assert.deepEqual([upstreams.of(SMALL).waiting, upstreams.of(SMALL).inFlight], [0, 1]);
  assert.equal(others.filter(({ running }) => running).length, 3);
});

test('an upstream without slots starts every call at once, however long the other queues are', async () => {
  const upstreams = new LocalUpstreamSlots({ clock: new ManualClock(), queueMax: 4 });
  startTasks(5, (task) => upstreams.of(SMALL).enter(task));
  assert.throws(() => upstreams.of(SMALL).enter(new TestTask('late')), { key: 'queue_full' });
  const calls = startTasks(1_000, (task) => assert.equal(upstreams.of(COMPANION).enter(task), undefined));
  await settled();
  assert.ok(calls.every(({ running }) => running));
  assert.deepEqual([upstreams.waiting, upstreams.inFlight], [4, 1]);
});
