import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualClock } from '../clock.ts';
import { Heartbeat } from './heartbeat.ts';

const LIMITS = { silenceMs: 30_000, unansweredMs: 1_000, probeMs: 4_000 };

function setUp() {
  const clock = new ManualClock();
  const log: string[] = [];
  const heartbeat = new Heartbeat({
    ...LIMITS,
    clock,
    probe: () => log.push(`probe ${clock.monotonic()}`),
    dead: () => {
      log.push(`dead ${clock.monotonic()}`);
      heartbeat.stop();
    },
  });
  return { clock, log, heartbeat };
}

it('probes exactly when the silence has lasted long enough', () => {
  const { clock, log, heartbeat } = setUp();
  heartbeat.start();
  clock.advance(20_000);
  heartbeat.heard();
  clock.advance(29_999);
  assert.deepEqual(log, []);
  clock.advance(1);
  assert.deepEqual(log, ['probe 50000']);
  clock.advance(LIMITS.probeMs);
  assert.deepEqual(log, ['probe 50000', 'dead 54000']);
});

it('is satisfied by anything that is heard', () => {
  const { clock, log, heartbeat } = setUp();
  heartbeat.start();
  heartbeat.asked();
  clock.advance(999);
  heartbeat.heard();
  clock.advance(1);
  heartbeat.suspect();
  clock.advance(LIMITS.probeMs - 1);
  heartbeat.heard();
  clock.advance(1_000);
  assert.deepEqual(log, ['probe 1000']);
});

it('counts from the first request that got no word, and probes once', () => {
  const { clock, log, heartbeat } = setUp();
  heartbeat.start();
  heartbeat.asked();
  clock.advance(900);
  heartbeat.asked();
  clock.advance(100);
  heartbeat.asked();
  heartbeat.suspect();
  clock.advance(LIMITS.probeMs);
  assert.deepEqual(log, ['probe 1000', 'dead 5000']);
});

it('does nothing before the start and after the stop', () => {
  const { clock, log, heartbeat } = setUp();
  heartbeat.asked();
  heartbeat.suspect();
  heartbeat.start();
  heartbeat.asked();
  heartbeat.stop();
  heartbeat.asked();
  clock.advance(LIMITS.silenceMs * 2);
  assert.deepEqual(log, []);
});

it('is not stirred by silence while quiet', () => {
  const { clock, log, heartbeat } = setUp();
  heartbeat.start();
  heartbeat.setQuiet(true);
  clock.advance(LIMITS.silenceMs * 3);
  assert.deepEqual(log, []);
  heartbeat.setQuiet(false);
  clock.advance(LIMITS.silenceMs);
  assert.equal(log.length, 1);
});
