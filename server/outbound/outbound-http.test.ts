import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ManualClock, systemClock } from '../../shared/clock.ts';
import type { OutboundError, OutboundFault } from './outbound-error.ts';
import { OUTBOUND_LIMITS, OutboundHttp, type OutboundRequest } from './outbound-http.ts';
import { localDial, startNameServer, type Zone } from './outbound.fixture.ts';

const PUBLIC = '93.184.215.14';
const GET = { method: 'GET', bytesMax: 1_000_000, totalMs: 10_000, idleMs: 5_000 } as const;
const WAIT_MS = 5_000;

/** Names lead where the zone says; public addresses are the local server. */
async function world(context: TestContext, listener: RequestListener, zone: Zone = {}) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.host}${request.url}`);
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const names = await startNameServer({ 'public.example': [[PUBLIC]], ...zone });
  const { dial, dialled } = localDial(port);
  const rules = { ports: [80, 443], allowed: [] };
  const http = new OutboundHttp({ clock: systemClock, rules, resolve: names.resolve, dial });
  context.after(() => {
    names[Symbol.dispose]();
    server.closeAllConnections();
    server.close();
  });
  return { http, dialled, seen, names, port };
}

async function faultOf(http: OutboundHttp, request: Partial<OutboundRequest>): Promise<OutboundFault> {
  const asked = http.send({ ...GET, url: 'http://public.example/', ...request });
  const error = await asked.then(
    ({ status }) => assert.fail(`It was answered: ${status}`),
    (thrown: OutboundError) => thrown,
  );
  assert.equal(error.name, 'OutboundError', String(error.stack));
  return error.fault;
}

test('a public page is read, with its type and where it came from', async (context) => {
  const { http, dialled, seen } = await world(context, (request, response) => {
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end(`${request.headers['cookie'] ?? 'no cookie'} ñ`);
  });
  const { status, contentType, url, body } = await http.send({
    ...GET,
    url: 'http://PUBLIC.example/a?b=c#d',
  });
  assert.deepEqual([status, contentType, body.toString()], [200, 'text/plain; charset=utf-8', 'no cookie ñ']);
  assert.equal(url, 'http://public.example/a?b=c#d');
  assert.deepEqual([dialled, seen], [[PUBLIC], ['GET public.example/a?b=c']]);
});

const REFUSED: readonly (readonly [OutboundFault, string])[] = [
  ['url', 'file:///etc/passwd'],
  ['url', 'ftp://public.example/'],
  ['url', 'gopher://public.example/'],
  ['url', 'data:text/plain,hello'],
  ['url', 'public.example'],
  ['url', 'http://'],
  ['url', 'http://user:pass@public.example/'],
  ['url', 'http://user@public.example/'],
  ['url', 'http://public.example@127.0.0.1/'],
  ['url', `http://public.example/${'a'.repeat(5_000)}`],
  ['url', 'http://[fe80::1%25eth0]/'],
  ['url', 'http://[fe80::1%eth0]/'],
  ['port', 'http://public.example:22/'],
  ['port', 'http://public.example:6379/'],
  ['port', 'https://public.example:9464/'],
  ['address', 'http://127.0.0.1/'],
  ['address', 'http://127.1/'],
  ['address', 'http://2130706433/'],
  ['address', 'http://0x7f000001/'],
  ['address', 'http://0177.0.0.1/'],
  ['address', 'http://0x7f.0.0.0x1./'],
  ['address', 'http://①②⑦.0.0.1/'],
  ['address', 'http://127。0。0。1/'],
  ['address', 'http:\\\\127.0.0.1\\'],
  ['address', 'http://0/'],
  ['address', 'http://169.254.169.254/latest/meta-data/'],
  ['address', 'http://[::1]/'],
  ['address', 'http://[::]/'],
  ['address', 'http://[::ffff:127.0.0.1]/'],
  ['address', 'http://[::ffff:7f00:1]/'],
  ['address', 'http://[::127.0.0.1]/'],
  ['address', 'http://[64:ff9b::a00:1]/'],
  ['address', 'http://[2002:7f00:1::]/'],
  ['address', 'http://[2001:0:7f00:1::1]/'],
  ['address', 'http://[fd00:ec2::254]/'],
  ['address', 'http://[fe80::1]/'],
  ['address', 'http://[fec0::1]/'],
];

