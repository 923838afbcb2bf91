import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { EventBuffer } from './event-buffer.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import { settled, TestSink } from './chat.fixture.ts';

const start = (model: string, degraded: boolean) => ({ model, degraded, route: model, inputTokens: 1 });

function setUp(isSlow: boolean) {
  const sink = new TestSink(isSlow);
  const clock = new ManualClock();
  const buffer = new EventBuffer(clock, sink);
  let end: string | undefined;
  buffer.done.then(
    () => (end = 'done'),
    (error: HiloError) => (end = error.key),
  );
  return { sink, clock, buffer, ending: () => end };
}

test('keeps the order: position, start, text, then the error', async () => {
  const { sink, buffer, ending } = setUp(true);
  buffer.position(3);
  buffer.position(2);
  await sink.takeMore();
  assert.deepEqual(sink.events, [
    { type: 'queued', position: 3 },
    { type: 'queued', position: 2 },
  ]);
  buffer.position(1);
  buffer.started(start('m', false));
  buffer.delta('a');
  buffer.end(new HiloError('upstream_failed'));
  await sink.takeMore();
  assert.deepEqual(sink.events[2], { type: 'started', ...start('m', false) });
  await sink.takeMore();
  assert.deepEqual(sink.events[3], { type: 'delta', text: 'a' });
  assert.equal(ending(), undefined);
  await sink.takeMore();
  assert.equal(ending(), 'upstream_failed');
  assert.deepEqual([sink.events.length, buffer.text], [4, 'a']);
});

test('what a slow reader has not taken is replaced, or joined', async () => {
  const { sink, buffer } = setUp(true);
  buffer.position(3);
  buffer.position(2);
  buffer.position(1);
  await sink.takeMore();
  buffer.started(start('m', false));
  buffer.started(start('n', true));
  for (const text of ['a', 'b', 'c']) buffer.delta(text);
  for (let event = 0; event < 3; event++) await sink.takeMore();
  assert.deepEqual(sink.events, [
    { type: 'queued', position: 3 },
    { type: 'queued', position: 1 },
    { type: 'started', ...start('n', true) },
    { type: 'delta', text: 'abc' },
  ]);
});

test('only the first end counts', async () => {
  const { buffer, ending } = setUp(false);
  buffer.end();
  buffer.end(new HiloError('cancelled'));
  await settled();
  assert.equal(ending(), 'done');
});

test('is full past the read-ahead, and has room once it was taken from', async () => {
  const { sink, buffer } = setUp(true);
  buffer.started(start('m', false));
  buffer.delta('x'.repeat(EXCHANGE_LIMITS.readAheadLength - 1));
  assert.ok(!buffer.full);
  buffer.delta('x');
  assert.ok(buffer.full);
  let roomy = false;
  const room = buffer.room().then(() => (roomy = true));
  await settled();
  assert.ok(!roomy);
  await sink.takeMore();
  await room;
  assert.ok(!buffer.full);
});

test('an end lets a producer go on that waits for room', async () => {
  const { buffer } = setUp(true);
  buffer.started(start('m', false));
  buffer.delta('x'.repeat(EXCHANGE_LIMITS.readAheadLength));
  const room = buffer.room();
  buffer.end(new HiloError('cancelled'));
  await room;
  assert.ok(!buffer.full);
});

test('knows whether the reader is the slow one', async () => {
  const { sink, buffer } = setUp(true);
  assert.ok(!buffer.isBlocked);
  buffer.delta('a');
  assert.ok(buffer.isBlocked);
  await sink.takeMore();
  assert.ok(!buffer.isBlocked);
});

test('asks again when a promise to be ready was not kept', async () => {
  const { sink, buffer } = setUp(true);
  buffer.delta('a');
  const { promise, resolve } = Promise.withResolvers<void>();
  const ready = sink.ready.bind(sink);
  let asked = 0;
  sink.ready = () => (asked++ === 0 ? promise : ready());
  await sink.takeMore();
  assert.ok(buffer.isBlocked);
  resolve();
  await settled();
  assert.ok(!buffer.isBlocked);
});

test('an urgent delivery waits for nobody, then or later', async () => {
  const { sink, buffer, ending } = setUp(true);
  buffer.started(start('m', false));
  buffer.delta('a');
  buffer.deliverNow();
  buffer.delta('b');
  buffer.end(new HiloError('cancelled'));
  await settled();
  assert.deepEqual([buffer.text, ending(), sink.events.length], ['ab', 'cancelled', 3]);
});

test('thinking and text keep their order, and the first of the text passes at once', async () => {
  const { sink, buffer } = setUp(false);
  buffer.thinking('Let me ');
  buffer.thinking('see');
  buffer.delta('Ho');
  buffer.delta('la');
  buffer.thinking(' (really)');
  buffer.end();
  await buffer.done;
  assert.deepEqual(sink.events, [
    { type: 'thinking', text: 'Let me ' },
    { type: 'thinking', text: 'see' },
    { type: 'delta', text: 'Ho' },
    { type: 'delta', text: 'la' },
    { type: 'thinking', text: ' (really)' },
  ]);
  assert.deepEqual([buffer.text, buffer.thinkingText.length], ['Hola', 19]);
  assert.ok(buffer.thinkingTokens >= 4);
});

test('a model that is being loaded is told of once for each start', () => {
  const { sink, buffer } = setUp(false);
  buffer.started(start('m', false));
  buffer.loading();
  buffer.loading();
  buffer.started(start('n', true));
  buffer.loading();
  assert.deepEqual(
    sink.events.map(({ type }) => type),
    ['started', 'loading', 'started', 'loading'],
  );
});
