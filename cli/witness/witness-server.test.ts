import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { WITNESS_PROTOCOL_LIMITS } from '../../shared/ledger/witness-protocol.ts';
import { startWitnessServer, WITNESS_SERVER_LIMITS, type WitnessServer } from './witness-server.ts';
import type { WitnessResponse } from './witness.ts';

const host = '127.0.0.1';
const longest = WITNESS_PROTOCOL_LIMITS.requestBytesMax;
const echo = (body: Uint8Array): Promise<WitnessResponse> =>
  Promise.resolve({ status: 200, contentType: 'text/plain', body: `${body.length} bytes\n` });

type Limits = { [Name in keyof typeof WITNESS_SERVER_LIMITS]?: number };

async function start(
  context: TestContext,
  addCheckpoint = echo,
  limits: Limits = {},
): Promise<WitnessServer> {
  const all = { ...WITNESS_SERVER_LIMITS, stopMs: 50, ...limits };
  const server = await startWitnessServer({ host, port: 0, addCheckpoint, limits: all });
  context.after(() => server.close());
  return server;
}

async function dial(context: TestContext, { port }: WitnessServer): Promise<Socket> {
  const socket = connect(port, host);
  context.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

function head(length: number | 'chunked', path = '/add-checkpoint', method = 'POST'): string {
  const framing = length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`;
  return `${method} ${path} HTTP/1.1\r\nhost: witness\r\n${framing}\r\n\r\n`;
}

async function firstLine(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString().split('\r\n', 1)[0] ?? '';
}

test('a body arrives whole, up to the limit, over one connection again and again', async (context) => {
  const { port } = await start(context);
  const url = `http://${host}:${port}/add-checkpoint`;
  for (const length of [0, 1, longest]) {
    const response = await fetch(url, { method: 'POST', body: Buffer.alloc(length) });
    assert.equal(await response.text(), `${length} bytes\n`);
  }
});

test('other paths and methods are refused', async (context) => {
  const { port } = await start(context);
  for (const path of ['/', '/add-checkpoint/', '/add-checkpoint?x=1', '/x/add-checkpoint']) {
    assert.equal((await fetch(`http://${host}:${port}${path}`, { method: 'POST' })).status, 404);
  }
  const response = await fetch(`http://${host}:${port}/add-checkpoint`);
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'POST');
});

test('a body announced too long is refused unread, a growing one at the limit', async (context) => {
  const server = await start(context, () => assert.fail('It was read'));
  const announced = await dial(context, server);
  announced.write(head(longest + 1));
  assert.equal(await firstLine(announced), 'HTTP/1.1 413 Payload Too Large');
  const growing = await dial(context, server);
  const answer = firstLine(growing);
  growing.write(head('chunked'));
  growing.on('error', () => undefined);
  for (let sent = 0; sent <= longest; sent += 0x4000) growing.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`);
  assert.equal(await answer, 'HTTP/1.1 413 Payload Too Large');
});

test(
  'slow requests end: without headers, and in the middle of a body',
  { timeout: 20_000 },
  async (context) => {
    const server = await start(context, echo, { headersMs: 50, requestMs: 100, checkMs: 10 });
    for (const beginning of ['POST /add-ch', `${head(10)}12345`]) {
      const socket = await dial(context, server);
      socket.write(beginning);
      assert.match(await text(socket), /^HTTP\/1.1 408 /);
    }
  },
);

test('no more connections than the limit', async (context) => {
  const server = await start(context, echo, { connectionsMax: 1 });
  const first = await dial(context, server);
  first.write(head(1));
  const second = await dial(context, server);
  second.on('error', () => undefined);
  second.resume();
  await once(second, 'close');
  first.write('x');
  assert.equal(await firstLine(first), 'HTTP/1.1 200 OK');
});

test('a stopping witness answers what it has begun, and waits for nobody else', async (context) => {
  const begun = Promise.withResolvers<void>();
  const decided = Promise.withResolvers<WitnessResponse>();
  const server = await start(context, () => {
    begun.resolve();
    return decided.promise;
  });
  const idle = await dial(context, server);
  const unfinished = await dial(context, server);
  unfinished.write(`${head(10)}12345`);
  const running = await dial(context, server);
  running.write(`${head(1)}x`);
  await begun.promise;
  const closed = server.close();
  decided.resolve({ status: 200, contentType: 'text/plain', body: 'late\n' });
  assert.equal(await firstLine(running), 'HTTP/1.1 200 OK');
  for (const socket of [idle, unfinished, running]) socket.on('error', () => undefined).resume();
  await closed;
});

test('a failure ends the connection without an answer', async (context) => {
  const server = await start(context, () => Promise.reject(new Error('broken')));
  const socket = await dial(context, server);
  socket.on('error', () => undefined);
  socket.write(`${head(1)}x`);
  assert.equal(await text(socket), '');
});
