import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { ErrorKey } from '../shared/errors.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import { Arrivals, createStage, until } from './gateway.fixture.ts';

test('a message is a line and a line is a message, byte for byte', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  const texts = [
    'hola',
    '',
    'ñ 💬 \u2028 \u0085',
    '{"jsonrpc":"2.0"}',
    ' '.repeat(65_536),
    'x'.repeat(65_000),
  ];
  for (const text of texts) browser.webSocket.send(text);
  assert.deepEqual(await connection.lines.take(texts.length), texts);
  for (const text of texts) connection.socket.write(`${text}\r\n`);
  assert.deepEqual(await browser.messages.take(texts.length), texts);
});

test('what a browser sends before the server is connected arrives', async () => {
  await using stage = await createStage();
  const browser = stage.browser();
  browser.webSocket.on('open', () => {
    for (let index = 0; index < 100; index += 1) browser.webSocket.send(`line ${index}`);
  });
  const connection = await stage.server.connections.next();
  const lines = await connection.lines.take(100);
  assert.deepEqual([lines[0], lines[99]], ['line 0', 'line 99']);
});

test('the server learns the address of the browser', async () => {
  await using stage = await createStage();
  const browser = stage.browser({ headers: { 'x-forwarded-for': '203.0.113.9' } });
  const [response] = (await once(browser.webSocket, 'upgrade')) as [IncomingMessage];
  const connection = await stage.server.connections.next();
  assert.deepEqual(connection.source, { address: '127.0.0.1', port: response.socket.localPort });
});

test('X-Forwarded-For counts only as far as trusted proxies wrote it', async () => {
  await using stage = await createStage({ TRUSTED_PROXIES: '127.0.0.1' });
  const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' };
  const { connection } = await stage.pair({ headers });
  assert.deepEqual(connection.source, { address: '203.0.113.9', port: 0 });
});

test('one frame cannot smuggle in two commands', async () => {
  await using stage = await createStage();
  for (const text of ['a\nb', 'a\r', '\n', 'a\0b']) {
    const { browser, connection } = await stage.pair();
    browser.webSocket.send('before');
    browser.webSocket.send(text);
    browser.webSocket.send('after');
    assert.deepEqual(await browser.closed, { code: 1008, reason: 'not_one_line' });
    await connection.ended;
    assert.deepEqual(await connection.lines.take(1), ['before']);
    assert.equal(connection.receivedBytes, 'before\n'.length);
  }
  assert.equal(await stage.metric('hilo_gateway_closes_total{reason="not_one_line"}'), 4);
});

test('binary, oversized, fragmented and malformed messages are refused', async () => {
  await using stage = await createStage();
  const cases: readonly [number, (send: (data: string | Buffer, isLast?: boolean) => void) => void][] = [
    [1003, (send) => send(Buffer.from('x'))],
    [1009, (send) => send('x'.repeat(65_537))],
    [1008, (send) => Array.from({ length: 65 }).forEach(() => send('x', false))],
  ];
  for (const [code, act] of cases) {
    const { browser, connection } = await stage.pair();
    act((data, isLast = true) => browser.webSocket.send(data, { fin: isLast }));
    assert.equal((await browser.closed).code, code);
    await connection.ended;
  }
  const { browser, connection } = await stage.pair();
  browser.webSocket.send(Buffer.from([0xc3, 0x28]), { binary: false });
  assert.equal((await browser.closed).code, 1007);
  await connection.ended;
});

test('lines of the server that cannot be a message end the bridge', async () => {
  await using stage = await createStage();
  const invalid = await stage.pair();
  invalid.connection.socket.write(Buffer.from([0x61, 0x0a, 0xff, 0x0a]));
  assert.deepEqual(await invalid.browser.closed, { code: 1011, reason: 'server_invalid_utf8' });
  assert.equal(await invalid.browser.messages.next(), 'a');
  const long = await stage.pair();
  long.connection.socket.write(`${'x'.repeat(1024 * 1024)}\n`);
  assert.equal((await long.browser.messages.next()).length, 1024 * 1024);
  long.connection.socket.write('x'.repeat(1024 * 1024 + 2));
  assert.deepEqual(await long.browser.closed, { code: 1011, reason: 'server_line_too_long' });
});

function closing(reason: ErrorKey): string {
  const error = { code: 1, message: '', data: { reason, closing: true } };
  return JSON.stringify({ jsonrpc: '2.0', id: null, error });
}

