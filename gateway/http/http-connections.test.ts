/** What a client of plain HTTP may cost. [G-7] */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { createStage, until, type Stage } from '../gateway.fixture.ts';
import { GATEWAY_LIMITS } from '../limits.ts';

const ASSET = '/assets/large.js';
const ASSET_BYTES = 32 * 1024 * 1024;
/** No address of this machine is exempt but one. */
const STRICT = { ADDRESS_LIMIT_EXEMPT: '127.0.0.9' };

async function pageWithAsset(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hilo-page-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html>');
  await writeFile(join(directory, ASSET), Buffer.alloc(ASSET_BYTES, 'x'));
  return directory;
}

function open(stage: Stage, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port, localAddress });
  socket.on('error', () => undefined);
  return socket;
}

function get(path: string, more = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
}

async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd')).length;
}

/** Whether this process, in which the gateway runs, reads that file. */
async function isOpen(path: string): Promise<boolean> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = descriptors.map((name) => readlink(join('/proc/self/fd', name)).catch(() => ''));
  return (await Promise.all(targets)).includes(path);
}

test('many requests sent ahead end the connection before they cost a descriptor each', async (context) => {
  await using stage = await createStage({}, await pageWithAsset(context));
  const before = await openFiles();
  const sockets = Array.from({ length: 5 }, () => open(stage));
  for (const socket of sockets) {
    await once(socket, 'connect');
    socket.pause();
    socket.write(get(ASSET).repeat(1_000));
  }
  let most = 0;
  while (sockets.some((socket) => !socket.closed)) {
    most = Math.max(most, await openFiles());
    for (const socket of sockets) socket.resume();
  }
  const each = GATEWAY_LIMITS.pipelinedRequestsMax + 2;
  assert.ok(most - before <= sockets.length * each, `${most - before} descriptors`);
  assert.equal(await (await fetch(`http://${stage.authority}/healthz`)).text(), 'ok\n');
});

test('a few requests sent ahead are answered in order', async (context) => {
  await using stage = await createStage({}, await pageWithAsset(context));
  const socket = open(stage);
  const paths = ['/healthz', '/', '/nothing', '/ws'];
  socket.write(paths.map((path) => get(path)).join('') + get('/healthz', 'Connection: close\r\n'));
  const statuses = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ['200', '200', '404', '426', '200']);
});

test('a client that does not read its answer is ended', async (context) => {
  const folder = await pageWithAsset(context);
  await using stage = await createStage({}, folder);
  const asset = join(folder, ASSET);
  const socket = open(stage);
  socket.pause();
  socket.write(get(ASSET));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await until(() => isOpen(asset));
  await stage.passUntil(until(async () => !(await isOpen(asset))));
  socket.resume();
  await closed;
  assert.ok(socket.bytesRead < ASSET_BYTES);
});

test('half-sent requests of one address refuse nobody else, nor a health check', async () => {
  await using stage = await createStage(STRICT);
  const { addressHttpConnectionsMax } = GATEWAY_LIMITS;
  const slow = Array.from({ length: addressHttpConnectionsMax }, () => open(stage));
  for (const socket of slow) socket.write('GET / HTTP/1.1\r\n');
  await Promise.all(slow.map((socket) => once(socket, 'connect')));
  const refused = open(stage);
  assert.match(await text(refused), /^HTTP\/1\.1 429 [^]*Too many connections from your address/);
  for (const address of ['127.0.0.2', '127.0.0.9']) {
    const other = open(stage, address);
    other.write(get('/healthz', 'Connection: close\r\n'));
    assert.match(await text(other), /^HTTP\/1\.1 200 /);
  }
  slow[0]?.destroy();
  await until(async () => {
    const again = open(stage);
    again.write(get('/healthz', 'Connection: close\r\n'));
    return (await text(again)).startsWith('HTTP/1.1 200 ');
  });
  for (const socket of slow) socket.destroy();
});

test('when many addresses take all places there is still one for a health check', async () => {
  await using stage = await createStage(STRICT);
  const { addressHttpConnectionsMax, httpConnectionsMax } = GATEWAY_LIMITS;
  const slow = Array.from({ length: httpConnectionsMax }, (_, index) => {
    return open(stage, `127.0.1.${1 + Math.floor(index / addressHttpConnectionsMax)}`);
  });
  await Promise.all(slow.map((socket) => once(socket, 'connect')));
  assert.match(await text(open(stage, '127.0.2.1')), /^HTTP\/1\.1 503 /);
  const health = open(stage, '127.0.0.9');
  health.write(get('/healthz', 'Connection: close\r\n'));
  assert.match(await text(health), /^HTTP\/1\.1 200 /);
  for (const socket of slow) socket.destroy();
});

const HANDSHAKE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

test('a WebSocket opens after the whole answers to the requests before it', async (context) => {
  await using stage = await createStage({}, await pageWithAsset(context));
  const socket = open(stage);
  socket.write(get(ASSET) + get('/healthz') + get('/ws', HANDSHAKE));
  const parts: Buffer[] = [];
  for await (const part of socket) {
    parts.push(part as Buffer);
    if (parts.at(-1)?.includes('101 Switching')) break;
  }
  const answer = Buffer.concat(parts).toString('latin1');
  const expected = /^HTTP\/1\.1 200 [^]*\r\n\r\n(x*)HTTP\/1\.1 200 [^]*\r\n\r\nok\nHTTP\/1\.1 101 /;
  assert.equal(expected.exec(answer)?.[1]?.length, ASSET_BYTES);
  assert.equal(await stage.metric('hilo_gateway_connections'), 1);
  socket.destroy();
});

test('an upgrade does not wait for ever for answers that nobody reads', async (context) => {
  const folder = await pageWithAsset(context);
  await using stage = await createStage({}, folder);
  const asset = join(folder, ASSET);
  const socket = open(stage);
  socket.pause();
  socket.write(get(ASSET) + get('/ws', HANDSHAKE));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await until(() => isOpen(asset));
  await stage.passUntil(until(async () => !(await isOpen(asset))));
  socket.resume();
  await closed;
  assert.equal(await stage.metric('hilo_gateway_connections'), 0);
});

test('a WebSocket by itself opens at once', async () => {
  await using stage = await createStage();
  const alone = open(stage);
  alone.write(get('/ws', HANDSHAKE));
  const [first] = (await once(alone, 'data')) as [Buffer];
  assert.match(first.toString('latin1'), /^HTTP\/1\.1 101 /);
  alone.destroy();
});

test('an offer of HTTP/2 is answered as if it had not been made', async (context) => {
  await using stage = await createStage({}, await pageWithAsset(context));
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
  const socket = open(stage);
  socket.write(get('/', offer));
  const [first] = (await once(socket, 'data')) as [Buffer];
  assert.match(first.toString('latin1'), /^HTTP\/1\.1 200 [^]*<!doctype html>$/);
  socket.write(get('/healthz', 'Connection: close\r\n'));
  assert.match(await text(socket), /^HTTP\/1\.1 200 [^]*ok\n$/);
});

test('a range that the file does not have is 416, with the length of the file', async (context) => {
  await using stage = await createStage({}, await pageWithAsset(context));
  const headers = { range: `bytes=${ASSET_BYTES}-` };
  const answer = await fetch(`http://${stage.authority}${ASSET}`, { headers });
  assert.equal(answer.status, 416);
  assert.equal(answer.headers.get('content-range'), `bytes */${ASSET_BYTES}`);
  assert.match(await answer.text(), /no such part/);
});
