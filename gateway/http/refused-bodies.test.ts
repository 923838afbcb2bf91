/** [H-2] [H-4] What is refused is refused before its body is read, and the client gets the answer. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { createStage, until, type Stage } from '../gateway.fixture.ts';
import { answer, createApiStage, fail, seen } from './api.fixture.ts';

const PIECE_BYTES = 64 * 1024;
const PIECES = 240;
const PIECE = {
  'Content-Length': ' '.repeat(PIECE_BYTES),
  'Transfer-Encoding': `${PIECE_BYTES.toString(16)}\r\n${' '.repeat(PIECE_BYTES)}\r\n`,
} as const;
type Framing = keyof typeof PIECE;

function open(stage: Stage): Socket {
  const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  socket.on('error', () => undefined);
  return socket;
}

function head(method: string, path: string, ...more: readonly string[]): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...more, '', ''].join('\r\n');
}

/** Sends pieces of the body until the answer comes. */
async function upload(socket: Socket, framing: Framing): Promise<{ said: string; pieces: number }> {
  const said: string[] = [];
  let pieces = 0;
  const answered = Promise.withResolvers<void>();
  socket.on('data', (bytes) => {
    said.push(String(bytes));
    answered.resolve();
  });
  const closed = once(socket, 'close');
  for (; pieces < PIECES && said.length === 0 && !socket.destroyed; pieces += 1) {
    if (socket.write(PIECE[framing])) continue;
    await Promise.race([once(socket, 'drain'), answered.promise, closed]);
  }
  await Promise.race([answered.promise, closed]);
  // As a client does that has read the answer.
  socket.end();
  await closed;
  return { said: said.join(''), pieces };
}

for (const framing of ['Content-Length', 'Transfer-Encoding'] as const) {
  test(`a key that is not good is refused from the head, and it is read why (${framing})`, async () => {
    for (const path of ['/v1/chat/completions', '/v1/messages', '/api/chat']) {
      await using stage = await createApiStage();
      const socket = open(stage);
      const length = framing === 'Content-Length' ? String(PIECE_BYTES * PIECES) : 'chunked';
      socket.write(head('POST', path, 'Authorization: Bearer wrong', `${framing}: ${length}`));
      const check = await seen(stage);
      assert.equal(check.method, 'models.list');
      const uploaded = upload(socket, framing);
      fail(check, 'auth_failed');
      const { said, pieces } = await uploaded;
      assert.match(said, /^HTTP\/1\.1 401 [^]*connection: close/i, path);
      assert.ok(pieces < PIECES, `${path}: ${pieces} pieces`);
    }
  });
}

test('a client that goes on sending after a refusal is cut after a while', async () => {
  await using stage = await createApiStage();
  const socket = open(stage);
  socket.write(head('POST', '/v1/nothing', `Content-Length: ${PIECE_BYTES * PIECES}`));
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  assert.match(String(bytes), /^HTTP\/1\.1 404 [^]*connection: close/i);
  socket.write(PIECE['Content-Length']);
  await once(socket, 'end');
  const closed = once(socket, 'close');
  stage.clock.advance(2_000);
  await closed;
});

const FORMS: readonly [path: string, method: string, status: number, allow: string | null, body: RegExp][] = [
  [
    '/v1/nothing',
    'GET',
    404,
    null,
    /^\{"error":\{"message":".+","type":"not_found_error","param":null,"code"/,
  ],
  ['/v1/nothing', 'POST', 404, null, /^\{"error":\{"message"/],
  ['/v1/chat/completions', 'GET', 405, 'POST, OPTIONS', /^\{"error":\{"message":".+GET"/],
  ['/v1/messages', 'GET', 405, 'POST, OPTIONS', /^\{"type":"error","error":\{"type":"invalid_request_error"/],
  ['/v1/messages/batches', 'POST', 404, null, /^\{"type":"error","error":\{"type":"not_found_error"/],
  ['/api/chat', 'GET', 405, 'POST, OPTIONS', /^\{"error":"[^"]+"\}$/],
  ['/api/nothing', 'GET', 404, null, /^\{"error":"[^"]+"\}$/],
  ['/api/nothing', 'POST', 404, null, /^\{"error":"[^"]+"\}$/],
  ['/api/tags', 'DELETE', 405, 'GET, HEAD, OPTIONS', /^\{"error":"[^"]+"\}$/],
  ['/k/some-key/nothing', 'GET', 404, null, /^\{"error":\{"message"/],
  ['/k/some-key/api/nothing', 'POST', 404, null, /^\{"error":"[^"]+"\}$/],
  ['/health', 'POST', 405, 'GET, HEAD', /^This address can only be read\n$/],
  ['/readyz', 'DELETE', 405, 'GET, HEAD', /^This address can only be read\n$/],
  ['/nothing', 'GET', 404, null, /^There is nothing here/],
];

test('what is not there, and a method that is not taken, is told in the form of the API', async () => {
  await using stage = await createApiStage();
  for (const [path, method, status, allow, body] of FORMS) {
    const response = await fetch(`http://${stage.authority}${path}`, {
      method,
      ...(method === 'POST' && { body: '{not JSON' }),
    });
    assert.deepEqual([response.status, response.headers.get('allow')], [status, allow], `${method} ${path}`);
    assert.match(await response.text(), body, `${method} ${path}`);
  }
  const asked = fetch(`http://${stage.authority}/v1/nothing`, {
    headers: { 'anthropic-version': '2023-06-01' },
  });
  const response = await asked;
  assert.equal(response.headers.get('request-id'), response.headers.get('x-request-id'));
  assert.match(await response.text(), /^\{"type":"error"/);
});

const LEFT = 'hilo_gateway_answers_total{status="499"}';

for (const [title, more, sends] of [
  ['breaks off', 'Content-Length: 50000', (socket: Socket) => socket.resetAndDestroy()],
  ['sends no HTTP', 'Transfer-Encoding: chunked', (socket: Socket) => socket.write('no chunk\r\n')],
] as const) {
  test(`a client that ${title} while its body is read is counted, and is no failure of ours`, async () => {
    await using stage = await createStage();
    const socket = open(stage);
    const closed = once(socket.resume(), 'close');
    socket.write(head('POST', '/v1/chat/completions', 'Authorization: Bearer key', more));
    // A long body is read once the key is known to be good.
    if (more.startsWith('Transfer')) answer(await seen(stage), {});
    socket.write('2\r\n{}\r\n', () => sends(socket));
    await closed;
    await until(async () => (await stage.metric(LEFT).catch(() => 0)) === 1);
    assert.deepEqual(stage.logged, []);
  });
}
