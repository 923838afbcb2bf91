/** A connection alone, with a real socket: peers that do not read, and what they learn at their end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { FlushScheduler } from '../protocol/outbox.ts';
import { newTestSession } from '../protocol/session.fixture.ts';
import type { CloseReason } from '../support/close-reason.ts';
import { Connection } from './connection.ts';
import type { ConnectionServices } from './connection-services.ts';

/** More than a kernel takes for a peer that reads nothing. */
const MORE_THAN_A_KERNEL_TAKES = 'x'.repeat(32 * 1024 * 1024);

const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
await once(listener, 'listening');
after(() => listener.close());

/** What has no part in these tests. */
const NOTHING = {} as never;

async function open() {
  const clock = new ManualClock();
  const ended: CloseReason[] = [];
  const talking: string[] = [];
  const released: string[] = [];
  const services: ConnectionServices = {
    limits: LIMITS,
    clock,
    flushes: new FlushScheduler(),
    registry: { detach: () => undefined } as never,
    dispatch: NOTHING,
    addresses: {
      admit: (address: string) => ({
        isAdmitted: true,
        release: () => released.push(address),
        input: undefined,
      }),
    } as never,
    observer: NOTHING,
    allowsPlainLogin: false,
    entry: NOTHING,
    forwarded: NOTHING,
    newSession: () => newTestSession(1),
    unnumberedSession: () => newTestSession(0),
    onTalking: (_connection, face) => talking.push(face),
    onClosed: (_connection, reason) => ended.push(reason),
  };
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  const client = connect({ port: (listener.address() as AddressInfo).port, allowHalfOpen: true });
  const [socket] = await accepted;
  const connection = new Connection(socket, services, {
    demandsProxyHeader: false,
    believesProxy: false,
    session: newTestSession(1),
    refusal: undefined,
  });
  client.write('{');
  await until(() => talking.length > 0);
  return { clock, client, socket, connection, ended, talking, released };
}

async function until(isTrue: () => boolean): Promise<void> {
  const endMs = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > endMs) throw new Error('It has not come true');
    await setImmediate();
  }
}

/** Everything up to the FIN of the server. */
async function readAll(client: Socket): Promise<string> {
  let text = '';
  for await (const chunk of client.setEncoding('utf8')) text += String(chunk);
  return text;
}

test(
  '[P-9] a peer that leaves too much unread is ended at once, and learns why when it reads on',
  { timeout: 30_000 },
  async () => {
    const { client, socket, connection, ended, released } = await open();
    client.pause();
    // Within one turn, any amount is no slowness.
    connection.outbox.write(MORE_THAN_A_KERNEL_TAKES);
    await until(() => socket.writableLength > 0);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    connection.outbox.write('y'.repeat(LIMITS.outboxHardBytes));
    connection.outbox.write('');
    assert.equal(connection.isIdle, true);
    connection.outbox.write('z');
    connection.outbox.write('nothing after its end');
    assert.deepEqual(ended, []);
    const text = await readAll(client);
    const begin = text.indexOf('y');
    assert.equal(
      text.slice(begin, begin + LIMITS.outboxHardBytes + 1),
      `${'y'.repeat(LIMITS.outboxHardBytes)}z`,
    );
    const line = text.slice(begin + LIMITS.outboxHardBytes + 1);
    const { error } = JSON.parse(line) as { error: { data: object } };
    assert.deepEqual(error.data, { reason: 'slow_consumer', closing: true });
    client.end();
    await until(() => ended.length > 0);
    assert.deepEqual([ended, released], [['slow_consumer'], ['127.0.0.1']]);
  },
);

test('[P-11] the first reason counts, and is told once', { timeout: 30_000 }, async () => {
  const { client, connection, ended } = await open();
  connection.close('idle_timeout', new HiloError('idle_timeout'));
  connection.close('flooding', new HiloError('flooding'));
  const lines = (await readAll(client)).trim().split('\n');
  assert.match(lines.at(-1) ?? '', /"reason":"idle_timeout","closing":true/);
  assert.equal(lines.filter((line) => line.includes('closing')).length, 1);
  client.end();
  await until(() => ended.length > 0);
  assert.deepEqual(ended, ['idle_timeout']);
});

test('a peer that goes without a word is lost, and its address is free', { timeout: 30_000 }, async () => {
  const { client, ended, released } = await open();
  client.resetAndDestroy();
  await until(() => ended.length > 0);
  assert.deepEqual([ended, released], [['client_lost'], ['127.0.0.1']]);
});