test('what may not be asked for is refused without a connection or a query', async (context) => {
  const { http, dialled, seen, names } = await world(context, (_request, response) => response.end('inside'));
  for (const [fault, url] of REFUSED) {
    assert.equal(await faultOf(http, { url }), fault, url);
    assert.throws(() => http.check(url), { fault }, url);
  }
  assert.deepEqual([dialled, seen, names.asked], [[], [], []]);
});

test('a name is judged by all its addresses, of both families', async (context) => {
  const zone: Zone = {
    'private.example': [['10.0.0.5']],
    'metadata.example': [['169.254.169.254']],
    'loopback.example': [['::1']],
    'mapped.example': [['::ffff:10.0.0.5']],
    'translated.example': [['64:ff9b::10.0.0.5']],
    'mixed.example': [[PUBLIC, '127.0.0.1']],
    'half.example': [[PUBLIC, 'fd00::5']],
    localhost: [['127.0.0.1']],
    'empty.example': [[]],
  };
  const { http, dialled } = await world(context, (_request, response) => response.end('inside'), zone);
  for (const name of [...Object.keys(zone), 'missing.example', 'localhost.']) {
    assert.equal(await faultOf(http, { url: `http://${name}/` }), 'address', name);
  }
  assert.deepEqual(dialled, []);
});

test('a name that changes between two queries: what was checked is what is connected to', async (context) => {
  const zone: Zone = { 'rebound.example': [[PUBLIC], ['127.0.0.1']] };
  const { http, dialled, names } = await world(context, (_request, response) => response.end('here'), zone);
  const { body } = await http.send({ ...GET, url: 'http://rebound.example/' });
  assert.equal(body.toString(), 'here');
  assert.deepEqual(dialled, [PUBLIC]);
  assert.deepEqual(names.asked, ['rebound.example 1', 'rebound.example 28']);
  // The next request asks again, and is refused.
  assert.equal(await faultOf(http, { url: 'http://rebound.example/' }), 'address');
  assert.deepEqual(dialled, [PUBLIC]);
});

test('a redirect is followed a few times, and each target is checked anew', async (context) => {
  const zone: Zone = { 'inside.example': [['192.168.0.9']], 'rebound.example': [[PUBLIC], ['127.0.0.1']] };
  const targets: Record<string, string> = {
    '/good': '/landed',
    '/literal': 'http://127.0.0.1/admin',
    '/name': 'http://inside.example/',
    '/scheme': 'file:///etc/passwd',
    '/port': 'http://public.example:22/',
    '/user': 'http://a:b@public.example/',
    '/relative': '//[::1]/',
    '/loop': '/loop',
    '/again': 'http://rebound.example/again',
  };
  const { http, seen } = await world(
    context,
    ({ url = '' }, response) => {
      const location = targets[url];
      if (location !== undefined) response.writeHead(302, { location });
      else if (url === '/nowhere') response.statusCode = 301;
      response.end('page');
    },
    zone,
  );
  const landed = await http.send({ ...GET, url: 'http://public.example/good' });
  assert.deepEqual([landed.url, landed.body.toString()], ['http://public.example/landed', 'page']);
  const faultAt = (path: string) => faultOf(http, { url: `http://public.example${path}` });
  for (const path of ['/literal', '/name', '/relative']) assert.equal(await faultAt(path), 'address', path);
  for (const path of ['/scheme', '/user']) assert.equal(await faultAt(path), 'url', path);
  assert.equal(await faultAt('/port'), 'port');
  assert.equal(await faultAt('/nowhere'), 'redirects');
  assert.equal(await faultOf(http, { url: 'http://rebound.example/again' }), 'address');
  const before = seen.length;
  assert.equal(await faultAt('/loop'), 'redirects');
  assert.equal(seen.length - before, OUTBOUND_LIMITS.redirectsMax + 1);
});

