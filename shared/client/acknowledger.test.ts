import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualClock } from '../clock.ts';
import { Acknowledger } from './acknowledger.ts';

const LIMITS = { acknowledgeCharacters: 100, acknowledgeMs: 500 };

function setUp(startSeq = 0) {
  const clock = new ManualClock();
  const acknowledged: number[] = [];
  const acknowledger = new Acknowledger(clock, LIMITS, (seq) => acknowledged.push(seq));
  acknowledger.start(startSeq);
  return { clock, acknowledger, acknowledged };
}

it('acknowledges some time after the first message, whatever follows it', () => {
  const { clock, acknowledger, acknowledged } = setUp();
  acknowledger.received(1, 10);
  clock.advance(400);
  acknowledger.received(2, 10);
  clock.advance(99);
  assert.deepEqual(acknowledged, []);
  clock.advance(1);
  assert.deepEqual(acknowledged, [2]);
  clock.advance(5_000);
  assert.deepEqual(acknowledged, [2]);
  acknowledger.received(3, 10);
  clock.advance(500);
  assert.deepEqual(acknowledged, [2, 3]);
});

it('acknowledges at once when so much has come, and from then on after the time again', () => {
  const { clock, acknowledger, acknowledged } = setUp();
  acknowledger.received(1, 99);
  assert.deepEqual(acknowledged, []);
  acknowledger.received(2, 1);
  assert.deepEqual(acknowledged, [2]);
  acknowledger.received(3, 99);
  assert.deepEqual(acknowledged, [2]);
  clock.advance(499);
  assert.deepEqual(acknowledged, [2], 'the time of a message that is acknowledged is over');
  clock.advance(1);
  assert.deepEqual(acknowledged, [2, 3]);
  acknowledger.received(3, 100);
  assert.deepEqual(acknowledged, [2, 3], 'what was acknowledged is not acknowledged again');
  acknowledger.stop();
  acknowledger.start(3);
  acknowledger.received(4, 10);
  clock.advance(500);
  acknowledger.received(5, 99);
  assert.deepEqual(acknowledged, [2, 3, 4], 'what the clock has acknowledged does not count any more');
});

it('begins anew with each connection', () => {
  const { clock, acknowledger, acknowledged } = setUp();
  acknowledger.received(1, 99);
  acknowledger.start(7);
  clock.advance(5_000);
  assert.deepEqual(acknowledged, []);
  acknowledger.received(7, 100);
  acknowledger.received(7, 1);
  assert.deepEqual(acknowledged, [], 'what counts as acknowledged is not acknowledged again');
  clock.advance(400);
  acknowledger.start(7);
  acknowledger.received(8, 99);
  clock.advance(499);
  assert.deepEqual(acknowledged, []);
  clock.advance(1);
  assert.deepEqual(acknowledged, [8]);
});

it('acknowledges nothing without a connection', () => {
  const { clock, acknowledger, acknowledged } = setUp();
  acknowledger.received(1, 10);
  acknowledger.stop();
  clock.advance(5_000);
  assert.deepEqual(acknowledged, []);
});
