import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualClock } from '../clock.ts';
import { Client, ClientError } from './client.ts';
import { Connection } from './connection.ts';
import { MemoryNetwork } from './memory-transport.fixture.ts';

function setUp() {
  const clock = new ManualClock();
  const network = new MemoryNetwork();
  const connection = new Connection(network.open, { clock });
  return { clock, connection, client: new Client(connection), peer: network.peer };
}

it('sends what was asked before the connection was open, once it is', async () => {
  const { client, peer } = setUp();
  const pong = client.call('server.ping', {});
  assert.deepEqual(peer.sent, []);
  peer.open();
  assert.deepEqual(peer.sent, [{ jsonrpc: '2.0', id: 1, method: 'server.ping', params: {} }]);
  peer.answer({ pong: true, time: '2026-01-01T00:00:00Z' });
  const { time } = await pong;
  assert.equal(time, '2026-01-01T00:00:00Z');
});

it('gives the events of a call in order, those from before it is read too, then the result', async () => {
  const { client, peer } = setUp();
  peer.open();
  const call = client.call('chat.send', { text: 'hello' });
  const other = client.call('chat.send', { text: 'other' });
  peer.notify('chat.started', { requestId: call.id, trace: 't', model: 'm', degraded: false });
  peer.notify('chat.delta', { requestId: call.id, text: 'a' });
  peer.notify('chat.delta', { requestId: other.id, text: 'of the other' });
  const seen: string[] = [];
  for await (const event of call) {
    seen.push(event.name === 'chat.delta' ? event.params.text : event.name);
    if (event.name === 'chat.delta' && event.params.text === 'a') {
      peer.notify('chat.delta', { requestId: call.id, text: 'b' });
      peer.say({ id: call.id, result: { text: 'ab' } });
    }
  }
  assert.deepEqual(seen, ['chat.started', 'a', 'b']);
  assert.equal((await call).text, 'ab');
});

it('fails with the key, the values and the delay of the error, both ways', async () => {
  const { client, peer } = setUp();
  peer.open();
  const call = client.call('chat.send', { text: 'hello' });
  peer.refuse('rate_limited', { values: { seconds: 3 }, retryAfterMs: 3_000 });
  const wanted = { key: 'rate_limited', values: { seconds: 3 }, retryAfterMs: 3_000 };
  await assert.rejects(async () => {
    for await (const event of call) assert.fail(event.name);
  }, wanted);
  await assert.rejects(call, wanted);
});

it('ends a call that gets no answer in time', async () => {
  const { clock, client, peer } = setUp();
  peer.open();
  const call = client.call('server.ping', {}, { timeoutMs: 1_000 });
  clock.advance(1_000);
  await assert.rejects(call, { key: 'timed_out' });
  peer.answer({ pong: true });
});

it('fails with the reason that the server gave for closing, or with what the system said', async () => {
  const { client, connection, peer } = setUp();
  peer.open();
  const call = client.call('server.ping', {});
  peer.say({
    id: null,
    error: { code: 4103, message: 'full', data: { reason: 'server_full', closing: true } },
  });
  peer.drop({});
  await assert.rejects(call, { key: 'server_full', message: 'full' });
  assert.equal((await connection.closed).failure?.reason, 'server_full');
  await assert.rejects(client.call('server.ping', {}), { key: 'server_full' });

  const unreachable = setUp();
  const lost = unreachable.client.call('server.ping', {});
  unreachable.peer.drop({ error: new Error('connect ECONNREFUSED') });
  await assert.rejects(lost, (error) => {
    return error instanceof ClientError && error.key === 'disconnected' && /REFUSED/.test(error.message);
  });
});

it('takes no harm from lines that are no messages, or of requests that nobody made', async () => {
  const { client, peer } = setUp();
  peer.open();
  const call = client.call('server.ping', {});
  for (const line of ['', 'hello', '{', '[]', 'null', '{"id":7,"result":{}}', '{"id":1,"result":3}'])
    peer.raw(line);
  peer.notify('chat.delta', { requestId: {}, text: 'x' });
  peer.answer({ pong: true });
  assert.equal((await call).pong, true);
});

it('ends a strict connection at the first line that is about no request', async () => {
  const error = { code: 4103, message: 'full', data: { reason: 'server_full' } };
  for (const [line, key] of [
    ['HTTP/1.1 400 Bad Request', 'disconnected'],
    [JSON.stringify({ id: null, error }), 'server_full'],
  ] as const) {
    const network = new MemoryNetwork();
    const connection = new Connection(network.open, { clock: new ManualClock(), strict: true });
    network.peer.open();
    const call = new Client(connection).call('server.ping', {});
    network.peer.raw('');
    network.peer.raw(line);
    await assert.rejects(call, { key });
    assert.ok(network.peer.ended);
  }
});
