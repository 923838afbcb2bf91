import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HiloError } from '../../shared/errors.ts';
import { StalledSocket } from './stalled-socket.fixture.ts';
import { errorLine, JsonChannel } from './json-channel.ts';
import { FlushScheduler, Outbox } from './outbox.ts';

const LIMITS = { outboxSoftBytes: 200, outboxLowBytes: 50, outboxHardBytes: 800, replayBytesMax: 600 };

class Line {
  readonly socket = new StalledSocket();
  readonly outbox = new Outbox(this.socket.asSocket(), new FlushScheduler(), LIMITS, () => {});

  /** Everything that was sent so far. */
  async messages(): Promise<Record<string, Record<string, unknown>>[]> {
    await nextTurn();
    const lines = this.socket.taken.join('').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
  }
}

function channelOf() {
  const line = new Line();
  return { line, channel: new JsonChannel(LIMITS, line.outbox) };
}

test('messages are numbered from the moment on when the session is resumable', async () => {
  const { line, channel } = channelOf();
  channel.notify('chat.delta', { text: 'a' });
  channel.makeResumable();
  channel.notify('chat.delta', { text: 'b' });
  channel.respond('x', {});
  channel.fail(3, new HiloError('cancelled'), 'en', 'Usuario-1:m1');
  const [first, second, third, fourth] = await line.messages();
  assert.deepEqual(first?.['params'], { text: 'a' });
  assert.deepEqual(second?.['params'], { text: 'b', seq: 1 });
  assert.deepEqual(third, { jsonrpc: '2.0', id: 'x', result: { seq: 2 } });
  const { code, data } = fourth?.['error'] ?? {};
  assert.deepEqual([code, data], [4201, { reason: 'cancelled', trace: 'Usuario-1:m1', seq: 3 }]);
});

test('U+2028 and U+2029 are escaped, wherever they come from', async () => {
  const { line, channel } = channelOf();
  channel.respond('\u2028', { text: 'a\u2029b' });
  await nextTurn();
  assert.equal(
    line.socket.taken.join(''),
    '{"jsonrpc":"2.0","id":"\\u2028","result":{"text":"a\\u2029b"}}\n',
  );
  const error = new HiloError('unknown_operation', { values: { name: '\u2028' } });
  assert.ok(!errorLine(1, error, 'en').includes('\u2028'));
});

test('what comes while nobody is there is kept, and comes first on the next connection', async () => {
  const { line, channel } = channelOf();
  channel.makeResumable();
  channel.notify('n', { text: 'seen' });
  channel.notify('n', { text: 'lost' });
  channel.detach(line.outbox);
  channel.notify('n', { text: 'away' });
  assert.equal(channel.missing(1), 2);
  const next = new Line();
  channel.attach(next.outbox, 1);
  channel.notify('n', { text: 'new' });
  const texts = (await next.messages()).map(({ params }) => [params?.['seq'], params?.['text']]);
  assert.deepEqual(texts, [
    [2, 'lost'],
    [3, 'away'],
    [4, 'new'],
  ]);
  channel.detach(line.outbox);
  channel.notify('n', { text: 'still attached' });
  assert.equal((await next.messages()).length, 4);
});

test('a producer waits while too much is unacknowledged, with and without a connection', async () => {
  const { line, channel } = channelOf();
  channel.makeResumable();
  while (channel.unacknowledgedBytes <= LIMITS.outboxSoftBytes) channel.notify('n', { text: 'x'.repeat(40) });
  await nextTurn();
  let isReady = false;
  void channel.ready()?.then(() => (isReady = true));
  channel.acknowledge(1);
  await nextTurn();
  assert.equal(isReady, false);
  channel.acknowledge(channel.lastSeq);
  await nextTurn();
  assert.equal(isReady, true);
  assert.equal(channel.ready(), undefined);
  channel.detach(line.outbox);
  while (channel.unacknowledgedBytes <= LIMITS.outboxSoftBytes) channel.notify('n', {});
  assert.ok(channel.ready());
});

test('past the replay limit a reader still gets everything, and a late one is told of the gap', async () => {
  const { line, channel } = channelOf();
  channel.makeResumable();
  for (let count = 0; count < 30; count += 1) channel.notify('n', { text: 'x'.repeat(40) });
  assert.equal((await line.messages()).length, 30);
  assert.ok(channel.unacknowledgedBytes <= LIMITS.replayBytesMax);
  assert.throws(() => channel.missing(0), { key: 'gap' });
  assert.equal(channel.missing(28), 2);
});
