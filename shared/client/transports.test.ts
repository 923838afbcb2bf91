/** TCP and WebSocket fulfil the same contract. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { it } from 'node:test';
import { WebSocket, WebSocketServer, type WebSocket as PeerSocket } from 'ws';
import { openTcp } from './tcp-transport.ts';
import type { OpenTransport, TransportEnd } from './transport.ts';
import { overWebSocket } from './web-socket-transport.ts';

/** Connects, sends two lines, and records every event until the end. */
async function converse(open: OpenTransport, leave: 'close' | 'abort' | 'wait') {
  const log: string[] = [];
  const { promise, resolve } = Promise.withResolvers<TransportEnd>();
  const transport = open({
    opened() {
      log.push('opened');
      transport.send('one');
      transport.send('two');
    },
    line(line) {
      log.push(line);
      if (line !== 'echo two') return;
      if (leave === 'close') transport.close();
      if (leave === 'abort') transport.abort();
    },
    closed: resolve,
  });
  const end = await promise;
  transport.send('into the void');
  return { log, end };
}

async function withTcp<Result>(
  serve: (socket: Socket) => void,
  run: (port: number) => Promise<Result>,
): Promise<Result> {
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await run((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

const echoTcp = (socket: Socket) => {
  socket.on('error', () => socket.destroy());
  socket.setEncoding('utf8').on('data', (chunk) => {
    for (const line of String(chunk).trimEnd().split('\n')) socket.write(`echo ${line}\r\n`);
  });
};

for (const leave of ['close', 'abort'] as const) {
  it(`TCP: lines both ways, and the end once (${leave})`, async () => {
    const { log, end } = await withTcp(echoTcp, (port) =>
      converse((events) => openTcp({ host: '127.0.0.1', port }, events), leave),
    );
    assert.deepEqual(log, ['opened', 'echo one', 'echo two']);
    assert.deepEqual(end, {});
  });

  it(`WebSocket: messages both ways, and the end once (${leave})`, async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket: PeerSocket) => {
      socket.on('message', (data: Buffer) => socket.send(`echo ${data.toString('utf8')}`));
    });
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { log, end } = await converse((events) => overWebSocket(new WebSocket(url), events), leave);
    server.close();
    assert.deepEqual(log, ['opened', 'echo one', 'echo two']);
    assert.equal(end.code, leave === 'close' ? 1000 : 1006);
  });
}

it('TCP: writes the preamble before the first line', async () => {
  const got = Promise.withResolvers<string>();
  const serve = (socket: Socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (text.endsWith('two\n')) socket.end();
    });
    socket.on('end', () => got.resolve(text));
  };
  const preamble = Buffer.from('HEADER\n');
  await withTcp(serve, (port) =>
    converse((events) => openTcp({ host: '127.0.0.1', port, preamble }, events), 'wait'),
  );
  assert.equal(await got.promise, 'HEADER\none\ntwo\n');
});

it('TCP: ends at a line that is too long, and says so', async () => {
  const { end } = await withTcp(
    (socket) => {
      socket.on('error', () => socket.destroy());
      socket.write('x'.repeat(100));
    },
    (port) => converse((events) => openTcp({ host: '127.0.0.1', port, lineBytesMax: 50 }, events), 'wait'),
  );
  assert.match(String(end.error), /line_too_long/);
});

it('both say when nobody is there', async () => {
  const port = await withTcp(
    () => {},
    (free) => Promise.resolve(free),
  );
  const tcp = await converse((events) => openTcp({ host: '127.0.0.1', port }, events), 'wait');
  const url = `ws://127.0.0.1:${port}`;
  const web = await converse((events) => overWebSocket(new WebSocket(url), events), 'wait');
  for (const { log, end } of [tcp, web]) {
    assert.deepEqual(log, []);
    assert.match(String(end.error), /ECONNREFUSED/);
  }
});
