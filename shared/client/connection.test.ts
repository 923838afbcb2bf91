import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualClock } from '../clock.ts';
import { Connection } from './connection.ts';
import { MemoryNetwork } from './memory-transport.fixture.ts';
import { DISCONNECTED, TIMED_OUT, type Outcome } from './message.ts';

const FULL = { code: 4103, message: 'full', data: { reason: 'server_full' } };

function setUp(strict = false) {
  const clock = new ManualClock();
  const network = new MemoryNetwork();
  const connection = new Connection(network.open, { clock, strict });
  const { peer } = network;
  const told: unknown[] = [];
  const listener = {
    event: (method: string) => told.push(method),
    repeated: () => told.push('repeated'),
    settled: (outcome: Outcome) => told.push(outcome.ok ? outcome.result : outcome.failure),
  };
  const ask = (method: string, options = {}) => connection.request(method, {}, listener, options);
  return { clock, connection, peer, told, ask };
}

it('sends what was asked before it was open, in this order, and each request under its own name', () => {
  const { peer, ask } = setUp();
  const ids = [ask('models.list'), ask('operations.list', { meta: { address: '::1' } })];
  assert.deepEqual(peer.sent, []);
  peer.open();
  ids.push(ask('server.ping'));
  assert.equal(new Set(ids).size, 3);
  assert.deepEqual(
    peer.sent.map(({ id, method, meta }) => [id, method, meta]),
    [
      [ids[0], 'models.list', undefined],
      [ids[1], 'operations.list', { address: '::1' }],
      [ids[2], 'server.ping', undefined],
    ],
  );
});

it('hands on what belongs to a request, and settles each once', () => {
  const { peer, told, ask } = setUp();
  peer.open();
  const [first, second] = [ask('chat.send'), ask('chat.send')];
  peer.notify('chat.delta', { requestId: second, text: 'ha' });
  peer.notify('chat.delta', { requestId: 99, text: 'of another' });
  peer.raw('');
  peer.raw('not a message');
  peer.say({ id: second, result: { text: 'ha' } });
  peer.notify('chat.delta', { requestId: second, text: 'late' });
  peer.say({ id: second, result: { text: 'again' } });
  peer.say({ id: first, result: { text: 'ho' } });
  assert.deepEqual(told, ['chat.delta', { text: 'ha' }, { text: 'ho' }]);
});

it('fails a request after its time, and hears of it no more', () => {
  const { clock, peer, told, ask } = setUp();
  peer.open();
  const id = ask('chat.send', { timeoutMs: 1_000 });
  clock.advance(999);
  assert.deepEqual(told, []);
  clock.advance(1);
  assert.deepEqual(told, [TIMED_OUT]);
  peer.say({ id, result: { text: 'late' } });
  assert.equal(told.length, 1);
});

it('fails what waits when the line ends, with what is known of the reason', async () => {
  const cut = setUp();
  cut.peer.open();
  cut.ask('chat.send');
  cut.peer.drop({ code: 1006, reason: 'gone' });
  assert.deepEqual(cut.told, [DISCONNECTED]);
  assert.deepEqual(await cut.connection.closed, { code: 1006, reason: 'gone', failure: undefined });
  const refused = setUp();
  refused.ask('chat.send');
  refused.peer.drop({ error: new Error('Nobody listens') });
  assert.deepEqual(refused.told, [{ ...DISCONNECTED, message: 'Nobody listens' }]);
});

it('tells what the server has said at last, also to requests that come too late', async () => {
  const { connection, peer, told, ask } = setUp();
  peer.open();
  ask('chat.send');
  peer.say({ id: null, error: { ...FULL, data: { ...FULL.data, closing: true } } });
  assert.deepEqual(told, []);
  peer.drop({});
  const failure = { reason: 'server_full', message: 'full', values: {} };
  assert.deepEqual(told, [failure]);
  assert.deepEqual(await connection.closed, { failure });
  ask('chat.send');
  assert.equal(told.length, 1, 'not before the name of the request is known');
  await Promise.resolve();
  assert.deepEqual(told, [failure, failure]);
  assert.equal(peer.sent.length, 1);
});

it('does not take an error of no request for the end', async () => {
  const { connection, peer, told, ask } = setUp();
  peer.open();
  ask('chat.send');
  peer.say({ id: null, error: FULL });
  assert.equal(peer.ended, false);
  peer.drop({});
  assert.deepEqual(told, [DISCONNECTED]);
  assert.equal((await connection.closed).failure, undefined);
});

it('ends when it is closed, and fails what waits or comes later', async () => {
  const { connection, peer, told, ask } = setUp();
  peer.open();
  ask('chat.send');
  connection.close();
  assert.ok(peer.ended);
  assert.deepEqual(told, [DISCONNECTED]);
  peer.drop({ code: 1006, reason: 'late' });
  assert.deepEqual(await connection.closed, { failure: undefined });
  ask('chat.send');
  await Promise.resolve();
  assert.deepEqual(told, [DISCONNECTED, DISCONNECTED]);
});

it('is strict where a greeting for people can only be a mistake', async () => {
  for (const line of ['Usuario-3 connected.', JSON.stringify({ jsonrpc: '2.0', id: null, error: FULL })]) {
    const { connection, peer, told, ask } = setUp(true);
    peer.open();
    const id = ask('server.ping');
    peer.raw('');
    peer.notify('server.draining', {});
    peer.say({ id, result: { pong: true } });
    ask('chat.send');
    assert.equal(peer.ended, false);
    peer.raw(line);
    assert.ok(peer.ended);
    const reason = line.startsWith('{') ? 'server_full' : 'disconnected';
    assert.deepEqual(
      told.map((each) => (each as { reason?: string }).reason),
      [undefined, reason],
    );
    assert.equal((await connection.closed).failure?.reason, line.startsWith('{') ? reason : undefined);
  }
});
