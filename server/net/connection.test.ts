/** A connection alone, with a real socket: peers that do not read, and what they learn at their end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { encodeLocalHeader } from '../../shared/proxy-protocol.ts';
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

interface Opening {
  /** What the client sends at once. */
  readonly first?: string | Buffer;
  readonly demandsProxyHeader?: boolean;
  readonly believesProxy?: boolean;
}

/** A connection that waits for its client's first bytes. */
async function accept({ first = '', demandsProxyHeader = false, believesProxy = false }: Opening) {
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
    entry: { guests: true, signUp: false },
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
    demandsProxyHeader,
    believesProxy,
    session: newTestSession(1),
    refusal: undefined,
  });
  if (first.length > 0) client.write(first);
  return { clock, client, socket, connection, ended, talking, released };
}

async function open(opening: Opening = {}) {
  const opened = await accept({ first: '{', ...opening });
  await until(() => opened.talking.length > 0);
  return opened;
}

type Opened = Awaited<ReturnType<typeof accept>>;

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

/** What it is told at its end; nothing before `lateMs` ends it. */
async function endAfter({ clock, client, connection }: Opened, lateMs: number): Promise<string> {
  clock.advance(lateMs);
  connection.sweep(clock.monotonic());
  connection.outbox.write('still here\n');
  clock.advance(1);
  connection.sweep(clock.monotonic());
  const text = await readAll(client);
  client.end();
  return text.slice(text.indexOf('still here\n') + 'still here\n'.length);
}

test('[P-14] a program that sends no line is ended when its time is over', { timeout: 30_000 }, async () => {
  const opened = await open();
  // A sniffed connection stays with its face.
  opened.clock.advance(LIMITS.sniffMs);
  const line = await endAfter(opened, LIMITS.jsonFirstLineMs - LIMITS.sniffMs);
  const { error } = JSON.parse(line) as { error: { data: object } };
  const values = { seconds: LIMITS.jsonFirstLineMs / 1_000 };
  assert.deepEqual(error.data, { reason: 'auth_timeout', values, closing: true });
  await until(() => opened.ended.length > 0);
  assert.deepEqual([opened.ended, opened.talking], [['auth_timeout'], ['json']]);
});

test('[P-14] a person who has written has half an hour for the next line', { timeout: 30_000 }, async () => {
  const opened = await open({ first: '\n' });
  await until(() => opened.connection.isIdle);
  assert.match(await endAfter(opened, LIMITS.textIdleMs), /^FAIL \* idle_timeout: /);
  await until(() => opened.ended.length > 0);
  assert.deepEqual([opened.ended, opened.talking], [['idle_timeout'], ['text']]);
});

test('[P-2] a client that sends nothing is greeted as a person', { timeout: 30_000 }, async () => {
  const { clock, client, talking, ended } = await accept({});
  clock.advance(LIMITS.sniffMs - 1);
  assert.deepEqual(talking, []);
  clock.advance(1);
  assert.deepEqual(talking, ['text']);
  const [greeting] = (await once(client, 'data')) as [Buffer];
  assert.match(greeting.toString(), /\/help/);
  client.resetAndDestroy();
  await until(() => ended.length > 0);
});

test('[P-15] where a PROXY header is demanded, its lack is told, and its wait has an end', async () => {
  const other = await accept({ first: 'GET / HTTP/1.1\r\n', demandsProxyHeader: true });
  assert.match(await readAll(other.client), /^FAIL \* proxy_header: /);
  other.client.end();
  const silent = await accept({ demandsProxyHeader: true });
  silent.clock.advance(LIMITS.proxyHeaderMs);
  silent.connection.sweep(silent.clock.monotonic());
  silent.clock.advance(1);
  silent.connection.sweep(silent.clock.monotonic());
  assert.match(await readAll(silent.client), /^FAIL \* proxy_header: /);
  silent.client.end();
  const gone = await accept({ demandsProxyHeader: true });
  gone.client.end();
  await until(() => [other, silent, gone].every(({ ended }) => ended.length > 0));
  const reasons = [other, silent, gone].map(({ ended }) => ended[0]);
  assert.deepEqual(reasons, ['proxy_header', 'proxy_header', 'client_ended']);
});

test('[G-8] only a believed proxy is the gateway, with long lines and without an address', async () => {
  const via = async (opening: Opening) => {
    const { client, connection, ended, released } = await open(opening);
    const { lineBytesMax } = connection;
    const isGateway = connection.forwarded !== undefined;
    client.resetAndDestroy();
    await until(() => ended.length > 0);
    return { lineBytesMax, isGateway, isCounted: released.length > 0 };
  };
  const headed = { first: Buffer.concat([encodeLocalHeader(), Buffer.from('{')]), demandsProxyHeader: true };
  const other = { lineBytesMax: LIMITS.lineBytesMaxAnonymous, isGateway: false, isCounted: true };
  assert.deepEqual(await via({}), other);
  assert.deepEqual(await via(headed), other);
  const gateway = { lineBytesMax: LIMITS.lineBytesMaxAuthenticated, isGateway: true, isCounted: false };
  assert.deepEqual(await via({ ...headed, believesProxy: true }), gateway);
});
