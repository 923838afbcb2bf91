import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createLineServer } from './line-server.ts';

test('a failure to accept is told, and the server goes on', async () => {
  const failures: Error[] = [];
  const server = createLineServer({ onSocket: () => {}, onAcceptFailed: (error) => failures.push(error) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const error = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
  // Node emits this when the kernel gives it no socket.
  server.emit('error', error);
  assert.deepEqual(failures, [error]);
  assert.ok(server.listening);
  server.close();
  await once(server, 'close');
});

test('a failure to listen is no failure to accept', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const failures: Error[] = [];
  const server = createLineServer({ onSocket: () => {}, onAcceptFailed: (error) => failures.push(error) });
  server.listen((holder.address() as AddressInfo).port, '127.0.0.1');
  await assert.rejects(once(server, 'listening'), { code: 'EADDRINUSE' });
  assert.deepEqual(failures, []);
  holder.close();
  await once(holder, 'close');
});