test('a POST arrives with its headers and body, and follows no redirect', async (context) => {
  const bodies: string[] = [];
  const { http, seen } = await world(context, (request, response) => {
    request.on('data', (chunk) => bodies.push(`${String(request.headers['webhook-id'])} ${String(chunk)}`));
    response.writeHead(307, { location: 'http://127.0.0.1/', 'retry-after': '7' }).end('x'.repeat(5_000));
  });
  const headers = { 'webhook-id': 'w1', 'content-type': 'application/json' };
  const request = { ...GET, method: 'POST', headers, body: '{"a":"ñ"}', bytesMax: 100 } as const;
  const answer = await http.send({ ...request, url: 'http://public.example/hook', overlong: 'cut' });
  assert.deepEqual([answer.status, answer.retryAfter, answer.body.length], [307, '7', 100]);
  assert.deepEqual([seen, bodies], [['POST public.example/hook'], ['w1 {"a":"ñ"}']]);
});

test('packed bodies are unpacked, and bombs are stopped', async (context) => {
  const text = 'Once upon a time. '.repeat(1_000);
  const zeros = Buffer.alloc(40_000_000);
  const gzipBomb = gzipSync(zeros);
  const brotliBomb = brotliCompressSync(zeros.subarray(0, 10_000_000));
  assert.ok(gzipBomb.length < 1_000_000 && brotliBomb.length < 1_000_000);
  const bodies: Record<string, readonly [string, Buffer]> = {
    '/gzip': ['gzip', gzipSync(text)],
    '/br': ['br', brotliCompressSync(text)],
    '/gzip-bomb': ['gzip', gzipBomb],
    '/br-bomb': ['br', brotliBomb],
    '/nested': ['gzip, gzip', gzipSync(gzipBomb)],
    '/deflate': ['deflate', Buffer.from(text)],
    '/broken': ['gzip', Buffer.from('this was never packed')],
    '/torn': ['gzip', gzipSync(text).subarray(0, 60)],
  };
  const { http } = await world(context, ({ url = '' }, response) => {
    const [coding, body] = bodies[url] ?? ['', Buffer.alloc(0)];
    response.writeHead(200, { 'content-encoding': coding }).end(body);
  });
  for (const path of ['/gzip', '/br']) {
    const { body } = await http.send({ ...GET, url: `http://public.example${path}` });
    assert.equal(body.toString(), text, path);
  }
  const faultAt = (path: string) => faultOf(http, { url: `http://public.example${path}` });
  const before = process.memoryUsage().rss;
  for (const path of ['/gzip-bomb', '/br-bomb']) assert.equal(await faultAt(path), 'too_large', path);
  assert.ok(process.memoryUsage().rss - before < 30_000_000);
  for (const path of ['/nested', '/deflate', '/broken', '/torn']) {
    assert.equal(await faultAt(path), 'protocol', path);
  }
});

test('a giant body is refused, whatever its length says, and an endless one is ended', async (context) => {
  let chunks = 0;
  const { http } = await world(context, ({ url = '' }, response) => {
    if (url === '/announced') return void response.writeHead(200, { 'content-length': 1e12 }).write('a');
    const pour = (): void => {
      while (!response.destroyed && chunks < 10_000) {
        chunks += 1;
        if (!response.write(Buffer.alloc(16_384))) return void response.once('drain', pour);
      }
    };
    pour();
  });
  assert.equal(await faultOf(http, { url: 'http://public.example/endless' }), 'too_large');
  assert.ok(chunks < 5_000, `${chunks}`);
  assert.equal(await faultOf(http, { url: 'http://public.example/announced', totalMs: 300 }), 'timeout');
});

