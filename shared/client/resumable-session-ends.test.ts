/** Leaving, forgetting, refusals and second connections: what is left of a session, and what goes on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HEARTBEAT } from './heartbeat.ts';
import { DISCONNECTED, type Outcome } from './message.ts';
import { HELLO, KNOWN, setUp } from './resumable-session.fixture.ts';
import { SESSION_LIMITS } from './session-contract.ts';

const RESUMED = { session: 'Usuario-1', resumeToken: 'new', epoch: 'e1', seq: 4, replayed: 0, running: [] };
const SERVER_FULL = { reason: 'server_full', closing: true, retryAfterMs: 10_000 };

type Opened = ReturnType<typeof setUp>;

/** Opens the newest connection and says what it sends first. */
function greeting({ socket }: Opened): unknown {
  socket().open();
  return socket().sent[0]?.['method'];
}

function resumed(): Opened {
  const opened = setUp(KNOWN);
  opened.connection.start();
  assert.equal(greeting(opened), 'session.resume');
  opened.socket().answer({ ...RESUMED, locale: 'en' });
  return opened;
}

describe('a session that is forgotten', () => {
  it('ends the connection, and the next one says hello', () => {
    const opened = resumed();
    const { connection, socket, waiting } = opened;
    const first = socket();
    connection.forget();
    assert.ok(first.ended);
    assert.deepEqual([connection.resumption, waiting().reason], [undefined, 'ended']);
    connection.connectNow();
    assert.equal(greeting(opened), 'session.hello');
  });

  it('is not resumed by a connection that is about to', () => {
    const opened = setUp(KNOWN);
    const { connection, log, socket } = opened;
    connection.start();
    assert.equal(greeting(opened), 'session.resume');
    connection.forget();
    socket().answer(RESUMED);
    assert.deepEqual([connection.state.name, connection.resumption, log], ['waiting', undefined, []]);
    connection.connectNow();
    assert.equal(greeting(opened), 'session.hello');
  });

  it('changes nothing where nothing has been said', () => {
    const opened = setUp(KNOWN);
    const { connection, socket } = opened;
    connection.forget();
    assert.equal(connection.state.name, 'idle');
    connection.start();
    connection.forget();
    assert.equal(connection.state.name, 'connecting');
    socket().drop();
    const { state } = connection;
    connection.forget();
    assert.equal(connection.state, state);
    connection.connectNow();
    assert.equal(greeting(opened), 'session.hello');
  });
});

describe('close', () => {
  it('ends a session that has no connection', () => {
    for (const isStarted of [false, true]) {
      const { clock, connection, socket, sockets } = setUp();
      if (isStarted) {
        connection.start();
        socket().drop();
      }
      connection.close();
      assert.deepEqual(connection.state, { name: 'ended', reason: 'ended' });
      clock.advance(3_600_000);
      assert.equal(sockets.length, isStarted ? 1 : 0);
    }
  });

  it('may come twice, and the session may begin anew', () => {
    const opened = resumed();
    const { connection, socket, waiting } = opened;
    connection.close();
    socket().drop({});
    connection.close();
    assert.equal(connection.state.name, 'ended');
    connection.startAnew();
    assert.deepEqual(connection.state, { name: 'connecting', attempt: 0 });
    assert.equal(greeting(opened), 'session.hello');
    socket().answer(HELLO);
    socket().drop();
    assert.deepEqual([waiting().reason, waiting().attempt], ['network', 0]);
  });
});

it('a next connection is begun once', () => {
  const { connection, sockets, greet } = setUp();
  greet();
  connection.start();
  connection.connectNow();
  connection.startAnew();
  assert.equal(sockets.length, 1);
  assert.equal(connection.state.name, 'ready');
});

it('a next connection comes at once when the page becomes visible', () => {
  const { connection, socket, sockets, greet } = setUp();
  greet();
  socket().drop();
  connection.setVisible(false);
  assert.equal(sockets.length, 1);
  connection.setVisible(true);
  assert.equal(sockets.length, 2);
  assert.deepEqual(connection.state, { name: 'connecting', attempt: 1 });
});

