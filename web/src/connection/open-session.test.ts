import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { WebSocketServer, type WebSocket } from 'ws';
import { HEARTBEAT } from '../../../shared/client/heartbeat.ts';
import type { ConnectionState } from '../../../shared/client/session-contract.ts';
import { ManualClock } from '../../../shared/clock.ts';
import { openSession } from './open-session.ts';

const HELLO = { session: 'Usuario-1', resumeToken: 't', epoch: 'e', seq: 0, locale: 'en' };

/** Greets, and says nothing after that. */
function greet(socket: WebSocket): void {
  socket.on('message', (data: Buffer) => {
    const { id, method } = JSON.parse(data.toString('utf8')) as { id: string; method: string };
    if (method === 'session.hello') socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: HELLO }));
  });
}

it('connects beside the page, and learns within 5 s that the network is gone', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/chat/ws' });
  server.on('connection', greet);
  await once(server, 'listening');
  const clock = new ManualClock();
  const network = new EventTarget();
  const ready = Promise.withResolvers<void>();
  const states: ConnectionState[] = [];
  const nothing = () => {};
  const session = openSession(
    {
      root: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/chat/`),
      network,
      clock,
      random: () => 0.5,
      client: { client: 'test', version: '1' },
      locale: () => 'en',
      guest: () => ({}),
      newId: () => `id-${states.length}`,
      resumption: undefined,
    },
    {
      stateChanged: (state) => states.push(state),
      sessionStarted: () => ready.resolve(),
      sessionResumed: nothing,
      caughtUp: nothing,
      notification: nothing,
      response: nothing,
      persist: nothing,
    },
  );
  session.start();
  await ready.promise;
  network.dispatchEvent(new Event('offline'));
  clock.advance(HEARTBEAT.probeMs);
  const last = states.at(-1);
  assert.ok(last?.name === 'waiting' && last.reason === 'unresponsive');
  session.close();
  server.close();
});
