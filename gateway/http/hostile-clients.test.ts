/** [G-7] [H-1] [H-8] Clients of HTTP that mean harm, or are broken, on a bare socket. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Stage } from '../gateway.fixture.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { answer, createApiStage, echoAll, raw, seen, seenOn } from './api.fixture.ts';

const HEAD = 'POST /notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n';

function open(stage: Stage): Socket {
  const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  socket.on('error', () => undefined);
  return socket;
}

function statusesOf(said: string): (string | undefined)[] {
  return [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
}

test('lines and heads that are not quite HTTP are refused before the server hears of them', async () => {
  await using stage = await createApiStage();
  const odd = [
    'GET /notes HTTP/1.1\nHost: localhost\n\n',
    'GET /notes HTTP/1.1\r\nHost: localhost\r\nX-A: a\r\n b\r\n\r\n',
    'GET /notes HTTP/1.1\r\nHost: localhost\r\nX-A: a\nX-B: b\r\n\r\n',
    'GET /notes HTTP/1.1\r\nHost: localhost\r\nX-A: a\rb\r\n\r\n',
    'GET /notes HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n',
    'GET /notes HTTP/1.1\r\nHost : localhost\r\n\r\n',
    'GET /notes HTTP/1.1\r\n\r\n',
    'GET /notes HTTP/9.9\r\nHost: localhost\r\n\r\n',
    'NOTHING /notes HTTP/1.1\r\nHost: localhost\r\n\r\n',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\n{}\r\n0\r\n\r\nGET /notes HTTP/1.1\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n0\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n`,
  ];
  for (const request of odd) {
    const [status, ...more] = statusesOf(await raw(stage, request));
    assert.match(status ?? 'nothing', /^4\d\d$/, JSON.stringify(request));
    assert.deepEqual(more, [], JSON.stringify(request));
  }
  const asked = fetch(`http://${stage.authority}/notes/1`);
  const only = await seen(stage);
  assert.deepEqual(only.params, { note: 1 }, 'the first that the server has heard of');
  answer(only, {});
  await asked;
});

test('a head that is too large is 431, however it is made up', async () => {
  await using stage = await createApiStage();
  const { requestHeadBytesMax } = GATEWAY_LIMITS;
  const many = Array.from({ length: 4_000 }, (_, index) => `x-${index}: y\r\n`).join('');
  const heads = [
    `GET /notes?text=${'x'.repeat(requestHeadBytesMax)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /notes HTTP/1.1\r\nHost: x\r\nX-A: ${'y'.repeat(requestHeadBytesMax)}\r\n\r\n`,
    `GET /notes HTTP/1.1\r\nHost: x\r\n${many}\r\n`,
  ];
  for (const head of heads) assert.deepEqual(statusesOf(await raw(stage, head)), ['431']);
});

test('a body that comes too slowly is 408, and the server is not asked', async () => {
  await using stage = await createApiStage();
  const slow = open(stage);
  slow.write(`${HEAD}Content-Length: 100\r\n\r\n{`);
  const said = text(slow);
  await stage.passUntil(said);
  assert.match(await said, /^HTTP\/1\.1 408 [^]*"code":"too_slow"/);
  const asked = fetch(`http://${stage.authority}/notes/1`);
  const only = await seen(stage);
  assert.equal(only.method, 'notes.get');
  answer(only, {});
  await asked;
});

test('a client that does not read a large answer is ended, and delays nobody', async () => {
  await using stage = await createApiStage();
  const slow = open(stage);
  slow.write('GET /notes HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const first = await seen(stage);
  slow.pause();
  answer(first, { text: 'x'.repeat(15 * 1024 * 1024) });
  const other = fetch(`http://${stage.authority}/notes/1`);
  const second = await Promise.race([seen(stage), seenOn(first.connection)]);
  answer(second, {});
  assert.equal((await other).status, 200);
  const closed = once(slow, 'close');
  await stage.pass(60);
  slow.resume();
  await closed;
  assert.ok(slow.bytesRead < 15 * 1024 * 1024, String(slow.bytesRead));
});

test('with a key any type is JSON or refused; without one only JSON is taken', async () => {
  await using stage = await createApiStage();
  echoAll(stage);
  const types = [
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'a',
    '\u00e9',
  ];
  for (const type of types) {
    for (const body of ['{"text":"x"}', 'text=x', '--x\r\n\r\n', '[]', '"x"', '\ufeff{}']) {
      const request = (key: string) =>
        `POST /notes HTTP/1.1\r\nHost: localhost\r\n${key}Connection: close\r\nContent-Type: ${type}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
      const [withKey] = statusesOf(await raw(stage, Buffer.from(request('Authorization: Bearer x\r\n'))));
      assert.equal(withKey, body === '{"text":"x"}' ? '201' : '400', `${type} ${body}`);
      const [without] = statusesOf(await raw(stage, Buffer.from(request(''))));
      assert.equal(without, '415', `${type} ${body}`);
    }
  }
});