it('a next connection knows nothing of why the last one ended', () => {
  for (const before of ['draining', 'server_full']) {
    const opened = setUp();
    const { connection, socket, waiting } = opened;
    opened.greet();
    if (before === 'draining') socket().notify('server.draining', { reconnectAfterMs: 3_000 });
    else socket().say({ id: null, error: { code: 4103, message: '', data: SERVER_FULL } });
    socket().drop();
    assert.deepEqual([waiting().reason, waiting().asked], [before, true]);
    connection.connectNow();
    socket().drop();
    assert.deepEqual([waiting().reason, waiting().asked], ['network', false]);
  }
});

it('a next connection has its own time to be greeted, and none once it is', () => {
  const opened = setUp();
  const { clock, connection, waiting } = opened;
  connection.start();
  clock.advance(SESSION_LIMITS.greetMs - 1);
  greeting(opened);
  assert.equal(connection.state.name, 'greeting');
  clock.advance(1);
  assert.equal(waiting().reason, 'unresponsive');
  const greeted = resumed();
  greeted.clock.advance(SESSION_LIMITS.greetMs);
  assert.equal(greeted.connection.state.name, 'ready');
});

it('a next connection does not count for the last one what is missing', () => {
  const opened = setUp(KNOWN);
  const { connection, socket, log, delta } = opened;
  connection.start();
  greeting(opened);
  socket().answer({ ...RESUMED, seq: 6, replayed: 2, locale: 'en' });
  delta(5);
  socket().drop();
  connection.connectNow();
  greeting(opened);
  assert.deepEqual(socket().sent[0]?.['params'], { resumeToken: 'new', epoch: 'e1', lastSeq: 5 });
  delta(6);
  socket().answer({ ...RESUMED, seq: 6, replayed: 1, running: ['r'], locale: 'en' });
  delta(6);
  assert.deepEqual(log, [
    'kept 4',
    'resumed',
    'chat.delta d5',
    'kept 5',
    'resumed',
    'chat.delta d6',
    'caught up, running r',
  ]);
});

describe('a session that the server does not resume', () => {
  it('is kept when the reason is none of its own', () => {
    const opened = setUp(KNOWN);
    const { connection, socket, waiting } = opened;
    connection.start();
    greeting(opened);
    socket().refuse('server_full', { retryAfterMs: 1 });
    assert.equal(waiting().reason, 'server_full');
    assert.deepEqual(connection.resumption, KNOWN);
    assert.equal(socket().sent.length, 1);
    assert.ok(socket().ended);
  });

  it('is lost by a gap, or by what the server does not remember', () => {
    for (const [reason, epoch, loss] of [
      ['gap', 'e1', 'gap'],
      ['gap', 'e2', 'restarted'],
      ['ack_ahead', 'e1', 'expired'],
    ] as const) {
      const opened = setUp(KNOWN);
      const { connection, socket, log } = opened;
      connection.start();
      greeting(opened);
      socket().refuse(reason);
      socket().answer({ ...HELLO, epoch });
      assert.equal(log.at(-1), `started ${loss}`);
      assert.equal(connection.resumption?.epoch, epoch);
    }
  });
});

describe('a server that does not let in', () => {
  it('says why and for how long, in its answer or in its final line', () => {
    for (const isFinal of [false, true]) {
      const { connection, socket, waiting } = setUp();
      connection.start();
      socket().open();
      if (isFinal) socket().say({ id: null, error: { code: 4103, message: '', data: SERVER_FULL } });
      socket().refuse(isFinal ? 'internal' : 'server_full', { retryAfterMs: isFinal ? 1 : 10_000 });
      assert.deepEqual([waiting().reason, waiting().delayMs, waiting().asked], ['server_full', 10_250, true]);
      assert.ok(socket().ended);
    }
  });

  it('is left when its answer cannot be understood', () => {
    const { connection, socket, log, waiting } = setUp();
    connection.start();
    socket().open();
    socket().answer({ session: 'Usuario-1' });
    assert.equal(waiting().reason, 'internal');
    assert.deepEqual(log, []);
  });
});

