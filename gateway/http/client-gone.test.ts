import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientGone } from './client-gone.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

async function* requestsOf(bytes: string, count: number) {
  const arrived: [IncomingMessage, ServerResponse][] = [];
  const server = createServer((...both) => void arrived.push(both)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  client.on('error', () => undefined);
  using _ = {
    [Symbol.dispose]: () => {
      client.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
  client.write(bytes);
  await once(server, 'request');
  assert.equal(arrived.length, count);
  for (const [request, response] of arrived) {
    const signal = () =>
      clientGone({ raw: request } as FastifyRequest, { raw: response } as unknown as FastifyReply);
    yield { client, socket: request.socket, response, signal };
  }
}

test('a client that left before anybody asked is gone', async () => {
  for await (const { client, socket, signal } of requestsOf(REQUEST, 1)) {
    client.destroy();
    await once(socket, 'close');
    assert.equal(signal().aborted, true);
  }
});

test('a client that leaves later is gone then, also for an answer that waits behind another', async () => {
  const signals: AbortSignal[] = [];
  for await (const { client, socket, signal } of requestsOf(REQUEST.repeat(2), 2)) {
    signals.push(signal());
    if (signals.length < 2) continue;
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, false],
    );
    client.destroy();
    await once(socket, 'close');
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    );
  }
});

test('nothing is left on a connection that is kept', async () => {
  for await (const { socket, response, signal } of requestsOf(REQUEST, 1)) {
    const before = socket.listenerCount('close');
    const gone = signal();
    assert.equal(socket.listenerCount('close'), before + 1);
    response.end();
    await once(response, 'close');
    // Node takes away what it had put there itself.
    assert.ok(gone.aborted && socket.listenerCount('close') <= before);
  }
});
