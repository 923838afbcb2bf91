import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { WebSocket, type ClientOptions } from 'ws';
import { createStage, until, type Stage } from './gateway.fixture.ts';

async function refusal(
  stage: Stage,
  path: string,
  options: ClientOptions = {},
): Promise<[IncomingMessage, string]> {
  const webSocket = new WebSocket(`ws://${stage.authority}${path}`, options);
  webSocket.on('error', () => undefined);
  const [, response] = (await once(webSocket, 'unexpected-response')) as [unknown, IncomingMessage];
  return [response, await text(response)];
}

test('pages of a foreign origin are refused before there is a WebSocket', async () => {
  await using stage = await createStage();
  const headers = { 'accept-language': 'es' };
  const [response, body] = await refusal(stage, '/ws', { origin: 'http://evil.example', headers });
  assert.equal(response.statusCode, 403);
  assert.match(body, /^Las páginas de este origen .* ALLOWED_ORIGINS\n$/);
  assert.equal(await stage.metric('hilo_gateway_refused_upgrades_total'), 1);
  const { browser } = await stage.pair({ origin: `http://${stage.authority}` });
  browser.webSocket.close();
  await browser.closed;
});

test('a foreign name that was pointed at this machine is refused', async () => {
  await using stage = await createStage();
  const { port } = stage.gateway.address;
  const headers = { host: `evil.example:${port}` };
  const [response] = await refusal(stage, '/ws', { origin: `http://evil.example:${port}`, headers });
  assert.equal(response.statusCode, 403);
});

test('a gateway open to other machines refuses foreign names unless its proxy passes them on', async () => {
  const headers = { host: 'evil.example' };
  for (const [proxies, status] of [
    ['', 403],
    ['127.0.0.1', 101],
  ] as const) {
    await using stage = await createStage({ GATEWAY_HOST: '0.0.0.0', TRUSTED_PROXIES: proxies });
    const webSocket = new WebSocket(`ws://${stage.authority}/ws`, { origin: 'http://evil.example', headers });
    webSocket.on('error', () => undefined);
    const said = await Promise.race([once(webSocket, 'upgrade'), once(webSocket, 'unexpected-response')]);
    const response = said.find((value): value is IncomingMessage => value instanceof IncomingMessage);
    assert.equal(response?.statusCode, status);
    webSocket.terminate();
  }
});

test('a page of localhost may connect to 127.0.0.1', async () => {
  await using stage = await createStage();
  await stage.pair({ origin: `http://localhost:${stage.gateway.address.port}` });
});

test('only /ws and / open WebSockets', async () => {
  await using stage = await createStage();
  const [response] = await refusal(stage, '/metrics');
  assert.equal(response.statusCode, 404);
  for (const path of ['/?x=1', '/ws/']) {
    const webSocket = new WebSocket(`ws://${stage.authority}${path}`);
    await once(webSocket, 'open');
  }
});

test('a full gateway says so, and takes the next one when there is room', async () => {
  await using stage = await createStage({ CONNECTIONS_MAX: '1' });
  const { browser } = await stage.pair();
  const [response, body] = await refusal(stage, '/ws');
  assert.equal(response.statusCode, 503);
  assert.equal(response.headers['retry-after'], '10');
  assert.match(body, /full/);
  browser.webSocket.close();
  await until(async () => (await stage.metric('hilo_gateway_connections')) === 0);
  await stage.pair();
});

test('one address has at most half of the places, and another still finds one', async () => {
  await using stage = await createStage({ CONNECTIONS_MAX: '4', ADDRESS_LIMIT_EXEMPT: '127.9.9.9' });
  const [first] = [await stage.pair(), await stage.pair()];
  const [response, body] = await refusal(stage, '/ws');
  assert.equal(response.statusCode, 429);
  assert.match(body, /Too many connections from your address/);
  await stage.pair({ localAddress: '127.0.0.2' });
  first.browser.webSocket.close();
  await until(async () => (await stage.metric('hilo_gateway_connections')) === 2);
  await stage.pair();
});

test('a slow handshake is cut', async () => {
  await using stage = await createStage({ GATEWAY_HANDSHAKE_SECONDS: '0.1' });
  for (const start of ['', `GET /ws HTTP/1.1\r\nHost: ${stage.authority}\r\nUpgrade: web`]) {
    const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
    socket.write(start);
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1\.1 408 /);
  }
});

test('a malformed handshake gets an answer, and a peer that is gone ends nothing', async () => {
  await using stage = await createStage();
  const head = `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
  for (const [rest, status] of [
    ['Sec-WebSocket-Version: 13\r\n\r\n', 400],
    ['Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n', 400],
    [`X: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ] as const) {
    const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
    socket.write(head + rest);
    assert.ok((await text(socket)).startsWith(`HTTP/1.1 ${status} `), rest);
  }
  const gone = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  gone.write(`${head}Origin: http://evil.example\r\n\r\n`, () => gone.resetAndDestroy());
  await once(gone, 'close');
  await stage.pair();
});

test('a drain refuses the new and ends the old with 1012, after the answer under way', async () => {
  await using stage = await createStage({ GATEWAY_DRAIN_SECONDS: '4' });
  const quiet = await stage.pair();
  const busy = await stage.pair();
  const drained = stage.gateway.drain();
  const [response] = await refusal(stage, '/ws');
  assert.equal(response.statusCode, 503);
  const ready = await fetch(`http://${stage.authority}/readyz`);
  assert.equal(ready.status, 503);
  assert.equal(quiet.browser.webSocket.readyState, WebSocket.OPEN);
  for (let second = 0; second < 6; second += 1) {
    busy.connection.socket.write('delta\n');
    assert.equal(await busy.browser.messages.next(), 'delta');
    await stage.pass(1);
  }
  assert.deepEqual(await quiet.browser.closed, { code: 1012, reason: 'draining' });
  assert.equal(busy.browser.webSocket.readyState, WebSocket.OPEN);
  await stage.pass(2);
  assert.deepEqual(await busy.browser.closed, { code: 1012, reason: 'draining' });
  await drained;
});

test('an answer without end does not hold a drain up for ever', async () => {
  await using stage = await createStage({ GATEWAY_DRAIN_SECONDS: '1' });
  const { browser, connection } = await stage.pair();
  const drained = stage.gateway.drain();
  for (let second = 0; second < 21; second += 1) {
    connection.socket.write('delta\n');
    assert.equal(await browser.messages.next(), 'delta');
    await stage.pass(1);
  }
  assert.deepEqual(await browser.closed, { code: 1012, reason: 'draining' });
  await drained;
});