test('headers without an end, and what is not HTTP, are faults of the protocol', async (context) => {
  const { http } = await rawWorld(context, (socket) => {
    socket.once('data', (head) => {
      if (head.includes('/ssh')) return socket.write('SSH-2.0-OpenSSH_9.2\r\n');
      socket.write(`HTTP/1.1 200 OK\r\n${'x-a: 1\r\n'.repeat(100_000)}`);
    });
  });
  for (const path of ['/ssh', '/headers']) {
    assert.equal(await faultOf(http, { url: `http://public.example${path}` }), 'protocol', path);
  }
});

test('silence is ended before the head, in a body that drips, and of a name server', async (context) => {
  const clock = new ManualClock();
  const { http, arrived } = await rawWorld(
    context,
    (socket) => {
      socket.once('data', (head) => {
        if (head.includes('/drip')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\nab');
      });
    },
    clock,
  );
  const silent = faultOf(http, { url: 'http://public.example/silent' });
  await arrived();
  clock.advance(GET.idleMs);
  assert.equal(await silent, 'timeout');
  const dripping = faultOf(http, { url: 'http://public.example/drip', idleMs: 60_000 });
  const socket = await arrived();
  // Each drop is a sign of life; the total ends it all the same.
  for (let drop = 0; drop < 3; drop += 1) socket.write('c');
  clock.advance(GET.totalMs);
  assert.equal(await dripping, 'timeout');
  const rules = { ports: [80], allowed: [] };
  const unresolved = new OutboundHttp({ clock, rules, resolve: () => new Promise(() => {}) });
  const waiting = faultOf(unresolved, {});
  clock.advance(GET.totalMs);
  assert.equal(await waiting, 'timeout');
});

test('cancelling ends a request at once, and its connection', async (context) => {
  const { http, arrived } = await rawWorld(context, () => {});
  const controller = new AbortController();
  const asked = faultOf(http, { signal: controller.signal });
  const socket = await arrived();
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(WAIT_MS) });
  controller.abort();
  assert.equal(await asked, 'aborted');
  await closed;
  assert.equal(await faultOf(http, { signal: controller.signal }), 'aborted');
});

test('a private host that the operator allows is reached, and only on its port', async (context) => {
  const server = createServer((_request, response) => response.end('intranet')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const allowed = [{ hostname: 'localhost', port }];
  const http = new OutboundHttp({ clock: systemClock, rules: { ports: [80], allowed } });
  const { body } = await http.send({ ...GET, url: `http://localhost:${port}/` });
  assert.equal(body.toString(), 'intranet');
  assert.equal(await faultOf(http, { url: `http://127.0.0.1:${port}/` }), 'port');
  assert.equal(await faultOf(http, { url: 'http://127.0.0.1/' }), 'address');
  assert.equal(await faultOf(http, { url: `http://localhost:${port === 65_535 ? 1 : port + 1}/` }), 'port');
});

test('a port on which nobody listens is unreachable', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  const allowed = [{ hostname: '127.0.0.1', port }];
  const http = new OutboundHttp({ clock: systemClock, rules: { ports: [80], allowed } });
  assert.equal(await faultOf(http, { url: `http://127.0.0.1:${port}/` }), 'unreachable');
});

/** A server that speaks whatever the test says; `arrived` gives the next socket that has sent something. */
async function rawWorld(context: TestContext, speak: (socket: Socket) => void, clock = systemClock) {
  const waiting: ((socket: Socket) => void)[] = [];
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const taker = waiting.shift();
      if (taker) taker(socket);
      else sockets.push(socket);
    });
    speak(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { dial } = localDial(port);
  const rules = { ports: [80, 443], allowed: [] };
  const http = new OutboundHttp({ clock, rules, resolve: async () => [PUBLIC], dial });
  context.after(() => server.close());
  const arrived = (): Promise<Socket> => {
    const ready = sockets.shift();
    if (ready) return Promise.resolve(ready);
    const next = new Promise<Socket>((resolve) => waiting.push(resolve));
    const late = delay(WAIT_MS, undefined, { ref: false }).then(() => assert.fail('Nobody came'));
    return Promise.race([next, late]);
  };
  return { http, arrived };
}
