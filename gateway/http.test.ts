import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { createStage } from './testing.ts';

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

test('health, readiness and what is not there', async () => {
  await using stage = await createStage();
  const get = (path: string): Promise<Response> => fetch(`http://${stage.authority}${path}`);
  assert.equal(await (await get('/healthz')).text(), 'ok\n');
  assert.equal((await get('/nothing')).status, 404);
  assert.equal((await get('/ws')).status, 426);
  assert.equal((await get('/readyz')).status, 200);
  const probe = await stage.server.connections.next();
  assert.equal(probe.source, undefined);
  await stage.server.close();
  assert.equal((await get('/readyz')).status, 200, 'one look answers for a second');
  stage.clock.advance(1_000);
  assert.equal((await get('/readyz')).status, 503);
  await stage.server.listen();
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
  assert.ok((await stage.metric('hilo_gateway_event_loop_delay_seconds{quantile="0.99"}')) >= 0);
  assert.ok((await stage.metric('process_resident_memory_bytes')) > 0);
});
