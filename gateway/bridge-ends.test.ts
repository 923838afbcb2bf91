/** How a bridge ends when a peer is slow or dead: in time, and with both of its sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import { ManualClock } from '../shared/clock.ts';
import { Bridges } from './bridges.ts';
import { Browser, createStage, ScriptedServer, until, type Stage } from './gateway.fixture.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { GatewayCounts } from './metrics.ts';
import { BridgeWebSocket } from './websocket-bridge.ts';

const LINE = `${'x'.repeat(49_999)}\n`;
const CLIENT = { address: '192.0.2.1', port: 1 };

/** A gateway without HTTP, whose clock `onOpen` may move before the connection to the server is made. */
async function bare(t: TestContext, port: number, onOpen: (clock: ManualClock) => void) {
  const clock = new ManualClock();
  const counts = new GatewayCounts();
  const server = { host: '127.0.0.1', port };
  const bridges = new Bridges({ server, clock, random: () => 0.5, counts });
  const webSockets = new WebSocketServer({ noServer: true, WebSocket: BridgeWebSocket });
  const http = createServer();
  http.on('upgrade', (request, socket: Socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      bridges.open(webSocket, socket, CLIENT);
      onOpen(clock);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  t.after(() => {
    bridges.close();
    http.closeAllConnections();
    http.close();
  });
  return { bridges, clock, counts, url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

test('a server has all of its time to accept', async (t) => {
  const server = new ScriptedServer();
  t.after(() => server.close());
  const { bridges, counts, url } = await bare(t, await server.listen(), (clock) => {
    for (let ms = 1_000; ms < GATEWAY_LIMITS.connectMs; ms += 1_000) clock.advance(1_000);
  });
  const browser = new Browser(url);
  const connection = await server.connections.next();
  browser.webSocket.send('late');
  assert.equal(await connection.lines.next(), 'late');
  assert.deepEqual(connection.source, CLIENT);
  assert.deepEqual([bridges.size, counts.connectFailures], [1, 0]);
});

test('a server that has not accepted by then is unreachable, and the attempt ends', async (t) => {
  const server = new ScriptedServer();
  t.after(() => server.close());
  const { bridges, counts, url } = await bare(t, await server.listen(), (clock) => {
    clock.advance(GATEWAY_LIMITS.connectMs);
  });
  const browser = new Browser(url);
  assert.deepEqual(await browser.closed, { code: 1013, reason: 'server_unreachable' });
  await until(() => bridges.size === 0);
  assert.equal(counts.connectFailures, 1);
});

test('a heartbeat is counted from when the server was reached', async (t) => {
  const server = new ScriptedServer();
  t.after(() => server.close());
  const { bridges, clock, url } = await bare(t, await server.listen(), (clock) => clock.advance(4_000));
  const browser = new Browser(url);
  let pings = 0;
  browser.webSocket.on('ping', () => (pings += 1));
  await Promise.all([server.connections.next(), once(browser.webSocket, 'open')]);
  await until(() => bridges.size === 1);
  const pinged = once(browser.webSocket, 'ping');
  for (let seconds = 0; seconds < 24; seconds += 1) clock.advance(1_000);
  browser.webSocket.send('a round trip');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(pings, 0);
  clock.advance(1_000);
  await pinged;
});

/** A WebSocket by hand, which answers nothing and reads nothing after the handshake. */
async function deaf(stage: Stage): Promise<Socket> {
  const [host, port] = stage.authority.split(':');
  const socket = connect({ host: host ?? '', port: Number(port), allowHalfOpen: true });
  socket.on('error', () => undefined);
  const lines = ['GET /ws HTTP/1.1', `Host: ${stage.authority}`, 'Upgrade: websocket', 'Connection: Upgrade'];
  lines.push('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  return socket;
}

function bridgesOf(stage: Stage): Promise<number> {
  return stage.metric('hilo_gateway_connections');
}

test('a browser that does not answer the close is cut off after its time', async () => {
  await using stage = await createStage();
  const socket = await deaf(stage);
  const connection = await stage.server.connections.next();
  connection.socket.end('FAIL * idle_timeout: x\n');
  await until(async () => (await stage.metric('hilo_gateway_closes_total{reason="idle_timeout"}')) === 1);
  await stage.pass(GATEWAY_LIMITS.closeMs / 1_000 - 1);
  assert.equal(await bridgesOf(stage), 1);
  await stage.pass(2);
  await until(async () => (await bridgesOf(stage)) === 0);
  await connection.closed;
  socket.destroy();
});

test('a server that takes nothing is cut off after its time when the browser has left', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  connection.socket.pause();
  for (let index = 0; index < 400; index += 1) browser.webSocket.send('x'.repeat(49_999));
  await until(async () => (await stage.metric('hilo_gateway_pauses_total{of="browser"}')) > 0);
  browser.webSocket.terminate();
  // The browser is not read, so its end is noticed only by the sweep that gives the server up.
  await stage.passUntil(
    until(async () => (await stage.metric('hilo_gateway_closes_total{reason="server_stalled"}')) === 1),
  );
  await stage.pass(GATEWAY_LIMITS.closeMs / 1_000 + 1);
  await until(async () => (await bridgesOf(stage)) === 0);
  assert.equal(await stage.metric('hilo_gateway_backlog_bytes'), 0);
});

test('a browser that takes nothing is cut off although the server has ended', async () => {
  await using stage = await createStage();
  const socket = await deaf(stage);
  const connection = await stage.server.connections.next();
  for (let index = 0; index < 400; index += 1) connection.socket.write(LINE);
  await until(async () => (await stage.metric('hilo_gateway_pauses_total{of="server"}')) > 0);
  connection.socket.destroy();
  await stage.passUntil(until(async () => (await bridgesOf(stage)) === 0));
  socket.destroy();
});

test('a browser that reads slowly outlives its heartbeats, to which it cannot answer yet', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  browser.webSocket.pause();
  for (let index = 0; index < 600; index += 1) connection.socket.write(LINE);
  await until(async () => (await stage.metric('hilo_gateway_pauses_total{of="server"}')) > 0);
  for (let periods = 0; periods < 6; periods += 1) {
    await stage.pass(16);
    const target = browser.receivedBytes + 1_000_000;
    browser.webSocket.resume();
    await until(() => browser.receivedBytes >= target);
    browser.webSocket.pause();
  }
  browser.webSocket.resume();
  await until(() => browser.receivedBytes === 600 * (LINE.length - 1));
  browser.webSocket.send('still here');
  assert.equal(await connection.lines.next(), 'still here');
});

test('a drain ends idle bridges, and lets an answer that is under way go on', async () => {
  await using stage = await createStage();
  const idle = await stage.pair();
  const busy = await stage.pair();
  const drained = stage.gateway.drain();
  for (let second = 0; second < 6; second += 1) {
    busy.connection.socket.write('part\n');
    assert.equal(await busy.browser.messages.next(), 'part');
    await stage.pass(1);
  }
  assert.deepEqual(await idle.browser.closed, { code: 1012, reason: 'draining' });
  assert.equal(busy.browser.webSocket.readyState, busy.browser.webSocket.OPEN);
  await stage.passUntil(busy.browser.closed);
  assert.deepEqual(await busy.browser.closed, { code: 1012, reason: 'draining' });
  await stage.passUntil(drained);
});

test('nothing of a browser that has ended reaches the server later', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  connection.socket.end('bye\n');
  assert.deepEqual(await browser.closed, { code: 1000, reason: 'server_ended' });
  await connection.closed;
  await until(async () => (await bridgesOf(stage)) === 0);
  assert.equal(connection.receivedBytes, 0);
});

test('a port where nobody listens is told at once', async (t) => {
  const unused = createTcpServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const { port } = unused.address() as AddressInfo;
  unused.close();
  const { bridges, counts, url } = await bare(t, port, () => undefined);
  assert.deepEqual(await new Browser(url).closed, { code: 1013, reason: 'server_unreachable' });
  await until(() => bridges.size === 0);
  // The browser's own end, which follows, is not counted beside it.
  assert.deepEqual([...counts.closes], [['server_unreachable', 1]]);
});