test('the end of the server becomes a close code, after its last line', async () => {
  await using stage = await createStage();
  const cases: readonly [string, number, string][] = [
    ['hola', 1000, 'server_ended'],
    [closing('slow_consumer'), 4104, 'slow_consumer'],
    [closing('superseded'), 4109, 'superseded'],
    [closing('draining'), 1012, 'draining'],
    [closing('internal'), 1011, 'internal'],
    ['FAIL * idle_timeout: Nothing happened for a long time', 4106, 'idle_timeout'],
    [`${closing('slow_consumer')}\nhola`, 1000, 'server_ended'],
  ];
  for (const [last, code, reason] of cases) {
    const { browser, connection } = await stage.pair();
    connection.socket.end(`${'before\n'.repeat(500)}${last}\n`);
    assert.deepEqual(await browser.closed, { code, reason }, last);
    const messages = await browser.messages.take(500 + last.split('\n').length);
    assert.equal(messages.at(-1), last.split('\n').at(-1));
    await connection.closed;
  }
});

test('a server that is cut off in mid-line is lost, and half a line is no message', async () => {
  await using stage = await createStage();
  const ended = await stage.pair();
  ended.connection.socket.end('whole\nhalf');
  assert.deepEqual(await ended.browser.closed, { code: 1013, reason: 'server_lost' });
  assert.equal(ended.browser.receivedBytes, 'whole'.length);
  const reset = await stage.pair();
  reset.connection.socket.write('whole\nhalf');
  assert.equal(await reset.browser.messages.next(), 'whole');
  reset.connection.socket.resetAndDestroy();
  assert.deepEqual(await reset.browser.closed, { code: 1013, reason: 'server_lost' });
  assert.equal(reset.browser.receivedBytes, 'whole'.length);
});

test('a server that is down is told as 1013', async () => {
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const { port } = unused.address() as AddressInfo;
  unused.close();
  await using stage = await createStage({ TCP_PORT: String(port) });
  const browser = stage.browser();
  browser.webSocket.on('open', () => browser.webSocket.send('hola'));
  assert.deepEqual(await browser.closed, { code: 1013, reason: 'server_unreachable' });
  assert.equal(await stage.metric('hilo_gateway_connect_failures_total'), 1);
  await until(async () => (await stage.metric('hilo_gateway_connections')) === 0);
});

test('what a browser sent just before it left reaches the server, which sees the cut at once', async () => {
  await using stage = await createStage();
  const polite = await stage.pair();
  for (let index = 0; index < 1_000; index += 1) polite.browser.webSocket.send(`line ${index}`);
  polite.browser.webSocket.close(1001);
  assert.equal((await polite.connection.lines.take(1_000)).at(-1), 'line 999');
  await polite.connection.ended;
  const rude = await stage.pair();
  rude.browser.webSocket.terminate();
  await rude.connection.ended;
  await until(async () => (await stage.metric('hilo_gateway_connections')) === 0);
  assert.equal(await stage.metric('hilo_gateway_closes_total{reason="browser_closed"}'), 1);
  assert.equal(await stage.metric('hilo_gateway_closes_total{reason="browser_gone"}'), 1);
});

test('writing for a browser that is gone fails at the server', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  browser.webSocket.terminate();
  await connection.ended;
  const write = (): void => {
    if (connection.socket.writable) connection.socket.write('delta\n', () => setImmediate(write));
  };
  write();
  await connection.closed;
});

/** Finishes the handshake by hand and then never answers anything. */
async function deadPeer(authority: string): Promise<ReturnType<typeof connect>> {
  const socket = connect({ host: '127.0.0.1', port: Number(authority.split(':')[1]) });
  const lines = ['GET /ws HTTP/1.1', `Host: ${authority}`, 'Upgrade: websocket', 'Connection: Upgrade'];
  lines.push('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

test('a dead peer is noticed, a silent living one stays', async () => {
  await using stage = await createStage();
  const dead = await deadPeer(stage.authority);
  const deadConnection = await stage.server.connections.next();
  const { browser, connection } = await stage.pair();
  const pings = Promise.all([once(browser.webSocket, 'ping'), once(dead, 'data')]);
  await stage.pass(25);
  await pings;
  await stage.pass(24);
  assert.equal(await stage.metric('hilo_gateway_connections'), 2);
  await stage.pass(1);
  await deadConnection.ended;
  browser.webSocket.send('alive');
  assert.equal(await connection.lines.next(), 'alive');
  assert.equal(await stage.metric('hilo_gateway_closes_total{reason="heartbeat_lost"}'), 1);
});

test('any byte counts as life', async () => {
  await using stage = await createStage();
  const socket = await deadPeer(stage.authority);
  const connection = await stage.server.connections.next();
  const masked = Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x78]);
  for (let beat = 0; beat < 20; beat += 1) {
    await stage.pass(12);
    socket.write(masked);
    assert.equal(await connection.lines.next(), 'x');
  }
  socket.destroy();
  await connection.ended;
});

