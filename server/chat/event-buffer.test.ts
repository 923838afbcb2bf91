import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import { EventBuffer } from './event-buffer.ts';
import { settled } from './chat.fixture.ts';

test('keeps the order: position, start, text, then the error', () => {
  const buffer = new EventBuffer(new ManualClock());
  buffer.position(3);
  buffer.position(2);
  assert.deepEqual(buffer.take(), { type: 'queued', position: 2 });
  buffer.position(1);
  buffer.started('m', false);
  buffer.delta('a');
  buffer.end(new HiloError('upstream_failed'));
  assert.deepEqual(buffer.take(), { type: 'started', model: 'm', degraded: false });
  assert.deepEqual(buffer.take(), { type: 'delta', text: 'a' });
  assert.throws(() => buffer.take(), { key: 'upstream_failed' });
});

test('only the first end counts', () => {
  const buffer = new EventBuffer(new ManualClock());
  buffer.end();
  buffer.end(new HiloError('cancelled'));
  assert.equal(buffer.take(), undefined);
  assert.ok(buffer.ended);
});

test('is full past the read-ahead, and has room once it was taken from', async () => {
  const buffer = new EventBuffer(new ManualClock());
  buffer.delta('x'.repeat(EXCHANGE_LIMITS.readAheadLength - 1));
  assert.ok(!buffer.full);
  buffer.delta('x');
  assert.ok(buffer.full);
  let roomy = false;
  const room = buffer.room().then(() => (roomy = true));
  await settled();
  assert.ok(!roomy);
  buffer.take();
  await room;
  assert.ok(!buffer.full);
});

test('an end lets a producer go on that waits for room', async () => {
  const buffer = new EventBuffer(new ManualClock());
  buffer.delta('x'.repeat(EXCHANGE_LIMITS.readAheadLength));
  const room = buffer.room();
  buffer.end(new HiloError('cancelled'));
  await room;
  assert.ok(!buffer.full);
});

test('knows whether the consumer waits', async () => {
  const buffer = new EventBuffer(new ManualClock());
  assert.ok(!buffer.consumerWaits);
  const ready = buffer.ready();
  assert.ok(buffer.consumerWaits);
  buffer.delta('a');
  assert.ok(!buffer.consumerWaits);
  await ready;
});
