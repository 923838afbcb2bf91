/** [H-10] Answers are written at the pace of their reader, and have their status as long as there is one. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { createStage, standsStill } from '../gateway.fixture.ts';
import { fail, seen, type SeenRequest } from './api.fixture.ts';

const BODY = JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'hi' }], stream: true });
const HEAD = [
  'POST /v1/chat/completions HTTP/1.1',
  'Host: 127.0.0.1',
  'Authorization: Bearer key',
  'Content-Type: application/json',
  `Content-Length: ${BODY.length}`,
  '',
  BODY,
].join('\r\n');
/** More than the buffers of all sockets on the way can hold: some ten megabytes. */
const MUCH = 64 * 1024 * 1024;
const PIECE = 'x'.repeat(32 * 1024);
const PATIENCE_MS = 10_000;

function event({ connection, id }: SeenRequest, name: string, params: object): boolean {
  const line = JSON.stringify({ jsonrpc: '2.0', method: name, params: { requestId: id, ...params } });
  return connection.socket.write(`${line}\n`);
}

test('a client that does not read stops the server, and one that goes away ends the request', async () => {
  await using stage = await createStage();
  const client = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  client.on('error', () => undefined);
  client.write(HEAD);
  const request = await seen(stage);
  assert.equal(request.method, 'completions.create');
  client.pause();
  const { socket } = request.connection;
  for (let written = 0; written < MUCH; written += PIECE.length) {
    event(request, 'completions.text', { text: PIECE });
  }
  // Until the kernel on both sides, and nobody else, is full.
  const left = await standsStill(() => socket.writableLength);
  assert.ok(left > MUCH / 2, `${MUCH - left} bytes were taken although nobody reads`);
  socket.resume();
  client.destroy();
  const late = pause(PATIENCE_MS, 'late', { ref: false });
  assert.notEqual(await Promise.race([request.connection.closed, late]), 'late');
});

test('a client that leaves as soon as it has asked leaves nothing that runs', async () => {
  await using stage = await createStage();
  const LEAVING = 20;
  for (let index = 0; index < LEAVING; index += 1) {
    const client = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
    client.on('error', () => undefined);
    await once(client, 'connect');
    client.end(HEAD);
    // The gateway has read the request and noticed the end before the next one comes.
    await once(client.resume(), 'close');
  }
  const staying = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  staying.write(HEAD.replace('Bearer key', 'Bearer staying'));
  const late = pause(PATIENCE_MS, undefined, { ref: false });
  for (;;) {
    const request = await Promise.race([seen(stage), late]);
    assert.ok(request, 'the request of the client that stays did not come');
    if (request.meta.authorization === 'Bearer staying') break;
    const { socket } = request.connection;
    const ended =
      socket.readableEnded || socket.destroyed ? 'ended' : once(socket, 'end').then(() => 'ended');
    assert.equal(await Promise.race([ended, late]), 'ended');
  }
  staying.destroy();
});

test('what fails before the first text has its status, in the form of the API', async () => {
  await using stage = await createStage();
  const answer = fetch(`http://127.0.0.1:${stage.gateway.address.port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer key' },
    body: BODY,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const request = await seen(stage);
  event(request, 'completions.queued', { position: 3 });
  event(request, 'completions.started', { route: 'small' });
  fail(request, 'insufficient_credits');
  const response = await answer;
  assert.equal(response.status, 402);
  assert.equal(response.headers.get('x-should-retry'), 'false');
  const { error } = (await response.json()) as { error: { type: string; code: string } };
  assert.deepEqual([error.type, error.code], ['insufficient_quota', 'insufficient_quota']);
});
