import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HEARTBEAT } from './heartbeat.ts';
import { KNOWN, setUp } from './resumable-session.fixture.ts';
import { SESSION_LIMITS } from './session-contract.ts';

it('says hello, keeps the session before anything else goes out, and is ready', () => {
  const { connection, socket, log, greet } = setUp();
  greet();
  assert.deepEqual(socket().sent[0]?.['params'], { client: 'test', version: '1', locale: 'en' });
  assert.equal(connection.state.name, 'ready');
  assert.deepEqual(log, ['kept 0', 'started fresh']);
  assert.deepEqual(connection.resumption, { session: 'Usuario-1', token: 't1', epoch: 'e1', lastSeq: 0 });
});

it('ignores a greeting for people and other lines that are no JSON-RPC', () => {
  const { connection, socket } = setUp();
  connection.start();
  socket().open();
  socket().raw('Usuario-3 connected.');
  socket().raw('{not json');
  socket().raw('[]');
  assert.equal(connection.state.name, 'greeting');
});

it('hands sequenced messages on once and in order, and acknowledges what was kept', () => {
  const { clock, socket, log, greet, delta } = setUp();
  greet();
  delta(1);
  delta(2);
  delta(2);
  delta(1);
  assert.deepEqual(log.slice(2), ['chat.delta d1', 'chat.delta d2']);
  clock.advance(SESSION_LIMITS.acknowledgeMs);
  assert.deepEqual(log.at(-1), 'kept 2');
  assert.deepEqual(socket().sent.at(-1), { jsonrpc: '2.0', method: 'session.ack', params: { seq: 2 } });
});

it('acknowledges at once when much has come', () => {
  const { socket, greet, delta } = setUp();
  greet();
  delta(1, 'x'.repeat(SESSION_LIMITS.acknowledgeCharacters));
  assert.deepEqual(socket().sent.at(-1)?.['params'], { seq: 1 });
});

it('takes a session up again, counts what was missed, then says what still runs', () => {
  const { connection, socket, log, delta } = setUp(KNOWN);
  connection.start();
  socket().open();
  assert.deepEqual(socket().sent[0]?.['params'], { resumeToken: 'old', epoch: 'e1', lastSeq: 4 });
  socket().answer({
    session: 'Usuario-1',
    resumeToken: 'new',
    epoch: 'e1',
    seq: 6,
    replayed: 2,
    running: ['r'],
    locale: 'en',
  });
  delta(5);
  delta(6);
  delta(7);
  assert.deepEqual(log, [
    'kept 4',
    'resumed',
    'chat.delta d5',
    'chat.delta d6',
    'caught up, running r',
    'chat.delta d7',
  ]);
  assert.equal(connection.resumption?.token, 'new');
});

it('starts anew on the same connection when the session is gone, and tells restart from expiry', () => {
  for (const [epoch, loss] of [
    ['e2', 'restarted'],
    ['e1', 'expired'],
  ] as const) {
    const { connection, socket, log } = setUp(KNOWN);
    connection.start();
    socket().open();
    socket().say({ id: 'id-1', error: { code: 4020, message: '', data: { reason: 'unknown_session' } } });
    assert.equal(socket().sent.at(-1)?.['method'], 'session.hello');
    socket().answer({ session: 'Usuario-9', resumeToken: 't', epoch, seq: 0 });
    assert.deepEqual(log, ['kept 0', `started ${loss}`]);
  }
});

it('tells a gap, and resumes rather than skip a hole', () => {
  const { connection, socket, sockets, greet, delta } = setUp();
  greet();
  delta(2);
  assert.equal(connection.state.name, 'waiting');
  assert.ok(sockets[0]?.ended);
  connection.connectNow();
  socket().open();
  assert.equal(socket().sent[0]?.['method'], 'session.resume');
  assert.deepEqual(socket().sent[0]?.['params'], { resumeToken: 't1', epoch: 'e1', lastSeq: 0 });
});

it('waits longer with each failure, with jitter, and forgets the failures after a stable minute', () => {
  const { clock, connection, socket, greet } = setUp();
  greet();
  const delays: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    socket().drop();
    if (connection.state.name === 'waiting') delays.push(connection.state.delayMs);
    clock.advance(delays.at(-1) ?? 0);
  }
  assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  socket().open();
  socket().answer({
    session: 'Usuario-1',
    resumeToken: 't2',
    epoch: 'e1',
    seq: 0,
    replayed: 0,
    running: [],
    locale: 'en',
  });
  connection.setVisible(false);
  clock.advance(60_000);
  socket().drop();
  assert.equal(connection.state.name === 'waiting' && connection.state.attempt, 0);
});

