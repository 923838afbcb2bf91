import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { GATEWAY_LIMITS } from '../limits.ts';
import { createStage, type Stage } from '../gateway.fixture.ts';

test('without a built page it says how to build one', async () => {
  await using stage = await createStage();
  const page = await fetch(`http://${stage.authority}/`, { headers: { 'accept-language': 'es-MX' } });
  assert.equal(page.status, 503);
  assert.match(await page.text(), /npm run build/);
  assert.equal(page.headers.get('content-language'), 'es');
});

test('the page may be built while the gateway runs; its hashed files may be kept for ever', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hilo-page-'));
  await using stage = await createStage({}, directory);
  const get = (path: string): Promise<Response> => fetch(`http://${stage.authority}${path}`);
  assert.equal((await get('/')).status, 503);
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html>');
  await writeFile(join(directory, 'assets', 'main-abc.js'), '1');
  const page = await get('/?locale=es');
  assert.equal(await page.text(), '<!doctype html>');
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  assert.ok(page.headers.get('etag'));
  const asset = await get('/assets/main-abc.js');
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.match(asset.headers.get('content-type') ?? '', /javascript/);
  await writeFile(join(directory, 'assets', 'main-abc.js.br'), brotliCompressSync('1'));
  const headers = { 'accept-encoding': 'br' };
  const compressed = await fetch(`http://${stage.authority}/assets/main-abc.js`, { headers });
  assert.equal(compressed.headers.get('content-encoding'), 'br');
  assert.match(compressed.headers.get('vary') ?? '', /accept-encoding/i);
  assert.match(compressed.headers.get('content-type') ?? '', /javascript/);
  assert.match(compressed.headers.get('cache-control') ?? '', /immutable/);
  assert.equal(await compressed.text(), '1');
  await rm(directory, { recursive: true });
});

test('every answer carries the security headers', async () => {
  await using stage = await createStage();
  for (const path of ['/', '/healthz', '/metrics', '/nothing', '/ws', '/../../etc/passwd', '/%2e%2e/x']) {
    const { headers } = await fetch(`http://${stage.authority}${path}`);
    assert.match(
      headers.get('content-security-policy') ?? '',
      /default-src 'none'.*frame-ancestors 'none'/,
      path,
    );
    assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
  }
});

/** The answer to exactly these bytes; `fetch` would tidy up the path. */
function rawAnswer(stage: Stage, request: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  socket.write(request);
  return text(socket);
}

test('a path that leads out of the page is not there, and no line in the log', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hilo-page-'));
  await writeFile(join(directory, 'index.html'), '<!doctype html>');
  await using stage = await createStage({}, directory);
  for (const path of [
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/package.json',
    '//etc/passwd',
    '/assets/..%5c..%5cpackage.json',
    '/%00',
    '/.env',
  ]) {
    const head = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    assert.match(await rawAnswer(stage, head), /^HTTP\/1\.1 404 [^]*There is nothing here/, path);
  }
  assert.deepEqual(stage.logged, []);
  await rm(directory, { recursive: true });
});

test('what is no request is refused in the same clothes, in the language asked for', async () => {
  await using stage = await createStage();
  const end = `Host: x\r\nAccept-Language: es\r\n\r\n`;
  const answers = {
    [`GET /% HTTP/1.1\r\n${end}`]: /^HTTP\/1\.1 400 [^]*No se entiende/,
    'nonsense\r\n\r\n': /^HTTP\/1\.1 400 [^]*cannot be understood/,
    [`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n${end}`]: /^HTTP\/1\.1 431 [^]*too large/,
    [`GET /ws HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n${end}`]:
      /^HTTP\/1\.1 400 [^]*sec-websocket-version: 13[^]*No se entiende/,
  };
  for (const [request, answer] of Object.entries(answers)) {
    const said = await rawAnswer(stage, request);
    assert.match(said, answer);
    assert.match(said, /content-security-policy: default-src 'none'/);
    assert.match(said, /content-type: text\/plain; charset=utf-8/);
  }
  assert.deepEqual(stage.logged, []);
});

test('health, readiness and what is not there', async () => {
  await using stage = await createStage();
  const get = (path: string): Promise<Response> => fetch(`http://${stage.authority}${path}`);
  assert.equal(await (await get('/healthz')).text(), 'ok\n');
  assert.equal((await get('/nothing')).status, 404);
  assert.equal((await get('/ws')).status, 426);
  const asked = get('/readyz');
  const probe = await stage.server.connections.next();
  assert.equal(probe.source, undefined);
  assert.match(await probe.lines.next(), /"method":"server\.stats"/);
  probe.socket.write('{"jsonrpc":"2.0","id":1,"result":{"accepting":true}}\n');
  assert.equal((await asked).status, 200);
  await stage.server.close();
  assert.equal((await get('/readyz')).status, 200, 'one look answers for a second');
  stage.clock.advance(1_000);
  assert.equal((await get('/readyz')).status, 503);
  await stage.server.listen();
});

test('a server that accepts no message, or says nothing, is not ready, and it is said why', async () => {
  await using stage = await createStage();
  const answers: readonly [string, RegExp][] = [
    ['{"jsonrpc":"2.0","id":1,"result":{"accepting":false}}', /^The server accepts no messages/],
    [
      JSON.stringify({ id: null, error: { data: { reason: 'server_full', values: { seconds: 7 } } } }),
      /^The server is full; try again in 7 s\n$/,
    ],
    ['{"jsonrpc":"2.0","id":1,"result":{}}', /^The server accepts no messages/],
    ['HTTP/1.1 400 Bad Request', /^The server does not answer/],
    ['null', /^The server does not answer/],
    ['x'.repeat(GATEWAY_LIMITS.readinessLineBytesMax), /^The server does not answer/],
  ];
  for (const [line, text] of answers) {
    const asked = fetch(`http://${stage.authority}/readyz`);
    (await stage.server.connections.next()).socket.write(`${line}\n`);
    const answer = await asked;
    assert.equal(answer.status, 503, line);
    assert.equal(answer.headers.get('retry-after'), '10');
    assert.match(await answer.text(), text);
    stage.clock.advance(GATEWAY_LIMITS.readinessCacheMs);
  }
  const asked = fetch(`http://${stage.authority}/readyz`, { headers: { 'accept-language': 'es' } });
  await (await stage.server.connections.next()).lines.next();
  stage.clock.advance(GATEWAY_LIMITS.readinessProbeMs);
  assert.equal(await (await asked).text(), 'El servidor no responde\n');
});

test('the metrics tell what went through', async () => {
  await using stage = await createStage();
  const { browser, connection } = await stage.pair();
  browser.webSocket.send('hola');
  await connection.lines.next();
  connection.socket.write('¿qué tal?\n');
  await browser.messages.next();
  assert.equal(await stage.metric('hilo_gateway_connections'), 1);
  assert.equal(await stage.metric('hilo_gateway_opened_total'), 1);
  assert.equal(await stage.metric('hilo_gateway_messages_total{to="server"}'), 1);
  assert.equal(await stage.metric('hilo_gateway_bytes_total{to="server"}'), 5);
  assert.equal(await stage.metric('hilo_gateway_bytes_total{to="browser"}'), 11);
  assert.ok((await stage.metric('hilo_gateway_event_loop_delay_seconds')) >= 0);
  assert.ok((await stage.metric('process_resident_memory_bytes')) > 0);
});
