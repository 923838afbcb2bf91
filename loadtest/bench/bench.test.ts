import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { WebSocketServer } from 'ws';
import { compared, figureRow, growthTables, isBounded, isMet, type Figure, type Growth } from './figure.ts';
import { lineReader } from '../client/line-reader.ts';
import { topCosts } from './profile.ts';
import { maskedFrame, RawClient, type Wire } from './raw-client.ts';

const FIGURE: Figure = {
  name: 'Exchanges',
  value: 50_000,
  unit: '/s',
  floor: 100_000,
  floorName: 'echo',
  measure: 'ratio',
  target: { atLeast: 0.4 },
  notes: [],
};
const MARKS = { doneMark: '"result"', failureMark: '"error"' } as const;

test('A ratio is compared with its target, a value with its own', () => {
  assert.equal(compared(FIGURE), 0.5);
  assert.equal(isMet(FIGURE), true);
  assert.equal(isMet({ ...FIGURE, value: 30_000 }), false);
  assert.equal(isMet({ ...FIGURE, measure: 'value', value: 7, target: { atMost: 8 } }), true);
  assert.equal(isMet({ ...FIGURE, target: {} }), undefined);
  assert.deepEqual(figureRow(FIGURE), ['Exchanges', '50000 /s', '100000 (echo)', '0.50 ×', '≥ 0.4 ×', 'met']);
});

test('What could not be measured does not meet its target', () => {
  assert.equal(isMet({ ...FIGURE, measure: 'value', value: Number.NaN, target: { atMost: 8 } }), false);
});

const GROWTH: Growth = {
  what: 'a message',
  unit: 'ms',
  by: 'turns',
  values: [
    { size: 1, value: 4 },
    { size: 20, value: 2 },
    { size: 2_000, value: 3 },
  ],
  atMost: 1.25,
};

test('What grows is compared with its first value, or with that of another size', () => {
  assert.equal(isBounded(GROWTH), true);
  assert.equal(isBounded({ ...GROWTH, from: 20 }), false);
  assert.equal(isBounded({ ...GROWTH, values: [] }), false, 'nothing was measured');
  const { atMost: _, ...mayGrow } = GROWTH;
  assert.equal(isBounded(mayGrow), undefined);
});

test('What grows with the same thing is in one table, with a column for each size', () => {
  const other = { ...GROWTH, what: 'a start', values: [{ size: 5, value: 7 }], from: 5 };
  const [turns, accounts, ...more] = growthTables([GROWTH, { ...GROWTH, by: 'accounts' }, other]);
  assert.deepEqual(turns, {
    header: ['Cost by turns', '1', '5', '20', '2,000', 'growth', 'most', ''],
    rows: [
      ['a message', '4 ms', '', '2 ms', '3 ms', '0.75 ×', '≤ 1.25 ×', 'met'],
      ['a start', '', '7 ms', '', '', '1.00 ×', '≤ 1.25 ×', 'met'],
    ],
  });
  assert.deepEqual([accounts?.header[0], more], ['Cost by accounts', []]);
});

test('A profile is read by place, without the idle time', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)', '', -1) },
      { id: 2, callFrame: frame('hot', 'node:net', 9) },
      { id: 3, callFrame: frame('hot', 'node:net', 9) },
      { id: 4, callFrame: frame('(garbage collector)', '', -1) },
    ],
    samples: [1, 1, 2, 3, 2, 4],
  };
  assert.deepEqual(topCosts(profile, 10), [
    { place: 'hot node:net:10', part: 0.75 },
    { place: '(garbage collector)', part: 0.25 },
  ]);
});

test('The frames of the raw client are what a WebSocket server reads', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const received: string[] = [];
  const lines = [`{"result":1}`, `{"result":"${'é'.repeat(5_000)}"}`];
  for (const request of lines) {
    const echoed = new Promise<string>((resolve) => {
      server.once('connection', (socket) =>
        socket.once('message', (data: Buffer) => resolve(data.toString('utf8'))),
      );
    });
    const client = clientOf({ kind: 'ws', port, request, ...MARKS }, () => undefined);
    received.push(await echoed);
    client.destroy();
  }
  server.close();
  assert.deepEqual(received, lines);
  assert.throws(() => maskedFrame('x'.repeat(70_000)));
});

test('A reply is seen once, wherever its bytes are cut', async () => {
  const reply = '{"method":"chat.delta"}\n{"id":1,"result":{"text":"x"}}\n';
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: reply.length - 1 }), { maxLength: 3 }),
      async (cuts) => {
        const server = await serverThatSends(pieces(reply, cuts));
        const { port } = server.address() as AddressInfo;
        let replies = 0;
        const ended = Promise.withResolvers<string>();
        clientOf(
          { kind: 'tcp', port, request: 'go', ...MARKS },
          (why) => ended.resolve(why),
          () => (replies += 1),
        );
        assert.equal(await ended.promise, 'closed');
        assert.equal(replies, 1);
        server.close();
      },
    ),
    { seed: 20_260_106, numRuns: 30 },
  );
});

test('An opening line comes first, and what was read last is acknowledged', async () => {
  const lines: string[] = [];
  const received = Promise.withResolvers<void>();
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    const read = lineReader((line) => {
      lines.push(line);
      if (line.includes('ack')) received.resolve();
      else
        socket.write(
          `{"params":{"seq":${lines.length * 10}}}\n{"result":{"seq":${lines.length * 10 + 1}}}\n`,
        );
    });
    socket.setEncoding('utf8').on('data', (chunk) => read(String(chunk)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const wire: Wire = { kind: 'tcp', port, request: 'go', opening: 'hello', acknowledges: true, ...MARKS };
  let replies = 0;
  const client = new RawClient(wire, 0, {
    failed: (why) => received.reject(new Error(why)),
    done() {
      replies += 1;
      if (replies === 2) client.acknowledge();
      return replies < 2;
    },
  });
  await received.promise;
  client.destroy();
  server.close();
  const ack = '{"jsonrpc":"2.0","method":"session.ack","params":{"seq":21}}';
  assert.deepEqual(lines, ['hello', 'go', ack]);
});

test('A failure is told with its text', async () => {
  const server = await serverThatSends(['{"id":1,"error":{"code":4101}}\n']);
  const { port } = server.address() as AddressInfo;
  const ended = Promise.withResolvers<string>();
  clientOf({ kind: 'tcp', port, request: 'go', ...MARKS }, (why) => ended.resolve(why));
  const end = await ended.promise;
  server.close();
  assert.match(end, /4101/);
});

function frame(functionName: string, url: string, lineNumber: number) {
  return { functionName, url, lineNumber };
}

function clientOf(wire: Wire, failed: (why: string) => void, done: () => void = () => undefined): RawClient {
  return new RawClient(wire, 0, {
    failed,
    done() {
      done();
      return false;
    },
  });
}

/** Sends each piece when the one before has left, then ends. */
async function serverThatSends(parts: readonly string[]): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => void send());
    async function send(): Promise<void> {
      for (const part of parts) {
        await new Promise((resolve) => socket.write(part, resolve));
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}
