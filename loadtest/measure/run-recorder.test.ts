import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { RECORDER_LIMITS, RunRecorder } from './run-recorder.ts';

const MEMORY = { serverBytes: 100, gatewayBytes: undefined };

test('Each stretch of time has its own counts and percentiles', () => {
  const clock = new ManualClock();
  const recorder = new RunRecorder(clock);
  recorder.answer(10, 20);
  recorder.answer(30, 40);
  clock.advance(1_000);
  recorder.closeInterval(MEMORY);
  recorder.error('rate_limited');
  clock.advance(1_000);
  recorder.closeInterval(MEMORY);
  const { points, errors, answers, seconds } = recorder.finish();
  assert.equal(answers, 2);
  assert.equal(seconds, 2);
  assert.deepEqual(errors, { rate_limited: 1 });
  assert.deepEqual(
    points.map((point) => [point.atSeconds, point.answers, point.errors, point.firstTokenP99Ms]),
    [
      [0, 2, 0, 30],
      [1, 0, 1, undefined],
    ],
  );
});

test('How it went begins when preparing is over; what was counted stays', () => {
  const clock = new ManualClock();
  const recorder = new RunRecorder(clock);
  recorder.answer(10, 20);
  clock.advance(1_000);
  recorder.closeInterval(MEMORY);
  recorder.begin();
  clock.advance(500);
  recorder.closeInterval(MEMORY);
  const { points, answers, seconds } = recorder.finish();
  assert.deepEqual([answers, seconds], [1, 0.5]);
  assert.deepEqual(
    points.map((point) => [point.atSeconds, point.answers]),
    [[0, 0]],
  );
});

test('A long run keeps a bounded number of points and loses no answer in them', () => {
  const clock = new ManualClock();
  const recorder = new RunRecorder(clock);
  const stretches = RECORDER_LIMITS.pointsMax * 3;
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    recorder.answer(1, stretch);
    clock.advance(1_000);
    recorder.closeInterval(MEMORY);
  }
  const { points } = recorder.finish();
  assert.ok(points.length <= RECORDER_LIMITS.pointsMax);
  assert.equal(
    points.reduce((sum, point) => sum + point.answers, 0),
    stretches,
  );
  assert.equal(Math.max(...points.map((point) => point.answerP99Ms ?? 0)), stretches - 1);
});

test('All broken promises are counted, the first are kept', () => {
  const recorder = new RunRecorder(new ManualClock());
  for (let number = 1; number <= 50; number += 1) recorder.violation(`number ${number}`);
  const { violations, violationExamples } = recorder.finish();
  assert.equal(violations, 50);
  assert.equal(violationExamples.length, RECORDER_LIMITS.examplesMax);
  assert.equal(violationExamples[0], 'number 1');
});
