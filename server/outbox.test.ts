import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StalledSocket } from './test-support.ts';
import { FlushScheduler, Outbox } from './outbox.ts';

const LIMITS = { outboxSoftBytes: 100, outboxLowBytes: 20, outboxHardBytes: 300 };

function outboxOf() {
  const socket = new StalledSocket();
  const changes: string[] = [];
  const outbox = new Outbox(socket.asSocket(), new FlushScheduler(), LIMITS, (change) =>
    changes.push(change),
  );
  return { socket, outbox, changes };
}

test('what is written in one turn leaves in one call, in order', async () => {
  const { socket, outbox, changes } = outboxOf();
  outbox.write('a');
  outbox.write('');
  outbox.write('é');
  assert.equal(outbox.queuedBytes, 3);
  await nextTurn();
  outbox.write('c');
  await nextTurn();
  assert.deepEqual(socket.taken, ['aé', 'c']);
  assert.deepEqual(changes, []);
});

test('above the soft limit producers wait until it is low again', async () => {
  const { socket, outbox, changes } = outboxOf();
  socket.isFlowing = false;
  outbox.write('x'.repeat(60));
  await nextTurn();
  assert.equal(outbox.whenWritable(), undefined);
  outbox.write('y'.repeat(60));
  assert.deepEqual(changes, ['blocked']);
  let isWritable = false;
  const waiting = outbox.whenWritable()?.then(() => (isWritable = true));
  await nextTurn();
  socket.read(1);
  await nextTurn();
  assert.equal(isWritable, false);
  socket.read();
  await waiting;
  assert.deepEqual(changes, ['blocked', 'writable']);
  assert.equal(outbox.isBlocked, false);
});

test('one turn may write any amount; what is added to what the kernel refuses may not', async () => {
  const { socket, outbox, changes } = outboxOf();
  for (let count = 0; count < 20; count += 1) outbox.write('x'.repeat(100));
  await nextTurn();
  assert.deepEqual(changes, ['blocked', 'writable']);
  assert.equal(socket.taken.length, 1);
  socket.isFlowing = false;
  outbox.write('x'.repeat(1_000));
  await nextTurn();
  outbox.write('x'.repeat(300));
  assert.ok(!changes.includes('overflow'));
  outbox.write('x');
  assert.equal(changes.at(-1), 'overflow');
});

test('a stall begins when something waits and nothing goes', async () => {
  const { socket, outbox } = outboxOf();
  outbox.write('new');
  assert.equal(outbox.stalledMs(1_000_000), 0);
  await nextTurn();
  assert.equal(outbox.stalledMs(1_001_000), 0);
  socket.isFlowing = false;
  outbox.write('a');
  await nextTurn();
  outbox.write('b');
  await nextTurn();
  outbox.stalledMs(1_002_000);
  assert.equal(outbox.stalledMs(1_012_000), 11_000);
  socket.read(1);
  assert.equal(outbox.stalledMs(1_013_000), 0);
  assert.equal(outbox.stalledMs(1_014_000), 1_000);
  socket.read();
  assert.equal(outbox.stalledMs(1_015_000), 0);
});

test('the last words come last, and nothing after them', async () => {
  const { socket, outbox } = outboxOf();
  socket.isFlowing = false;
  outbox.write('x'.repeat(200));
  const waiting = outbox.whenWritable();
  outbox.end('bye');
  outbox.write('more');
  outbox.end('bye again');
  await waiting;
  assert.equal(outbox.whenWritable(), undefined);
  socket.read();
  assert.deepEqual(socket.taken, [`${'x'.repeat(200)}bye`]);
  assert.ok(socket.hasEnded);
  await nextTurn();
  assert.equal(socket.taken.length, 1);
});
