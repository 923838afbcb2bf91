import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StalledSocket } from './stalled-socket.fixture.ts';
import { FlushScheduler, Outbox, OUTBOX_PIECE_LIMITS } from './outbox.ts';

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
  assert.equal(outbox.queuedBytes, 1);
  assert.equal(outbox.stalledMs(1_013_000), 0);
  assert.equal(outbox.stalledMs(1_014_000), 1_000);
  socket.read();
  assert.equal(outbox.stalledMs(1_015_000), 0);
});

test('a large write goes in pieces, each of which shows that the peer reads', async () => {
  const { socket, outbox } = outboxOf();
  socket.isFlowing = false;
  const { pieceBytesMax } = OUTBOX_PIECE_LIMITS;
  const text = 'ñandú €'.repeat(10_000);
  outbox.write(text);
  await nextTurn();
  outbox.write('and more');
  await nextTurn();
  assert.equal(socket.writableLength, pieceBytesMax);
  assert.equal(outbox.queuedBytes, Buffer.byteLength(text) + 8);
  for (let nowMs = 1_000_000; outbox.queuedBytes > 0; nowMs += 20_000) {
    assert.equal(outbox.stalledMs(nowMs), 0);
    assert.ok(socket.writableLength <= pieceBytesMax);
    socket.read(1);
  }
  assert.equal(socket.text, `${text}and more`);
  assert.equal(socket.taken.at(-1), 'and more');
});

test('over a real socket: as long as the peer reads something, it is not stalled', async (t) => {
  const { socket, peer } = await socketPair(t);
  const outbox = new Outbox(socket, new FlushScheduler(), LIMITS, () => {});
  let readBytes = 0;
  peer.on('data', (chunk: Buffer) => {
    readBytes += chunk.length;
    peer.pause();
  });
  peer.pause();
  // More than the kernel takes for a peer that reads nothing.
  const totalBytes = 24 * 1024 * 1024;
  outbox.write('x'.repeat(totalBytes));
  let steps = 0;
  let nowMs = 0;
  let queuedBytes = totalBytes;
  while (outbox.queuedBytes > 0) {
    peer.resume();
    await nextTurn();
    if (outbox.queuedBytes === queuedBytes) continue;
    queuedBytes = outbox.queuedBytes;
    nowMs += 20_000;
    steps += 1;
    assert.equal(outbox.stalledMs(nowMs), 0);
  }
  // Given in one write, it would be seen once, at the end.
  assert.ok(steps > 3, `Progress was seen ${steps} times`);
  outbox.end('');
  peer.on('data', () => peer.resume());
  peer.resume();
  await once(peer, 'end');
  assert.equal(readBytes, totalBytes);
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

async function socketPair(t: TestContext): Promise<{ socket: Socket; peer: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  t.after(() => {
    server.close();
    peer.destroy();
    socket.destroy();
  });
  return { socket, peer };
}
