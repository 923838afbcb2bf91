/** `hilo call`, `grant` and `refund`, tested against a minimal server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { callCommand, grantCommand, refundCommand } from './call.ts';
import { EXIT_FAILED, EXIT_USAGE, type Command } from './command.ts';

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

type Answer = { readonly result: object } | { readonly error: object } | undefined;

let dataDir = '';
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-call-'));
  await mkdir(join(dataDir, 'keys'));
  await writeFile(join(dataDir, 'keys', 'admin.key'), 'the-key\n');
});
after(() => rm(dataDir, { recursive: true, force: true }));

async function run(command: Command, args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const code = await command(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env: { DATA_DIR: dataDir, ...env },
  });
  return { code, out, err };
}

/** Runs a command against a server that gives the specified answer; undefined ends the connection. */
async function served(
  command: Command,
  args: readonly string[],
  answer: (request: Request) => Answer,
  env: Record<string, string> = {},
) {
  const requests: Request[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setEncoding('utf8').on('data', (chunk) => {
      for (const line of String(chunk).trimEnd().split('\n')) {
        const request = JSON.parse(line) as Request;
        requests.push(request);
        const reply = answer(request);
        if (reply) socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: request.id, ...reply })}\n`);
        else socket.end();
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String((server.address() as AddressInfo).port);
  const result = await run(command, args, { APP_PORT: port, ...env });
  server.close();
  return { ...result, requests };
}

const fine = (result: object) => () => ({ result });

test('call signs in, asks, and prints the result', async () => {
  const { code, out, err, requests } = await served(
    callCommand,
    ['credits.statement', '{"limit": 5}'],
    ({ method }) => ({ result: method === 'credits.statement' ? { entries: [] } : {} }),
  );
  assert.deepEqual([code, out, err], [0, '{\n  "entries": []\n}\n', '']);
  assert.deepEqual(
    requests.map(({ method, params }) => [method, params]),
    [
      ['session.locale', { locale: 'en' }],
      ['session.authenticate', { key: 'the-key' }],
      ['credits.statement', { limit: 5 }],
    ],
  );
});

test('grant and refund send numbers, and the words after them as the reason', async () => {
  const granted = await served(grantCommand, ['team', '5000', 'for', 'May'], fine({ index: 1 }));
  assert.equal(granted.code, 0);
  assert.deepEqual(granted.requests.at(-1)?.params, { account: 'team', amount: 5000, reason: 'for May' });
  const refunded = await served(refundCommand, ['14', '21'], fine({ index: 2 }));
  assert.deepEqual(refunded.requests.at(-1)?.params, { charge: 14, amount: 21, reason: '' });
});

test('an error is told with its key and its words', async () => {
  const refused = await served(callCommand, ['server.stats'], ({ method }) => {
    if (method !== 'session.authenticate') return { result: {} };
    return { error: { code: 4002, message: 'No es válida', data: { reason: 'auth_failed' } } };
  });
  assert.deepEqual([refused.code, refused.err], [EXIT_FAILED, 'auth_failed: No es válida\n']);
});

test('a server that ends the connection, or that is not there, is told in the own language', async () => {
  const ended = await served(callCommand, ['server.ping'], () => undefined, { HILO_LOCALE: 'es' });
  assert.deepEqual(
    [ended.code, ended.err],
    [EXIT_FAILED, 'No se pudo preguntar al servidor: cerró la conexión\n'],
  );
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const absent = await run(callCommand, ['server.ping'], { APP_PORT: String(port) });
  assert.match(absent.err, /^The server could not be asked: connect ECONNREFUSED/);
});

test('empty variables count as unset, and faulty ones are told', async () => {
  const answer = fine({ pong: true });
  assert.equal((await served(callCommand, ['server.ping'], answer, { APP_HOST: '' })).code, 0);
  const folder = process.cwd();
  process.chdir(dataDir);
  const standard = await run(callCommand, ['server.ping'], { DATA_DIR: '', APP_PORT: '' });
  process.chdir(folder);
  assert.match(standard.err, /admin key at .*\/data\/keys\/admin\.key\n/);
  const faulty = await run(callCommand, ['server.ping'], { APP_PORT: 'http' });
  assert.equal(faulty.code, EXIT_USAGE);
  assert.match(faulty.err, /APP_PORT: expected a whole number from 0 to 65535, found "http"/);
});

test('without the key it says where the key was looked for, and what to do', async () => {
  const elsewhere = join(dataDir, 'elsewhere');
  for (const [command, args] of [
    [grantCommand, ['team', '5']],
    [callCommand, ['server.stats']],
  ] as const) {
    const { code, err } = await run(command, args, { DATA_DIR: elsewhere });
    assert.equal(code, EXIT_FAILED);
    assert.ok(err.startsWith(`There is no admin key at ${join(elsewhere, 'keys', 'admin.key')}\n`), err);
    assert.match(err, /set DATA_DIR/);
  }
});

test('--help explains; a wrong command line exits 3 and says why', async () => {
  for (const command of [callCommand, grantCommand, refundCommand]) {
    for (const word of ['--help', '-h']) {
      const { code, out, err } = await run(command, [word]);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /^Usage: hilo \w+ /);
    }
  }
  const wrong: readonly [Command, readonly string[], RegExp][] = [
    [callCommand, [], /^Usage/],
    [callCommand, ['server.ping', '{}', 'more'], /^This is not JSON: more\nUsage/],
    [callCommand, ['server.ping', 'data=@/nowhere'], /^The file \/nowhere cannot be read: ENOENT\nUsage/],
    [callCommand, ['no.such'], /^There is no operation "no\.such"\nUsage/],
    [callCommand, ['server.ping', '{'], /^This is not JSON: \{\nUsage/],
    [grantCommand, ['team'], /^Usage/],
    [grantCommand, ['team', '0x10'], /^Usage/],
    [refundCommand, ['first', '5'], /^Usage/],
  ];
  for (const [command, args, pattern] of wrong) {
    const { code, err } = await run(command, args);
    assert.equal(code, EXIT_USAGE, args.join(' '));
    assert.match(err, pattern);
  }
});