describe('what a server may send', () => {
  it('is not handed on before the session is there', () => {
    const opened = setUp(KNOWN);
    const { connection, log, faults, delta } = opened;
    connection.start();
    greeting(opened);
    delta(5);
    assert.deepEqual([log, faults, connection.resumption], [[], [], KNOWN]);
  });

  it('is an error of no request, which changes nothing', () => {
    const { connection, faults, log, responses, socket } = resumed();
    const before = [...log];
    socket().say({ id: null, error: { code: 4000, message: '', data: { reason: 'invalid_params' } } });
    assert.deepEqual([faults, log, responses], [[], before, []]);
    assert.equal(connection.state.name, 'ready');
  });

  it('is one greeting for each connection', () => {
    const { connection, socket, log, greet } = setUp();
    greet();
    socket().say({ id: socket().sent[0]?.['id'], result: { ...HELLO, resumeToken: 'other' } });
    assert.deepEqual([log, connection.resumption?.token], [['kept 0', 'started fresh'], 't1']);
  });

  it('has no number when it is about the connection, and else has the next one', () => {
    const ready = resumed();
    assert.deepEqual(ready.faults, []);
    ready.socket().notify('server.draining', { reconnectAfterMs: 1 });
    assert.deepEqual(ready.faults, []);
    ready.socket().notify('chat.delta', { text: 'unnumbered', requestId: 'r' });
    assert.deepEqual(ready.faults, ['unnumbered']);
    ready.delta(6);
    assert.deepEqual(ready.faults, ['unnumbered', 'gap']);
    assert.deepEqual([ready.waiting().reason, ready.connection.resumption?.lastSeq], ['draining', 4]);
    const other = resumed();
    other.delta(6);
    assert.equal(other.waiting().reason, 'gap');
  });

  it('is counted rightly when what was missed comes', () => {
    const opened = setUp(KNOWN);
    opened.connection.start();
    greeting(opened);
    opened.socket().answer({ ...RESUMED, seq: 6, replayed: 2, locale: 'en' });
    assert.deepEqual([opened.faults, opened.log], [[], ['kept 4', 'resumed']]);
    assert.equal(resumed().log.at(-1), 'caught up, running ');
  });
});

it('tells its owner each state that it comes to', () => {
  const { connection, socket, states } = setUp();
  connection.start();
  socket().open();
  socket().answer(HELLO);
  socket().notify('server.draining', { reconnectAfterMs: 1 });
  socket().drop();
  connection.close();
  assert.deepEqual(states, ['connecting', 'greeting', 'ready', 'ready', 'waiting', 'ended']);
});

it('tells the server the language when it has another one', () => {
  const opened = setUp(KNOWN);
  opened.connection.start();
  greeting(opened);
  opened.socket().answer({ ...RESUMED, locale: 'es' });
  assert.deepEqual(opened.socket().inputs('session.locale'), [{ locale: 'en' }]);
  assert.deepEqual(resumed().socket().inputs('session.locale'), []);
});

it('names each request, and fails one without a connection once its name is known', async () => {
  const { connection, socket, greet } = setUp();
  const told: unknown[] = [];
  const settled = (outcome: Outcome) => told.push(outcome);
  const listener = { event() {}, repeated() {}, settled };
  const early = connection.request('chat.new', {}, listener);
  assert.deepEqual([early, told], ['id-1', []]);
  await Promise.resolve();
  assert.deepEqual(told, [{ ok: false, failure: DISCONNECTED }]);
  greet();
  const id = connection.request('chat.new', {}, listener);
  assert.equal(socket().sent.at(-1)?.['id'], id);
});

it('gives up what waits for the session when its owner says so', () => {
  const { connection, socket, greet } = setUp();
  greet();
  const told: unknown[] = [];
  const settled = (outcome: Outcome) => told.push(outcome.ok || outcome.failure.reason);
  connection.request('chat.send', {}, { event() {}, repeated() {}, settled }, { survives: true });
  socket().drop();
  assert.deepEqual(told, []);
  connection.abandon({ reason: 'unknown_session', message: '', values: {} });
  assert.deepEqual(told, ['unknown_session']);
});

it('probes a line when the page becomes visible, and only then', () => {
  const { clock, connection, socket, greet, waiting } = setUp();
  greet();
  connection.setVisible(false);
  assert.deepEqual(socket().inputs('server.ping'), []);
  connection.setVisible(true);
  assert.deepEqual(socket().inputs('server.ping'), [{}]);
  clock.advance(HEARTBEAT.probeMs);
  assert.equal(waiting().reason, 'unresponsive');
});

it('acknowledges nothing, and probes nothing, after the line is cut', () => {
  const { clock, connection, socket, greet, delta } = setUp();
  greet();
  delta(1);
  const first = socket();
  first.drop();
  const { length } = first.sent;
  connection.close();
  clock.advance(3_600_000);
  assert.equal(first.sent.length, length);
});
