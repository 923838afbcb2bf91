import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobLanes } from './job-lanes.ts';
import { JOB_LIMITS } from './limits.ts';

/** Whose jobs are next, as long as each ends before the next one begins. */
function order(lanes: JobLanes, count: number): string[] {
  return Array.from({ length: count }, () => {
    const owner = lanes.next('small', 0) ?? '-';
    lanes.remove('small', owner);
    lanes.turnEnded('small', owner);
    return owner;
  });
}

test('someone with 10,000 jobs delays nobody’s first job', () => {
  const lanes = new JobLanes();
  lanes.add('small', 'greedy', 10_000);
  assert.deepEqual(order(lanes, 3), ['greedy', 'greedy', 'greedy']);
  lanes.add('small', 'ana');
  lanes.add('small', 'bea');
  assert.deepEqual(order(lanes, 4), ['ana', 'bea', 'greedy', 'greedy']);
  // A second job waits for one turn of each of the others.
  lanes.add('small', 'ana', 3);
  assert.deepEqual(order(lanes, 6), ['ana', 'greedy', 'ana', 'greedy', 'ana', 'greedy']);
});

test('people who come new hold the others up for a bounded number of turns', () => {
  const lanes = new JobLanes();
  lanes.add('small', 'served', 2);
  assert.deepEqual(order(lanes, 1), ['served']);
  for (let person = 0; person < 100; person += 1) lanes.add('small', `new ${person}`);
  const { newcomersInARow } = JOB_LIMITS;
  const turns = order(lanes, newcomersInARow + 1);
  assert.equal(turns.indexOf('served'), newcomersInARow - 1);
});

test('a position counts those before it, and no more jobs of others than have a turn before it', () => {
  const lanes = new JobLanes();
  lanes.add('small', 'greedy', 10_000);
  lanes.add('small', 'ana', 2);
  assert.equal(lanes.position('small', 'ana', 0), 2);
  assert.equal(lanes.position('small', 'ana', 1), 4);
});

test('jobs that change hands stay in the order of turns, and an empty lane is forgotten', () => {
  const lanes = new JobLanes();
  lanes.add('small', 'guest', 2);
  lanes.handOver('guest', 'ana');
  assert.deepEqual(order(lanes, 3), ['ana', 'ana', '-']);
  assert.deepEqual(lanes.routes(), []);
});

test('who may not be tried yet is passed over', () => {
  const lanes = new JobLanes();
  lanes.add('small', 'ana');
  lanes.add('small', 'bea');
  lanes.sleep('small', 'ana', 5);
  assert.deepEqual(order(lanes, 2), ['bea', '-']);
  assert.equal(lanes.next('small', 5), 'ana');
});
