import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HEARTBEAT } from './heartbeat.ts';
import { HELLO, setUp } from './resumable-session.fixture.ts';
import type { Outcome } from './message.ts';

it('probes at once when the network is said to be lost, and knows within 5 s', () => {
  const { clock, connection, socket, greet, waiting } = setUp();
  greet();
  connection.suspect();
  connection.suspect();
  assert.deepEqual(
    socket()
      .sent.slice(1)
      .map(({ method }) => method),
    ['server.ping'],
  );
  clock.advance(HEARTBEAT.probeMs);
  assert.equal(waiting().reason, 'unresponsive');
  assert.ok(HEARTBEAT.unansweredMs + HEARTBEAT.probeMs <= 5_000);
});

it('probes when a request gets no word in reply, and knows within 5 s', () => {
  const { clock, connection, socket, greet, waiting } = setUp();
  greet();
  connection.post('r', 'chat.send', { text: 'hi' });
  clock.advance(HEARTBEAT.unansweredMs);
  assert.equal(socket().sent.at(-1)?.['method'], 'server.ping');
  clock.advance(HEARTBEAT.probeMs);
  assert.equal(waiting().reason, 'unresponsive');
});

it('takes any word for a sign of life while an answer is awaited', () => {
  const { clock, connection, socket, greet } = setUp();
  greet();
  connection.post('r', 'chat.send', { text: 'hi' });
  socket().notify('chat.queued', { position: 1, requestId: 'r', seq: 1 });
  const sent = socket().sent.length;
  clock.advance(HEARTBEAT.unansweredMs);
  assert.equal(socket().sent.filter(({ method }) => method === 'server.ping').length, 0);
  assert.ok(socket().sent.length >= sent);
  assert.equal(connection.state.name, 'ready');
});

it('says who the visitor is, and hands on who the server takes them for', () => {
  const { connection, socket, log } = setUp(undefined, { guestToken: 'g1', conversation: 'c1' });
  connection.start();
  socket().open();
  const hello = { client: 'test', version: '1', locale: 'en', guestToken: 'g1', conversation: 'c1' };
  assert.deepEqual(socket().sent[0]?.['params'], hello);
  socket().answer({ ...HELLO, guestToken: 'g2', conversation: 'c2' });
  assert.deepEqual(log, ['kept 0', 'started fresh g2 c2']);
});

it('keeps a request over a cut, and sends it again only when it never arrived', () => {
  for (const [running, methods] of [
    [['id-2'], ['session.resume']],
    [[], ['session.resume', 'chat.send']],
  ] as const) {
    const { connection, socket, greet } = setUp();
    greet();
    const told: unknown[] = [];
    const listener = {
      event: (method: string) => told.push(method),
      repeated: () => told.push('repeated'),
      settled: (outcome: Outcome) => told.push(outcome.ok),
    };
    connection.request('chat.send', { text: 'hi' }, listener, { survives: true });
    socket().drop();
    connection.connectNow();
    socket().open();
    socket().answer({ ...HELLO, replayed: 0, running });
    assert.deepEqual(
      socket().sent.map(({ method }) => method),
      methods,
    );
    socket().notify('chat.delta', { requestId: 'id-2', text: 'ho', seq: 1 });
    socket().say({ id: 'id-2', result: { text: 'ho', seq: 2 } });
    assert.deepEqual(told.slice(running.length === 0 ? 1 : 0), ['chat.delta', true]);
    assert.equal(told.includes('repeated'), running.length === 0);
  }
});

it('fails what was kept when the session is gone', () => {
  const { connection, socket, greet } = setUp();
  greet();
  const told: unknown[] = [];
  const settled = (outcome: Outcome) => told.push(outcome.ok || outcome.failure.reason);
  connection.request('chat.send', {}, { event() {}, repeated() {}, settled }, { survives: true });
  socket().drop();
  connection.connectNow();
  socket().open();
  socket().refuse('unknown_session');
  assert.deepEqual(told, ['unknown_session']);
});

it('stays without a session that was given up while a message was handed on', () => {
  const { connection, socket, greet } = setUp();
  greet();
  const settled = () => connection.forget();
  connection.request('chat.new', {}, { event() {}, repeated() {}, settled });
  socket().say({ id: 'id-2', result: { seq: 1 } });
  assert.equal(connection.resumption, undefined);
});

it('reports each broken promise of the server', () => {
  const { connection, socket, faults, greet, delta } = setUp();
  greet();
  socket().raw('');
  socket().raw('hello, person');
  delta(1);
  delta(1);
  socket().notify('chat.delta', { text: 'unnumbered', requestId: 'r' });
  socket().notify('server.draining', { reconnectAfterMs: 1 });
  delta(3);
  assert.deepEqual(faults, ['not_a_message', 'duplicate', 'unnumbered', 'gap']);
  connection.connectNow();
  socket().open();
  socket().answer({ ...HELLO, seq: 5, replayed: 2, running: [] });
  assert.equal(faults.at(-1), 'miscounted');
});

it('leaves in order: what still comes is handed on, and it does not come back', () => {
  const { clock, connection, socket, sockets, log, greet, delta } = setUp();
  greet();
  connection.close();
  assert.ok(socket().ended);
  delta(1);
  assert.equal(log.at(-1), 'chat.delta d1');
  socket().drop({});
  assert.equal(connection.state.name, 'ended');
  clock.advance(3_600_000);
  assert.equal(sockets.length, 1);
});