it('gives the reason of the last line, and honours the delay that it asks for', () => {
  const { connection, socket, greet, waiting } = setUp();
  greet();
  socket().say({
    id: null,
    error: {
      code: 4103,
      message: '',
      data: { reason: 'server_full', closing: true, retryAfterMs: 10_000 },
    },
  });
  socket().drop({ code: 4103, reason: 'server_full' });
  assert.deepEqual(waiting().reason, 'server_full');
  assert.deepEqual([waiting().delayMs, waiting().asked], [10_250, true]);
  connection.setVisible(true);
  assert.equal(connection.state.name, 'waiting');
});

it('knows a reason for every close', () => {
  const cases = [
    [1006, '', 'network'],
    [1000, '', 'ended'],
    [1001, '', 'ended'],
    [1012, '', 'draining'],
    [1013, 'anything', 'server_unreachable'],
    [4104, 'slow_consumer', 'slow_consumer'],
  ] as const;
  for (const [code, text, reason] of cases) {
    const { connection, socket, greet } = setUp();
    greet();
    socket().drop({ code, reason: text });
    assert.equal(connection.state.name === 'waiting' && connection.state.reason, reason);
  }
});

it('comes back after a drain when the server said so', () => {
  const { connection, socket, greet, waiting } = setUp();
  greet();
  socket().say({ method: 'server.draining', params: { reconnectAfterMs: 3_000 } });
  assert.deepEqual(connection.state, { name: 'ready', resumed: false, draining: true });
  socket().drop();
  assert.deepEqual([waiting().reason, waiting().delayMs], ['draining', 3_250]);
});

it('does not come back to a session that another window has taken', () => {
  const { clock, connection, socket, sockets, greet } = setUp();
  greet();
  socket().drop({ code: 4109, reason: 'superseded' });
  clock.advance(3_600_000);
  assert.equal(connection.state.name, 'ended');
  assert.equal(sockets.length, 1);
  connection.startAnew();
  socket().open();
  assert.equal(socket().sent[0]?.['method'], 'session.hello');
});

it('gives up a server that does not greet', () => {
  const { clock, connection, socket } = setUp();
  connection.start();
  socket().open();
  clock.advance(SESSION_LIMITS.greetMs);
  assert.equal(connection.state.name === 'waiting' && connection.state.reason, 'unresponsive');
});

it('asks after a long silence, and gives up a line that stays silent', () => {
  const { clock, connection, socket, greet, waiting } = setUp();
  greet();
  clock.advance(HEARTBEAT.silenceMs);
  assert.equal(socket().sent.at(-1)?.['method'], 'server.ping');
  socket().say({ id: socket().sent.at(-1)?.['id'], result: { pong: true, seq: 1 } });
  clock.advance(HEARTBEAT.probeMs);
  assert.deepEqual(connection.state, { name: 'ready', resumed: false, draining: false });
  clock.advance(HEARTBEAT.silenceMs);
  assert.equal(waiting().reason, 'unresponsive');
});

it('leaves the network alone while the page is hidden', () => {
  const { clock, connection, socket, greet } = setUp();
  greet();
  connection.setVisible(false);
  const sent = socket().sent.length;
  clock.advance(HEARTBEAT.silenceMs * 3);
  assert.equal(socket().sent.length, sent);
});

it('fails calls when the line is cut, and hands responses of posts on by their id', async () => {
  const { connection, socket, responses, greet } = setUp();
  greet();
  assert.ok(connection.post('r', 'chat.send', { text: 'hi' }));
  socket().say({ id: 'r', result: { text: 'ho', seq: 1 } });
  assert.deepEqual(responses, [['r', { ok: true, result: { text: 'ho', seq: 1 } }]]);
  const call = connection.call('chat.cancel', {});
  socket().drop();
  assert.deepEqual(await call, {
    ok: false,
    failure: { reason: 'disconnected', message: '', values: {} },
  });
  assert.equal(connection.post('r2', 'chat.send', { text: 'late' }), false);
});

it('ignores events of a socket that it has left', () => {
  const { connection, sockets, greet } = setUp();
  greet();
  sockets[0]?.drop();
  connection.connectNow();
  sockets[0]?.drop();
  assert.equal(connection.state.name, 'connecting');
});
