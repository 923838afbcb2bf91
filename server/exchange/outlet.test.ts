import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import { Outlet } from './outlet.ts';
import { settled } from './test-support.ts';

test('keeps the order: position, start, text, then the error', () => {
  const outlet = new Outlet(new ManualClock());
  outlet.position(3);
  outlet.position(2);
  assert.deepEqual(outlet.take(), { type: 'queued', position: 2 });
  outlet.position(1);
  outlet.started('m', false);
  outlet.delta('a');
  outlet.end(new HiloError('upstream_failed'));
  assert.deepEqual(outlet.take(), { type: 'started', model: 'm', degraded: false });
  assert.deepEqual(outlet.take(), { type: 'delta', text: 'a' });
  assert.throws(() => outlet.take(), { key: 'upstream_failed' });
});

test('only the first end counts', () => {
  const outlet = new Outlet(new ManualClock());
  outlet.end();
  outlet.end(new HiloError('cancelled'));
  assert.equal(outlet.take(), undefined);
  assert.ok(outlet.ended);
});

test('is full past the read-ahead, and has room once it was taken from', async () => {
  const outlet = new Outlet(new ManualClock());
  outlet.delta('x'.repeat(EXCHANGE_LIMITS.readAheadLength - 1));
  assert.ok(!outlet.full);
  outlet.delta('x');
  assert.ok(outlet.full);
  let roomy = false;
  const room = outlet.room().then(() => (roomy = true));
  await settled();
  assert.ok(!roomy);
  outlet.take();
  await room;
  assert.ok(!outlet.full);
});

test('an end lets a producer go on that waits for room', async () => {
  const outlet = new Outlet(new ManualClock());
  outlet.delta('x'.repeat(EXCHANGE_LIMITS.readAheadLength));
  const room = outlet.room();
  outlet.end(new HiloError('cancelled'));
  await room;
  assert.ok(!outlet.full);
});

test('knows whether the consumer waits', async () => {
  const outlet = new Outlet(new ManualClock());
  assert.ok(!outlet.consumerWaits);
  const ready = outlet.ready();
  assert.ok(outlet.consumerWaits);
  outlet.delta('a');
  assert.ok(!outlet.consumerWaits);
  await ready;
});
