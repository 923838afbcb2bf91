/** [H-1] [H-2] [H-3] From HTTP to operations and back, before a scripted server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Stage } from '../gateway.fixture.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { answer, createApiStage, echoAll, fail, raw, seen, seenOn } from './api.fixture.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

interface ApiBody {
  readonly error: { message: string; type: string; param: string | null; code: string };
}

function ask(stage: Stage, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://${stage.authority}${path}`, { ...init, signal: AbortSignal.timeout(20_000) });
}

async function errorOf(response: Response): Promise<ApiBody['error']> {
  return ((await response.json()) as ApiBody).error;
}

async function paramsOf(response: Response): Promise<unknown> {
  assert.ok(response.ok, String(response.status));
  return ((await response.json()) as { params: unknown }).params;
}

test('words in an address become what the operation expects there', async () => {
  await using stage = await createApiStage();
  echoAll(stage);
  const get = async (path: string) => paramsOf(await ask(stage, path));
  assert.deepEqual(await get('/notes/17'), { note: 17 });
  assert.deepEqual(await get('/notes/a%2Fb'), { note: 'a/b' });
  assert.deepEqual(await get('/notes?limit=5&pinned=true&text=5'), { limit: 5, pinned: true, text: '5' });
  assert.deepEqual(await get('/notes?ids=1&ids=2'), { ids: [1, 2] });
  assert.deepEqual(await get('/notes?ids=1'), { ids: [1] });
  assert.deepEqual(await get('/notes?which=all'), { which: 'all' });
  assert.deepEqual(await get('/notes?which=7&limit=1e3&pinned=yes'), {
    which: 7,
    limit: '1e3',
    pinned: 'yes',
  });
  assert.deepEqual(await get('/notes?limit=&other=1'), { limit: '', other: '1' });
});

test('a body becomes the input; what else stands in the address is left alone', async () => {
  await using stage = await createApiStage();
  const posted = ask(stage, '/notes?beta=true', {
    method: 'POST',
    headers: JSON_TYPE,
    body: '{"text":"¡hola!"}',
  });
  const request = await seen(stage);
  assert.equal(request.method, 'notes.create');
  assert.deepEqual(request.params, { text: '¡hola!' });
  answer(request, { note: 1 });
  const created = await posted;
  assert.equal(created.status, 201);
  assert.equal(created.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(created.headers.get('cache-control'), 'no-store');
  assert.equal(created.headers.get('x-robots-tag'), 'noindex');
  assert.deepEqual(await created.json(), { note: 1 });
  const removed = ask(stage, '/notes/3', { method: 'DELETE', headers: JSON_TYPE, body: '{"sure":true}' });
  const removal = await seenOn(request.connection);
  assert.deepEqual(removal.params, { note: 3, sure: true });
  answer(removal, {});
  assert.equal((await removed).status, 204);
  assert.equal(await (await removed).text(), '');
  const twice = await ask(stage, '/notes/3', { method: 'DELETE', headers: JSON_TYPE, body: '{"note":4}' });
  assert.equal(twice.status, 400);
  assert.equal((await errorOf(twice)).param, 'note');
});

test('the server is told who asks, and the answer has the name of the request', async () => {
  await using stage = await createApiStage();
  const headers = { authorization: 'bearer  abc', 'user-agent': 'x'.repeat(300), 'accept-language': 'es' };
  const named = ask(stage, '/notes', { headers: { ...headers, 'x-request-id': 'mine-1' } });
  const request = await seen(stage);
  assert.deepEqual(request.meta, {
    address: '127.0.0.1',
    requestId: 'mine-1',
    locale: 'es',
    userAgent: 'x'.repeat(256),
    authorization: 'Bearer abc',
  });
  assert.equal(request.connection.source, undefined);
  answer(request, {});
  assert.equal((await named).headers.get('x-request-id'), 'mine-1');
  const unnamed = ask(stage, '/notes', {
    headers: { 'x-request-id': 'not one', authorization: 'Basic eA==' },
  });
  const second = await seenOn(request.connection);
  assert.match(second.meta.requestId ?? '', /^[\da-f-]{36}$/);
  assert.equal(second.meta.authorization, undefined);
  answer(second, {});
  assert.equal((await unnamed).headers.get('x-request-id'), second.meta.requestId);
});

test('only what trusted proxies say of a client is believed', async () => {
  await using stage = await createApiStage({ TRUSTED_PROXIES: '127.0.0.1' });
  const headers = { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' };
  const asked = ask(stage, '/notes', { headers });
  const request = await seen(stage);
  assert.equal(request.meta.address, '192.0.2.7');
  answer(request, {});
  await asked;
  await using direct = await createApiStage();
  void ask(direct, '/notes', { headers }).catch(() => undefined);
  assert.equal((await seen(direct)).meta.address, '127.0.0.1');
});

test('a failure of an operation is told with its status, its words and its key', async () => {
  await using stage = await createApiStage();
  const first = ask(stage, '/notes');
  const request = await seen(stage);
  fail(request, 'invalid_params', { values: { detail: 'x', param: 'limit' } });
  assert.equal((await first).status, 400);
  assert.deepEqual(await errorOf(await first), {
    message: 'Because of invalid_params',
    type: 'invalid_request_error',
    param: 'limit',
    code: 'invalid_params',
  });
  const cases: readonly [string, object, number, string, string | null][] = [
    ['auth_required', {}, 401, 'authentication_error', null],
    ['insufficient_credits', {}, 402, 'insufficient_quota', null],
    ['forbidden', {}, 403, 'permission_error', null],
    ['not_found', {}, 404, 'not_found_error', null],
    ['rate_limited', { retryAfterMs: 2_500 }, 429, 'rate_limit_error', '3'],
    ['internal', {}, 500, 'server_error', null],
    ['queue_full', {}, 503, 'server_error', '10'],
  ];
  for (const [reason, more, status, type, retryAfter] of cases) {
    const asked = ask(stage, '/notes');
    fail(await seenOn(request.connection), reason, more);
    const response = await asked;
    assert.equal(response.status, status, reason);
    assert.equal(response.headers.get('retry-after'), retryAfter, reason);
    assert.equal(response.headers.get('www-authenticate'), status === 401 ? 'Bearer' : null);
    const { type: said, code } = await errorOf(response);
    assert.deepEqual([said, code], [type, reason]);
  }
});

test('what is not there, and what an address does not take, is told in JSON', async () => {
  await using stage = await createApiStage();
  const unknown = await ask(stage, '/notes/1/nothing', { headers: { 'accept-language': 'es' } });
  assert.equal(unknown.status, 404);
  assert.ok(unknown.headers.get('x-request-id'));
  assert.deepEqual(await errorOf(unknown), {
    message: 'No hay nada en esta dirección',
    type: 'not_found_error',
    param: null,
    code: 'unknown_address',
  });
  const put = await ask(stage, '/notes', { method: 'PUT', headers: JSON_TYPE, body: '{}' });
  assert.equal(put.status, 405);
  assert.equal(put.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
  assert.equal((await errorOf(put)).code, 'method_not_allowed');
  const options = await ask(stage, '/notes/1', { method: 'OPTIONS' });
  assert.equal(options.status, 204);
  assert.equal(options.headers.get('allow'), 'GET, HEAD, DELETE, OPTIONS');
  assert.equal(options.headers.get('access-control-allow-origin'), null);
  const long = await ask(stage, `/notes/${'9'.repeat(600)}`);
  assert.equal(long.status, 404);
  await long.body?.cancel();
});

test('an answer that everybody may keep says for how long; HEAD is GET without a body', async () => {
  await using stage = await createApiStage();
  echoAll(stage);
  const rules = await ask(stage, '/.well-known/rules.json');
  assert.equal(rules.headers.get('cache-control'), 'public, max-age=300');
  const head = await ask(stage, '/.well-known/rules.json', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('bodies that are too large, no JSON, or no object are refused before the server is asked', async () => {
  await using stage = await createApiStage();
  const post = (body: string | Buffer, headers: Record<string, string> = JSON_TYPE) =>
    ask(stage, '/notes', { method: 'POST', headers, body });
  const { bodyBytesMax, bodyBytesMaxWithKey, jsonDepthMax } = GATEWAY_LIMITS;
  for (const body of [
    '{',
    '[]',
    '"x"',
    'null',
    'a=b',
    '['.repeat(jsonDepthMax + 1),
    Buffer.from([0xc3, 0x28]),
  ]) {
    const refused = await post(body);
    assert.equal(refused.status, 400, String(body));
    assert.equal((await errorOf(refused)).code, 'body_not_json');
  }
  const large = JSON.stringify({ text: 'x'.repeat(bodyBytesMax) });
  assert.equal((await post(large)).status, 413);
  const withKey = { authorization: 'Bearer x' };
  const accepted = post(large, withKey);
  const check = await seen(stage);
  assert.equal(check.method, 'models.list');
  answer(check, {});
  const request = await seenOn(check.connection);
  assert.equal(String(request.params['text']).length, bodyBytesMax);
  answer(request, {});
  assert.equal((await accepted).status, 201);
  assert.equal((await post('x'.repeat(bodyBytesMaxWithKey + 1), withKey)).status, 413);
});

test('a body without a length is cut off at the limit', async () => {
  await using stage = await createApiStage();
  const head = 'POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const chunk = `1000\r\n${' '.repeat(0x1000)}\r\n`;
  const said = await raw(stage, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`);
  assert.match(said, /^HTTP\/1\.1 413 [^]*connection: close[^]*"code":"body_too_large"/);
});

test('a client that goes away ends its request at the server', async () => {
  await using stage = await createApiStage();
  const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  socket.write('GET /notes HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const { connection } = await seen(stage);
  socket.destroy();
  await connection.ended;
  const next = ask(stage, '/notes');
  answer(await seen(stage), {});
  assert.equal((await next).status, 200);
});

test('while the server is away, or breaks off, the answer is 503 and says when to come back', async () => {
  await using stage = await createApiStage();
  const broken = ask(stage, '/notes', { method: 'POST', headers: JSON_TYPE, body: '{"text":""}' });
  (await seen(stage)).connection.socket.destroy();
  assert.equal((await broken).status, 503);
  assert.equal((await broken).headers.get('retry-after'), '10');
  assert.equal((await errorOf(await broken)).code, 'server_lost');
  await stage.server.close();
  const refused = await ask(stage, '/notes');
  assert.equal(refused.status, 503);
  assert.equal((await errorOf(refused)).code, 'server_unreachable');
  await stage.server.listen();
});

test('a server that sends its connections away gives the reason', async () => {
  await using stage = await createApiStage();
  const asked = ask(stage, '/notes');
  const { connection } = await seen(stage);
  const data = { reason: 'draining', closing: true, retryAfterMs: 1_500 };
  connection.socket.end(
    `${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: 4105, message: 'Later', data } })}\n`,
  );
  const response = await asked;
  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '2');
  assert.equal((await errorOf(response)).code, 'draining');
});

test('an answer that does not come in time is 504, and its connection is not used again', async () => {
  await using stage = await createApiStage();
  const asked = ask(stage, '/notes');
  const { connection } = await seen(stage);
  stage.clock.advance(GATEWAY_LIMITS.operationMs);
  assert.equal((await asked).status, 504);
  await connection.ended;
});

test('requests sent ahead are answered in order, each over a connection of its own', async () => {
  await using stage = await createApiStage();
  const get = (note: number) => `GET /notes/${note} HTTP/1.1\r\nHost: localhost\r\n`;
  const said = raw(stage, `${get(1)}\r\n${get(2)}Connection: close\r\n\r\n`);
  const first = await seen(stage);
  const second = await seen(stage);
  answer(second, { note: second.params['note'] });
  answer(first, { note: first.params['note'] });
  const bodies = [...(await said).matchAll(/^\{"note":(\d)\}/gm)].map(([, note]) => note);
  assert.deepEqual(bodies, ['1', '2']);
});

test('bytes that two readers could take for different requests are refused', async () => {
  await using stage = await createApiStage();
  const smuggled = 'GET /notes/666 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const heads = [
    `Content-Length: ${smuggled.length}\r\nTransfer-Encoding: chunked`,
    'Transfer-Encoding: chunked\r\nContent-Length: 3',
    'Content-Length: 3\r\nContent-Length: 4',
    'Content-Length: +3',
    'Content-Length: 3, 3',
    'Transfer-Encoding : chunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding:\x0bchunked',
    ' Content-Length: 3',
  ];
  for (const head of heads) {
    const lines = `POST /notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n${head}\r\n\r\n`;
    const said = await raw(stage, `${lines}0\r\n\r\n${smuggled}`);
    const statuses = [...said.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    assert.deepEqual(statuses, ['400'], JSON.stringify(head));
  }
  const asked = ask(stage, '/notes/1');
  const only = await seen(stage);
  assert.deepEqual(only.params, { note: 1 });
  answer(only, {});
  await asked;
});

test('a client that goes away in the middle of its body asks the server nothing', async () => {
  await using stage = await createApiStage();
  const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  const head = 'POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  socket.write(`${head}Content-Length: 11\r\n\r\n{"text":""`);
  await once(socket, 'connect');
  socket.end();
  await once(socket.resume(), 'close');
  const next = ask(stage, '/notes/1');
  const only = await seen(stage);
  assert.equal(only.method, 'notes.get');
  answer(only, {});
  assert.equal((await next).status, 200);
});

test('whatever the body is, it is refused or passed on, and never fails on our side', async () => {
  await using stage = await createApiStage();
  echoAll(stage);
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.dictionary(fc.string(), fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .constantFrom('{"__proto__":{"a":1}}', '{"constructor":{}}', '{"id":1,"meta":{}}')
      .map((text) => Buffer.from(text)),
  );
  const types = fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'x', '');
  const paths = fc.constantFrom('/notes', '/auth/login', '/auth/refresh', '/notes/1');
  await fc.assert(
    fc.asyncProperty(body, types, paths, fc.boolean(), async (bytes, type, path, hasKey) => {
      const headers: Record<string, string> = hasKey ? { authorization: 'Bearer x' } : {};
      if (type !== '') headers['content-type'] = type;
      const method = path === '/notes/1' ? 'DELETE' : 'POST';
      const response = await ask(stage, path, { method, headers, body: bytes });
      assert.ok(response.status < 500, String(response.status));
      await response.arrayBuffer();
    }),
    { numRuns: 300 },
  );
  assert.deepEqual(stage.logged, []);
});

test('what is somebody’s own needs a key, since everybody of an address would be one guest', async () => {
  await using stage = await createApiStage();
  const without = await ask(stage, '/own-notes');
  assert.equal(without.status, 401);
  assert.equal((await errorOf(without)).code, 'auth_required');
  echoAll(stage);
  assert.equal((await ask(stage, '/own-notes', { headers: { authorization: 'Bearer hilo_x' } })).status, 200);
});
