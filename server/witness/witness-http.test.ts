import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { WITNESS_PROTOCOL_LIMITS } from '../../shared/ledger/witness-protocol.ts';
import { createWitnessHttp, type WitnessHttp } from './witness-http.ts';

const longest = WITNESS_PROTOCOL_LIMITS.answerBytesMax;
const never = new AbortController().signal;

async function serve(
  context: TestContext,
  listener: RequestListener,
): Promise<{ http: WitnessHttp; url: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const http = createWitnessHttp();
  context.after(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });
  return { http, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix` };
}

test('what was sent arrives, and status, type and body come back, over one connection', async (context) => {
  const ports = new Set<number | undefined>();
  const { http, url } = await serve(context, (request, response) => {
    ports.add(request.socket.remotePort);
    response.writeHead(409, { 'content-type': 'text/x.tlog.size' });
    response.write(`${request.method} ${request.url} `);
    request.pipe(response);
  });
  for (let round = 0; round < 3; round += 1) {
    const { status, contentType, body } = await http.fetch(url, 'old \u2014\n', never);
    assert.deepEqual([status, contentType], [409, 'text/x.tlog.size']);
    assert.equal(Buffer.from(body).toString(), 'POST /prefix old \u2014\n');
  }
  assert.equal(ports.size, 1);
});

test('an answer has a greatest length, and a redirect is an answer', async (context) => {
  let length = longest;
  const { http, url } = await serve(context, (_request, response) => {
    response.writeHead(302, { location: '/elsewhere' });
    response.end(Buffer.alloc(length));
  });
  const { status, body } = await http.fetch(url, '', never);
  assert.deepEqual([status, body.length], [302, longest]);
  length += 1;
  await assert.rejects(http.fetch(url, '', never), /longer than/);
});

test('an answer that does not end is aborted, one that breaks off is an error', async (context) => {
  const begun = Promise.withResolvers<void>();
  const { http, url } = await serve(context, (request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('12345', () => {
      begun.resolve();
      if (request.url === '/prefix/broken') response.destroy();
    });
  });
  const abort = new AbortController();
  const pending = http.fetch(url, '', abort.signal);
  await begun.promise;
  abort.abort(new Error('too late'));
  await assert.rejects(pending, /too late/);
  await assert.rejects(http.fetch(`${url}/broken`, '', never));
});