const MEGABYTE = 1_000_000;

test('a browser that is not read outlives the heartbeat as long as the server takes something', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  connection.socket.pause();
  const message = 'x'.repeat(49_999);
  for (let index = 0; index < 800; index += 1) browser.webSocket.send(message);
  await until(async () => (await stage.metric('hilo_gateway_pauses_total{of="browser"}')) > 0);
  assert.ok((await stage.metric('hilo_gateway_backlog_bytes')) < 512 * 1024);
  for (let period = 0; period < 5; period += 1) {
    await stage.pass(25);
    const target = connection.receivedBytes + MEGABYTE;
    connection.socket.resume();
    await until(() => connection.receivedBytes >= target);
    connection.socket.pause();
  }
  connection.socket.resume();
  await until(() => connection.receivedBytes === 800 * 50_000);
  browser.webSocket.send('still here');
  await until(() => connection.receivedBytes === 800 * 50_000 + 11);
});

test('a server that takes nothing is given up', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  connection.socket.pause();
  for (let index = 0; index < 400; index += 1) browser.webSocket.send('x'.repeat(49_999));
  await until(async () => (await stage.metric('hilo_gateway_pauses_total{of="browser"}')) > 0);
  await stage.pass(29);
  assert.equal(browser.webSocket.readyState, browser.webSocket.OPEN);
  await stage.passUntil(browser.closed);
  assert.deepEqual(await browser.closed, { code: 1013, reason: 'server_stalled' });
});

test('a browser that reads slowly stays, one that takes nothing is closed as a slow consumer', async () => {
  await using stage = await createStage();
  const slow = await stage.pair();
  const stuck = await stage.pair();
  const line = `${'x'.repeat(49_999)}\n`;
  for (const { browser, connection } of [slow, stuck]) {
    browser.webSocket.pause();
    for (let index = 0; index < 600; index += 1) connection.socket.write(line);
  }
  await until(async () => (await stage.metric('hilo_gateway_pauses_total{of="server"}')) >= 2);
  for (let period = 0; period < 2; period += 1) {
    await stage.pass(16);
    const target = slow.browser.receivedBytes + MEGABYTE;
    slow.browser.webSocket.resume();
    await until(() => slow.browser.receivedBytes >= target);
    slow.browser.webSocket.pause();
  }
  await stage.passUntil(stuck.connection.ended);
  assert.equal(await stage.metric('hilo_gateway_closes_total{reason="slow_consumer"}'), 1);
  stuck.browser.webSocket.resume();
  assert.deepEqual(await stuck.browser.closed, { code: 4104, reason: 'slow_consumer' });
  slow.browser.webSocket.resume();
  await until(() => slow.browser.receivedBytes === 600 * 49_999);
});

test('a slow browser gets all of it although the server has ended', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  browser.webSocket.pause();
  const line = `${'x'.repeat(49_999)}\n`;
  for (let index = 0; index < 200; index += 1) connection.socket.write(line);
  connection.socket.end('FAIL * idle_timeout: x\n');
  await until(async () => (await stage.metric('hilo_gateway_pauses_total{of="server"}')) > 0);
  await stage.pass(5);
  browser.webSocket.resume();
  assert.deepEqual(await browser.closed, { code: 4106, reason: 'idle_timeout' });
  assert.equal((await browser.messages.take(201)).at(-1), 'FAIL * idle_timeout: x');
});

test('pings are answered; a flood of them is told why it ends', async () => {
  await using stage = await createStage();
  const { browser } = await stage.pair();
  const pongs = new Arrivals<string>();
  browser.webSocket.on('pong', (data) => pongs.add(data.toString()));
  const ping = (count: number): void => {
    for (let index = 0; index < count; index += 1) browser.webSocket.ping(String(index));
  };
  for (let second = 0; second < 3; second += 1) {
    ping(GATEWAY_LIMITS.controlFramesPerSecondMax);
    assert.equal((await pongs.take(GATEWAY_LIMITS.controlFramesPerSecondMax)).at(-1), '99');
    await stage.pass(1);
  }
  ping(GATEWAY_LIMITS.controlFramesPerSecondMax + 100);
  assert.deepEqual(await browser.closed, { code: 1008, reason: 'ping_flood' });
  assert.equal(await stage.metric('hilo_gateway_closes_total{reason="ping_flood"}'), 1);
});

test('a flood of pongs that were not asked for ends like one of pings', async () => {
  await using stage = await createStage();
  const { browser } = await stage.pair();
  for (let index = 0; index <= GATEWAY_LIMITS.controlFramesPerSecondMax; index += 1) browser.webSocket.pong();
  assert.deepEqual(await browser.closed, { code: 1008, reason: 'ping_flood' });
});
